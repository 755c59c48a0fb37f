import { useTranslation } from 'react-i18next';
import type { Formats } from '../../ui/formats.ts';
import { type ChartKind, type DayOfRuns, endings } from './day-figures.ts';

interface DayTipProps {
  readonly kind: ChartKind;
  readonly formats: Formats;
  /** put in by the chart: what lies under the pointer */
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: DayOfRuns }[];
}

/** What the day under the pointer stands for, in words. */
export function DayTip({ kind, formats, active, payload }: DayTipProps) {
  const { t } = useTranslation();
  const day = payload?.[0]?.payload;
  if (!active || day === undefined) return null;
  const { meanDurationMs: mean, maxDurationMs: max } = day;
  return (
    <div className="chart-tip">
      <strong>{formats.day(day.day)}</strong>
      <span>{t('historyPage.tip.records', { count: day.records })}</span>
      <span>{t('historyPage.tip.runs', { count: day.runs })}</span>
      {kind === 'verdicts' &&
        endings
          .filter((ending) => (day.byStatus[ending] ?? 0) > 0)
          .map((ending) => (
            <span key={ending}>
              {t('historyPage.tip.ending', {
                ending: t(`runStatus.${ending}`),
                runs: formats.number(day.byStatus[ending] ?? 0),
              })}
            </span>
          ))}
      {kind === 'durations' && mean !== null && max !== null && (
        <span>{t('historyPage.tip.took', { mean: formats.duration(mean), max: formats.duration(max) })}</span>
      )}
    </div>
  );
}
