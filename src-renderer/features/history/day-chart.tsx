import { useTranslation } from 'react-i18next';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import '../../ui/chart.css';
import type { Formats } from '../../ui/formats.ts';
import { type ChartKind, type DayOfRuns, type Ending, occurring } from './day-figures.ts';
import { DayTip } from './day-tip.tsx';

interface DayChartProps {
  readonly kind: ChartKind;
  readonly days: readonly DayOfRuns[];
  readonly formats: Formats;
  readonly onDay: (day: string) => void;
}

const fills: Readonly<Record<Ending, string>> = {
  success: 'var(--safe)',
  partial: 'url(#chart-partial)',
  cancelled: 'var(--control)',
  interrupted: 'url(#chart-interrupted)',
  failed: 'url(#chart-failed)',
};

/** A bar or a point a day. The table beside it tells the same, so it is hidden from screen readers. */
export function DayChart(props: DayChartProps) {
  const { kind, days, formats, onDay } = props;
  const data = [...days];
  const frame = {
    data,
    margin: { top: 8, right: 32, bottom: 0, left: 0 },
    accessibilityLayer: false,
    onClick: ({ activeLabel }: { readonly activeLabel?: string | number | undefined }) => {
      if (activeLabel !== undefined) onDay(String(activeLabel));
    },
  };
  const value = (amount: number): string =>
    kind === 'durations' ? formats.duration(amount) : formats.number(amount);
  const inside = (
    <>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="day"
        tickFormatter={formats.day}
        tickLine={false}
        stroke="var(--edge)"
        minTickGap={28}
      />
      <YAxis
        tickFormatter={value}
        tickLine={false}
        axisLine={false}
        width={kind === 'durations' ? 84 : 64}
        allowDecimals={kind === 'durations'}
      />
      <Tooltip
        content={<DayTip kind={kind} formats={formats} />}
        cursor={{ fill: 'var(--sunk)' }}
        isAnimationActive={false}
      />
    </>
  );
  return (
    <div className="chart day-chart" aria-hidden="true" data-testid="day-chart" data-kind={kind}>
      <Patterns />
      <ResponsiveContainer width="100%" height={kind === 'records' ? 258 : 230}>
        {kind === 'durations' ? (
          <LineChart {...frame}>
            {inside}
            <Line
              dataKey="maxDurationMs"
              stroke="var(--off)"
              strokeWidth={2}
              strokeDasharray="5 4"
              {...dots}
            />
            <Line dataKey="meanDurationMs" stroke="var(--wait)" strokeWidth={2.5} {...dots} />
          </LineChart>
        ) : (
          <BarChart {...frame} barCategoryGap="18%">
            {inside}
            {kind === 'records' ? (
              <Bar dataKey="records" fill="var(--safe)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
            ) : (
              occurring(days).map((ending) => (
                <Bar
                  key={ending}
                  dataKey={(day: DayOfRuns) => day.byStatus[ending] ?? 0}
                  name={ending}
                  stackId="runs"
                  fill={fills[ending]}
                  stroke="var(--paper)"
                  isAnimationActive={false}
                />
              ))
            )}
          </BarChart>
        )}
      </ResponsiveContainer>
      <Legend kind={kind} days={days} />
    </div>
  );
}

const dots = { dot: { r: 2.5 }, activeDot: { r: 4 }, connectNulls: false, isAnimationActive: false } as const;

/** What the colours mean; endings differ in their pattern, too. */
function Legend({ kind, days }: Pick<DayChartProps, 'kind' | 'days'>) {
  const { t } = useTranslation();
  if (kind === 'records') return null;
  const names =
    kind === 'durations'
      ? (['mean', 'max'] as const).map((name) => ({ name, label: t(`historyPage.duration.${name}`) }))
      : [];
  const shown =
    kind === 'durations' ? names : occurring(days).map((name) => ({ name, label: t(`runStatus.${name}`) }));
  return (
    <ul className="chart-legend">
      {shown.map(({ name, label }) => (
        <li key={name}>
          <svg width="16" height="12" aria-hidden="true">
            {name === 'mean' || name === 'max' ? (
              <line x1="0" x2="16" y1="6" y2="6" className={`legend-line ${name}`} />
            ) : (
              <rect width="16" height="12" rx="2" fill={fills[name]} />
            )}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Stripes and dots, so that the endings can be told apart without their colours. */
function Patterns() {
  return (
    <svg width="0" height="0" className="chart-patterns" aria-hidden="true">
      <defs>
        <pattern
          id="chart-failed"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="6" height="6" fill="var(--attention)" />
          <line x1="0" x2="0" y1="0" y2="6" stroke="var(--paper)" strokeWidth="2" />
        </pattern>
        <pattern id="chart-partial" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--off)" />
          <circle cx="3" cy="3" r="1.2" fill="var(--paper)" />
        </pattern>
        <pattern id="chart-interrupted" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--control)" />
          <line x1="0" x2="6" y1="3" y2="3" stroke="var(--paper)" strokeWidth="2" />
        </pattern>
      </defs>
    </svg>
  );
}
