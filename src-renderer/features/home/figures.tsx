import { useTranslation } from 'react-i18next';
import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';
import type { Status } from '../../../src-main/contract/status-shapes.ts';
import { Figure, Figures } from '../../ui/figures.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { oldestPendingAt, totals } from './verdict.ts';

interface HomeFiguresProps {
  readonly status: Status;
  readonly live: LiveCapture | null;
  readonly formats: Formats;
  readonly now: Date;
}

/** The few numbers behind the verdict: what waits, what came, how fast it comes, when it goes. */
export function HomeFigures({ status, live, formats, now }: HomeFiguresProps) {
  const { t } = useTranslation();
  const { pending } = totals(status);
  const oldest = readInstant(oldestPendingAt(status) ?? '');
  const next = readInstant(status.nextRunAt ?? '');
  const age = oldest && formats.age(now.getTime() - oldest.getTime());
  return (
    <Figures>
      <Figure
        name={t('figures.waiting')}
        value={formats.number(pending)}
        note={age ? t('figures.oldest', { age }) : undefined}
        testId="waiting"
      />
      <Figure
        name={t('figures.today')}
        value={live ? formats.number(live.capturedToday) : '–'}
        testId="captured-today"
      />
      <Pace live={live} offline={status.verdict === 'offline'} formats={formats} />
      <Figure
        name={t('figures.nextSync')}
        value={next ? formats.moment(next, now) : '–'}
        note={next ? undefined : t('figures.notPlanned')}
        testId="next-sync"
      />
    </Figures>
  );
}

interface PaceProps {
  readonly live: LiveCapture | null;
  readonly offline: boolean;
  readonly formats: Formats;
}

/** How fast records come; while nothing can be sent, how long there is room for them. */
function Pace({ live, offline, formats }: PaceProps) {
  const { t } = useTranslation();
  if (offline && live?.daysOfRoom != null) {
    const long = live.daysOfRoom > 365;
    return (
      <Figure
        name={t('figures.room')}
        value={long ? t('figures.roomLong') : formats.number(live.daysOfRoom)}
        note={long ? undefined : t('figures.days')}
        testId="room"
      />
    );
  }
  return (
    <Figure
      name={t('figures.arriving')}
      value={live ? formats.decimal(live.recordsPerSecond) : '–'}
      note={t('figures.perSecond')}
      testId="rate"
    />
  );
}
