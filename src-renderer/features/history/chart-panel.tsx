import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunStatistics } from '../../../src-main/contract/report-shapes.ts';
import { SwitchField } from '../../ui/field.tsx';
import type { Formats } from '../../ui/formats.ts';
import { Segments } from '../../ui/segments.tsx';
import { DayChart } from './day-chart.tsx';
import { type ChartKind, summarize } from './day-figures.ts';
import { DayTable } from './day-table.tsx';

interface ChartPanelProps {
  /** null while they are read for the first time */
  readonly statistics: RunStatistics | null;
  readonly days: number;
  readonly formats: Formats;
  readonly onDays: (days: number) => void;
  readonly onDay: (day: string) => void;
}

const kinds: readonly ChartKind[] = ['records', 'verdicts', 'durations'];
const spans = [7, 30, 90];

/** How the last days went: a chart of one's choice, or the same as a table. */
export function ChartPanel({ statistics, days, formats, onDays, onDay }: ChartPanelProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ChartKind>('records');
  const [asTable, setAsTable] = useState(false);
  const perDay = statistics?.recordsPerDay ?? [];
  const { records, busiest } = summarize(perDay);
  return (
    <section className="chart-panel" aria-label={t('historyPage.chart.label')}>
      <div className="chart-choices">
        <Segments
          label={t('historyPage.chart.what')}
          value={kind}
          choices={kinds.map((value) => ({ value, label: t(`historyPage.chart.${value}`) }))}
          onChange={setKind}
          testId="chart-kind"
        />
        <Segments
          label={t('historyPage.chart.span')}
          value={String(days)}
          choices={spans.map((span) => ({
            value: String(span),
            label: t('historyPage.chart.days', { count: span }),
          }))}
          onChange={(span) => onDays(Number(span))}
          testId="chart-days"
        />
        <SwitchField
          label={t('historyPage.chart.asTable')}
          isSelected={asTable}
          onChange={setAsTable}
          testId="chart-as-table"
        />
      </div>
      <div className="chart-place">
        {asTable ? (
          <DayTable kind={kind} days={perDay} formats={formats} />
        ) : (
          <DayChart kind={kind} days={perDay} formats={formats} onDay={onDay} />
        )}
      </div>
      <p className="quiet-text">
        {busiest === null
          ? t('historyPage.chart.none', { count: days })
          : t('historyPage.chart.summary', {
              count: records,
              day: formats.day(busiest.day),
              most: formats.number(busiest.records),
            })}
      </p>
    </section>
  );
}
