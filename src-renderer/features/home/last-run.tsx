import { useTranslation } from 'react-i18next';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { runTones } from './run-status.ts';

interface LastRunProps {
  readonly run: RunResult | null;
  readonly formats: Formats;
  readonly now: Date;
  /** a full run now; null while one is under way or cannot be */
  readonly onSync: (() => void) | null;
}

/** The run before now: when, how it ended, what it did. */
export function LastRun({ run, formats, now, onSync }: LastRunProps) {
  const { t } = useTranslation();
  const started = readInstant(run?.startedAt ?? '');
  return (
    <section aria-labelledby="last-run" className="last-run" data-testid="last-run">
      <h2 id="last-run">{t('lastRun.title')}</h2>
      {run === null ? (
        <p className="none">{t('lastRun.none')}</p>
      ) : (
        <div className="card">
          <p className="head">
            <Chip tone={runTones[run.status]}>
              {run.status === 'success' && run.verified
                ? t('runStatus.verified')
                : t(`runStatus.${run.status}`)}
            </Chip>
            <span>
              {started && `${formats.moment(started, now)} · `}
              {t('lastRun.kind', { mode: t(`runMode.${run.mode}`), trigger: t(`runTrigger.${run.trigger}`) })}
            </span>
          </p>
          {run.status !== 'running' && <RunCounts run={run} formats={formats} />}
          {run.stranded > 0 && onSync && (
            <div className="stranded">
              <p>{t('lastRun.stranded', { count: run.stranded })}</p>
              <Button onPress={onSync}>{t('lastRun.sendStranded', { count: run.stranded })}</Button>
            </div>
          )}
          {run.errorGroup && (
            <p className="cause" data-testid="cause">
              {t(`errorGroup.${run.errorGroup}.what`)} {t(`errorGroup.${run.errorGroup}.next`)}
            </p>
          )}
          {run.error && (run.errorGroup === null || run.errorGroup === 'internal') && (
            <p className="engine-words">{run.error}</p>
          )}
          {run.runId !== null && (
            <a href={routeLink('history', { run: String(run.runId) })}>{t('lastRun.details')}</a>
          )}
        </div>
      )}
    </section>
  );
}

function RunCounts({ run, formats }: { readonly run: RunResult; readonly formats: Formats }) {
  const { t } = useTranslation();
  const optional = ['duplicates', 'quarantined', 'failed', 'stranded'] as const;
  const shown = ['sent' as const, ...optional.filter((name) => run[name] > 0)];
  return (
    <dl>
      {shown.map((name) => (
        <div key={name}>
          <dt>{t(`runCounts.${name}`)}</dt>
          <dd>{formats.number(run[name])}</dd>
        </div>
      ))}
      <div>
        <dt>{t('runCounts.took')}</dt>
        <dd>{formats.duration(run.durationMs)}</dd>
      </div>
    </dl>
  );
}
