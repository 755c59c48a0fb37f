import type { ReactNode } from 'react';
import './page-head.css';

interface PageHeadProps {
  readonly title: string;
  /** one sentence under it */
  readonly lead?: ReactNode;
  /** buttons at its end */
  readonly actions?: ReactNode;
}

/** The heading of a view; it takes the focus when the view is opened, so that a screen reader begins there. */
export function PageHead({ title, lead, actions }: PageHeadProps) {
  return (
    <header className="page-head">
      <div>
        <h1 tabIndex={-1} data-view-heading="">
          {title}
        </h1>
        {lead && <p>{lead}</p>}
      </div>
      {actions && <div className="page-actions">{actions}</div>}
    </header>
  );
}
