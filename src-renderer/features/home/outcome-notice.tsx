import { useTranslation } from 'react-i18next';
import type { Formats } from '../../ui/formats.ts';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { runTones } from '../run/run-status.ts';
import type { Outcome } from './store.ts';

interface OutcomeNoticeProps {
  readonly outcome: Outcome;
  readonly formats: Formats;
  readonly onDismiss: () => void;
}

/** What the last click came to: what happened, what it means for the data, what to do next. */
export function OutcomeNotice({ outcome, formats, onDismiss }: OutcomeNoticeProps) {
  const { t } = useTranslation();
  if (outcome.kind === 'fault')
    return <FaultNotice fault={outcome.fault} onDismiss={onDismiss} testId="outcome" />;
  const { run } = outcome;
  const arrived = run.sent + run.duplicates;
  const values = {
    count: run.status === 'success' ? arrived : run.failed + run.quarantined,
    duration: formats.duration(run.durationMs),
  };
  const name = run.status === 'success' && arrived === 0 ? ('nothing' as const) : run.status;
  return (
    <Notice
      tone={runTones[run.status]}
      title={t(`outcome.${name}.what`, values)}
      onDismiss={onDismiss}
      testId="outcome"
    >
      <p>{t(`outcome.${name}.data`, values)}</p>
      {run.error && <p className="engine-words">{run.error}</p>}
    </Notice>
  );
}
