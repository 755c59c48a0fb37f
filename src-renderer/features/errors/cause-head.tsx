import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import type { Formats } from '../../ui/formats.ts';
import { type CauseKey, causeKey } from './cause-words.ts';
import { SeenLine } from './seen-line.tsx';

interface CauseHeadProps {
  readonly id: string;
  readonly error: ErrorEntry;
  readonly cause?: CauseKey;
  readonly formats: Formats;
  readonly now: Date;
  readonly actions?: ReactNode;
}

/** What happened, since when, what it means for the data, and what to do. */
export function CauseHead({ id, error, cause, formats, now, actions }: CauseHeadProps) {
  const { t } = useTranslation();
  const title = useCauseTitle();
  const key = cause ?? causeKey(error);
  return (
    <>
      <div className="cause-head">
        <div>
          <h2 id={id}>{title(key, error.count)}</h2>
          <SeenLine error={error} formats={formats} now={now} />
        </div>
        {actions && <div className="cause-actions">{actions}</div>}
      </div>
      <div>
        <p>{t(`${key}.means` as 'recordCause.other.means')}</p>
        <p>{t(`${key}.next` as 'recordCause.other.next')}</p>
      </div>
    </>
  );
}

/** Tells a cause in one sentence. */
export function useCauseTitle(): (key: CauseKey, count: number) => string {
  const { t } = useTranslation();
  return (key, count) => t(`${key}.title` as 'recordCause.other.title', { count });
}
