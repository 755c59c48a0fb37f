import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';
import './chip.css';

/** A word in its colour; the word alone says it too. */
export function Chip({ tone, children }: { readonly tone: Tone | 'plain'; readonly children: ReactNode }) {
  return <span className={`chip ${tone}`}>{children}</span>;
}
