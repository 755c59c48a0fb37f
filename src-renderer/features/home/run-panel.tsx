import { useTranslation } from 'react-i18next';
import type { RunProgress } from '../../../src-main/contract/run-shapes.ts';
import { Button } from '../../ui/button.tsx';
import type { Formats } from '../../ui/formats.ts';
import { Mark } from '../../ui/mark.tsx';
import '../../ui/notice.css';

interface RunPanelProps {
  /** null between the click and the engine's first word */
  readonly progress: RunProgress | null;
  readonly formats: Formats;
  readonly onCancel: () => void;
  /** left out where nobody may hold the schedule back */
  readonly onPause?: () => void;
}

/** The run in progress: how many, how fast, how long still, and a way to end it. */
export function RunPanel({ progress, formats, onCancel, onPause }: RunPanelProps) {
  const { t } = useTranslation();
  const planned = progress?.planned ?? 0;
  const done = progress?.done ?? 0;
  const sending = progress?.phase === 'sending';
  return (
    <section className="notice run" aria-labelledby="run-title" data-testid="run">
      <Mark tone="wait" small />
      <div className="words">
        <h2 id="run-title">{t(`run.${progress?.phase ?? 'planning'}`, { count: planned })}</h2>
        <p>
          {progress && sending ? <SendingLine progress={progress} formats={formats} /> : t('run.keepsGoing')}
        </p>
        <progress
          aria-labelledby="run-title"
          max={Math.max(planned, 1)}
          {...(sending ? { value: done } : {})}
        />
      </div>
      <div className="notice-actions">
        {onPause && <Button onPress={onPause}>{t('run.pause')}</Button>}
        <Button onPress={onCancel}>{t('run.cancel')}</Button>
      </div>
    </section>
  );
}

/** A range that is never 0 and never narrower than one; minutes where seconds would be many. */
export function etaWords(seconds: { readonly low: number; readonly high: number }): {
  readonly key: 'left' | 'leftMinutes';
  readonly low: number;
  readonly high: number;
} {
  const inMinutes = seconds.high >= 120;
  const unit = inMinutes ? 60 : 1;
  const low = Math.max(1, Math.floor(seconds.low / unit));
  const high = Math.max(low + 1, Math.ceil(seconds.high / unit));
  return { key: inMinutes ? 'leftMinutes' : 'left', low, high };
}

function SendingLine({ progress, formats }: { readonly progress: RunProgress; readonly formats: Formats }) {
  const { t } = useTranslation();
  const { done, recordsPerSecond, etaSeconds } = progress;
  const parts = [t('run.done', { count: done })];
  if (recordsPerSecond >= 1)
    parts.push(t('run.rate', { rate: formats.number(Math.round(recordsPerSecond)) }));
  if (etaSeconds) {
    const { key, low, high } = etaWords(etaSeconds);
    parts.push(t(`run.${key}`, { low: formats.number(low), high: formats.number(high) }));
  }
  return <>{parts.join(' · ')}</>;
}
