import type { ErrorEntry, RunSelection, RunStatistics } from '../../contract/report-shapes.ts';
import type { RunResult } from '../../contract/run-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { listErrors } from './list-errors.ts';
import { readRuns } from './read-runs.ts';
import { runStatistics } from './run-statistics.ts';

/** What is told of runs that were recorded (SPEC 6, 7). Reads only. */
export interface Reports {
  /** runs, newest first; the filters restrict together, days are those of the store's calendar */
  runs(selection: RunSelection): RunResult[];
  /**
   * Causes of failures with what to do, unresolved first, then the newest: what is unresolved or was resolved in the
   * last 24 hours, with `all` everything of the last 90 days
   */
  errors(options: { readonly all: boolean }): Promise<ErrorEntry[]>;
  /** figures of the last days, 1 to 90, today included */
  statistics(days: number): Promise<RunStatistics>;
}

export interface ReportsOptions {
  readonly storage: Storage;
  readonly now: () => Date;
}

export function createReports({ storage, now }: ReportsOptions): Reports {
  return {
    runs: (selection) => readRuns(storage, selection),
    errors: ({ all }) => listErrors(storage, now(), all),
    statistics: (days) => runStatistics(storage, now(), days),
  };
}
