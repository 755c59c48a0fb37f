import type { RunDetails, RunPage, RunPageSelection } from '../../contract/history-shapes.ts';
import type { LinePage, LinePageSelection } from '../../contract/line-shapes.ts';
import type { ErrorEntry, ErrorSummary, RunSelection, RunStatistics } from '../../contract/report-shapes.ts';
import type { RunResult } from '../../contract/run-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { listErrors, shownDays } from './list-errors.ts';
import { pageRuns } from './page-runs.ts';
import { readRun } from './read-run.ts';
import { readRuns } from './read-runs.ts';
import { pageLines } from './refused-lines.ts';
import { runStatistics } from './run-statistics.ts';
import { acknowledgeLines } from './seen-lines.ts';
import { createErrorSummary } from './summarize-errors.ts';

export { watchErrors } from './watch-errors.ts';

/** What is told of runs that were recorded, and of what was not taken (SPEC 6, 7). */
export interface Reports {
  /** runs, newest first; the filters restrict together, days are those of the store's calendar */
  runs(selection: RunSelection): RunResult[];
  /** a page of them without their streams, and how many match */
  page(selection: RunPageSelection): Promise<RunPage>;
  /** @throws BackhaulError `not_found` */
  run(runId: number): Promise<RunDetails>;
  /**
   * Causes of failures with what to do, unresolved first, then the newest: what is unresolved or was resolved in the
   * last days (one, if they are not named), with `all` everything of the last 90
   */
  errors(options: { readonly all: boolean; readonly days?: number }): Promise<ErrorEntry[]>;
  /** what needs a person; cheap while nothing has changed */
  summary(): Promise<ErrorSummary>;
  /** lines of the bridge that were refused, newest first */
  lines(selection: LinePageSelection): Promise<LinePage>;
  /** refused lines (with this code) that are there now count as resolved; says how many did not before */
  acknowledge(code: string | undefined): Promise<number>;
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
    page: (selection) => pageRuns(storage, selection),
    run: (runId) => readRun(storage, runId),
    errors: ({ all, days = 1 }) => listErrors(storage, now(), all ? shownDays : days),
    summary: createErrorSummary(storage, now),
    lines: (selection) => pageLines(storage, selection),
    acknowledge: (code) => acknowledgeLines(storage, code, now()),
    statistics: (days) => runStatistics(storage, now(), days),
  };
}
