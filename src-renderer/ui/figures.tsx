import type { ReactNode } from 'react';
import './figures.css';

/** A row of the few numbers that matter. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className="figures">{children}</dl>;
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  /** beside the number, small: its unit or what it means */
  readonly note?: string | undefined;
  readonly testId?: string;
}

export function Figure({ name, value, note, testId }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>
        {value} {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
