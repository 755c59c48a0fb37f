import { useTranslation } from 'react-i18next';
import type { Status } from '../../../src-main/contract/status-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { oldestPendingAt, totals } from './verdict.ts';

interface FiguresProps {
  readonly status: Status;
  readonly formats: Formats;
  readonly now: Date;
}

/** The few numbers behind the verdict. */
export function Figures({ status, formats, now }: FiguresProps) {
  const { t } = useTranslation();
  const { pending } = totals(status);
  const oldest = readInstant(oldestPendingAt(status) ?? '');
  const next = readInstant(status.nextRunAt ?? '');
  const last = readInstant(status.lastRun?.startedAt ?? '');
  return (
    <dl className="figures">
      <Figure name={t('figures.waiting')} value={formats.number(pending)} testId="waiting" />
      <Figure
        name={t('figures.oldest')}
        value={oldest ? formats.age(now.getTime() - oldest.getTime()) : '–'}
        testId="oldest"
      />
      <Figure
        name={t('figures.lastSync')}
        value={last ? formats.moment(last, now) : '–'}
        note={last ? undefined : t('figures.none')}
        testId="last-sync"
      />
      <Figure
        name={t('figures.nextSync')}
        value={next ? formats.moment(next, now) : '–'}
        note={next ? undefined : t('figures.notPlanned')}
        testId="next-sync"
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string | undefined;
  readonly testId: string;
}

function Figure({ name, value, note, testId }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>
        {value} {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
