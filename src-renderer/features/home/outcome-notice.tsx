import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../src-main/contract/errors.ts';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import type { Formats } from '../../ui/formats.ts';
import { Mark } from '../../ui/mark.tsx';
import { runTones } from './run-status.ts';
import type { Outcome } from './store.ts';

interface OutcomeNoticeProps {
  readonly outcome: Outcome;
  readonly formats: Formats;
  readonly onDismiss: () => void;
}

/** What the last click came to: what happened, what it means for the data, what to do next. */
export function OutcomeNotice({ outcome, formats, onDismiss }: OutcomeNoticeProps) {
  const { t } = useTranslation();
  const tone = outcome.kind === 'fault' ? 'attention' : runTones[outcome.run.status];
  return (
    <section className="notice" role={tone === 'safe' ? 'status' : 'alert'} data-testid="outcome">
      <Mark tone={tone} small />
      <div className="words">
        {outcome.kind === 'fault' ? (
          <FaultWords fault={outcome.fault} />
        ) : (
          <RunWords run={outcome.run} formats={formats} />
        )}
      </div>
      <button type="button" className="button quiet small" onClick={onDismiss}>
        {t('outcome.dismiss')}
      </button>
    </section>
  );
}

function FaultWords({ fault }: { readonly fault: Fault }) {
  const { t } = useTranslation();
  return (
    <>
      <h2>{t(`fault.${fault.code}.what`)}</h2>
      <p>{t(`fault.${fault.code}.data`)}</p>
      <p className="next">{t(`fault.${fault.code}.next`)}</p>
      <p className="engine-words">{fault.message}</p>
    </>
  );
}

function RunWords({ run, formats }: { readonly run: RunResult; readonly formats: Formats }) {
  const { t } = useTranslation();
  const arrived = run.sent + run.duplicates;
  const values = {
    count: run.status === 'success' ? arrived : run.failed + run.quarantined,
    duration: formats.duration(run.durationMs),
  };
  const name = run.status === 'success' && arrived === 0 ? ('nothing' as const) : run.status;
  return (
    <>
      <h2>{t(`outcome.${name}.what`, values)}</h2>
      <p>{t(`outcome.${name}.data`, values)}</p>
      {run.error && <p className="engine-words">{run.error}</p>}
    </>
  );
}
