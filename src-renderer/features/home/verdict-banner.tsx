import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../src-main/contract/errors.ts';
import type { Status } from '../../../src-main/contract/status-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { Mark } from '../../ui/mark.tsx';
import { useVerdict } from './use-verdict.ts';
import type { RunInSight } from './verdict.ts';

interface VerdictBannerProps {
  readonly status: Status | null;
  readonly engineFault: Fault | null;
  readonly formats: Formats;
  readonly now: Date;
  readonly run: RunInSight;
  readonly onSync: () => void;
  readonly onResume: () => void;
}

/** The verdict in words, when it was checked, and the one big button. */
export function VerdictBanner(props: VerdictBannerProps) {
  const { status, engineFault, formats, now, run, onSync, onResume } = props;
  const busy = run !== 'none';
  const { t } = useTranslation();
  const { key, tone, title, detail, message, view, calm } = useVerdict(
    status,
    engineFault,
    run,
    formats,
    now,
  );
  return (
    <header className="verdict">
      <Mark tone={tone} />
      <div className="words" role="status" aria-live="polite" data-testid="verdict" data-verdict={key}>
        <h1 tabIndex={-1} data-view-heading="">
          {title}
        </h1>
        <p>{detail}</p>
        {message && <p className="engine-words">{message}</p>}
        <Times status={engineFault ? null : status} formats={formats} now={now} />
      </div>
      <div className="verdict-actions">
        {view && (
          <a className="button main large" href={routeLink(view)}>
            {t(`verdictAction.${view}`)}
          </a>
        )}
        <Button
          look={calm || view ? 'quiet' : 'main'}
          size="large"
          isDisabled={busy || status === null || engineFault !== null}
          onPress={onSync}
        >
          {busy ? t('sync.running') : t('sync.everything')}
        </Button>
        {status?.pausedUntil && <Button onPress={onResume}>{t('sync.resume')}</Button>}
      </div>
    </header>
  );
}

interface TimesProps {
  readonly status: Status | null;
  readonly formats: Formats;
  readonly now: Date;
}

/** When it was compared last, when the next sync comes, or until when it is paused. */
export function Times({ status, formats, now }: TimesProps) {
  const { t } = useTranslation();
  const checked = status?.lastVerifiedAt ? readInstant(status.lastVerifiedAt) : null;
  const next = status?.nextRunAt ? readInstant(status.nextRunAt) : null;
  const paused = status?.pausedUntil ? readInstant(status.pausedUntil) : null;
  if (!status || (!checked && !next && !paused)) return null;
  return (
    <p className="times" data-testid={paused ? 'paused' : 'times'}>
      {formats.sentences(
        checked && t(`times.checked.${status.cloud.kind}`, { time: formats.moment(checked, now) }),
        paused
          ? t('times.paused', { time: formats.moment(paused, now) })
          : next && t('times.next', { time: formats.moment(next, now) }),
      )}
    </p>
  );
}
