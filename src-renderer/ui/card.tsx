import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';
import './card.css';

interface CardProps {
  readonly children: ReactNode;
  /** names the section for a screen reader: the id of its heading */
  readonly labelledBy?: string;
  /** a line in this colour at its edge, for what needs someone */
  readonly tone?: Tone;
  readonly testId?: string;
}

/** Something one acts on, framed. What people compare belongs in a table instead. */
export function Card({ children, labelledBy, tone, testId }: CardProps) {
  return (
    <section className={`card ${tone ?? ''}`} aria-labelledby={labelledBy} data-testid={testId}>
      {children}
    </section>
  );
}
