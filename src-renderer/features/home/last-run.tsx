import { useTranslation } from 'react-i18next';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { RunChip } from '../run/run-chip.tsx';
import { RunCounts } from '../run/run-counts.tsx';

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
            <RunChip run={run} />
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
