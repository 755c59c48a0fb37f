import type { ReactNode } from 'react';
import './facts.css';

/** A few facts with their names, for whoever asks on the telephone. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  /** under it, small: where it comes from */
  readonly note?: string | undefined;
  readonly testId?: string;
}

export function Fact({ name, children, note, testId }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>
        {children}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
