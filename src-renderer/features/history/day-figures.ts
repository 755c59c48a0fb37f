import type { RunStatistics } from '../../../src-main/contract/report-shapes.ts';
import type { RunStatus } from '../../../src-main/contract/run-shapes.ts';

export type DayOfRuns = RunStatistics['recordsPerDay'][number];

export type ChartKind = 'records' | 'verdicts' | 'durations';

/** Ends of runs in the order they are stacked: what went well lies at the bottom. */
export const endings = [
  'success',
  'partial',
  'cancelled',
  'interrupted',
  'failed',
] as const satisfies readonly RunStatus[];

export type Ending = (typeof endings)[number];

/** Of the days with runs: how many, their records, the busiest one. */
export interface ChartSummary {
  readonly runs: number;
  readonly records: number;
  /** null where no record was sent */
  readonly busiest: DayOfRuns | null;
}

export function summarize(days: readonly DayOfRuns[]): ChartSummary {
  const busiest = days.reduce<DayOfRuns | null>(
    (best, day) => (day.records > (best?.records ?? 0) ? day : best),
    null,
  );
  return {
    runs: days.reduce((sum, day) => sum + day.runs, 0),
    records: days.reduce((sum, day) => sum + day.records, 0),
    busiest,
  };
}

/** The endings that occur at all; success always, so that the legend begins with it. */
export function occurring(days: readonly DayOfRuns[]): readonly Ending[] {
  return endings.filter((one) => one === 'success' || days.some((day) => (day.byStatus[one] ?? 0) > 0));
}
