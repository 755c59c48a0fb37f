import type { ReactNode } from 'react';
import { Mark } from './mark.tsx';
import type { Tone } from './tone.ts';
import './empty-state.css';

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly tone?: Tone;
  readonly actions?: ReactNode;
  readonly testId?: string;
}

/** Nothing to show, and why that is so. */
export function EmptyState({ title, children, tone, actions, testId }: EmptyStateProps) {
  return (
    <div className="empty-state" data-testid={testId ?? 'empty'}>
      {tone && <Mark tone={tone} small />}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className="page-actions">{actions}</div>}
    </div>
  );
}

/** Something is being read; said to a screen reader, shown only when it takes a moment. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <p className="loading" role="status">
      {label}
    </p>
  );
}
