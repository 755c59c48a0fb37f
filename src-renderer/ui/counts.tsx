import './counts.css';

export interface NamedCount {
  readonly name: string;
  readonly value: string;
  readonly testId?: string;
}

/** A few counts in a line, each under its name. */
export function Counts({ counts }: { readonly counts: readonly NamedCount[] }) {
  return (
    <dl className="counts">
      {counts.map(({ name, value, testId }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-testid={testId}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
