import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { ErrorGroup } from '../../contract/error-group.ts';
import type { RunStatistics } from '../../contract/report-shapes.ts';
import { type RunStatus, runStatus } from '../../contract/run-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { addDays, dayBounds, dayOf } from '../time/store-days.ts';
import { causesOf } from './run-causes.ts';
import { type RunRecord, readRunRecords } from './run-records.ts';

/** How the runs of the last days went; days are those of the store's calendar, today included (SPEC 6). */
export async function runStatistics(storage: Storage, now: Date, days: number): Promise<RunStatistics> {
  const timeZone = storage.location.timeZone();
  const today = dayOf(now.getTime(), timeZone);
  const calendar = Array.from({ length: days }, (_, index) => addDays(today, index - days + 1));
  const { fromMs } = dayBounds(calendar[0] ?? today, timeZone);
  const runs = await readRunRecords(storage, new Date(fromMs), 'ofTroubled');
  const byDay = await groupByDay(runs, timeZone);
  const durations = runs.flatMap((run) => run.durationMs ?? []).sort((a, b) => a - b);
  return {
    days,
    runs: runs.length,
    successRate:
      runs.length === 0 ? null : runs.filter((run) => run.status === 'success').length / runs.length,
    meanDurationMs: durations.length === 0 ? null : Math.round(sum(durations) / durations.length),
    p95DurationMs: durations[Math.ceil(durations.length * 0.95) - 1] ?? null,
    recordsPerDay: calendar.map((day) => ({ day, ...figuresOfDay(byDay.get(day) ?? []) })),
    failuresByGroup: failuresByGroup(runs),
  };
}

/** Naming the days of thousands of runs takes a while, so it is done between other work. */
async function groupByDay(runs: readonly RunRecord[], timeZone: string): Promise<Map<string, RunRecord[]>> {
  const byDay = new Map<string, RunRecord[]>();
  for (const [index, run] of runs.entries()) {
    if (index % 500 === 499) await yieldToLoop();
    const day = dayOf(run.beganMs, timeZone);
    const ofDay = byDay.get(day);
    if (ofDay === undefined) byDay.set(day, [run]);
    else ofDay.push(run);
  }
  return byDay;
}

function figuresOfDay(runs: readonly RunRecord[]): Omit<RunStatistics['recordsPerDay'][number], 'day'> {
  const byStatus: Partial<Record<RunStatus, number>> = {};
  for (const run of runs) {
    // What an older script wrote there and we have no word for counts as interrupted, as in the list.
    const status = runStatus.safeParse(run.status).data ?? 'interrupted';
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  const durations = runs.flatMap((run) => run.durationMs ?? []);
  return {
    records: sum(runs.map((run) => run.records)),
    runs: runs.length,
    byStatus,
    meanDurationMs: durations.length === 0 ? null : Math.round(sum(durations) / durations.length),
    maxDurationMs: durations.length === 0 ? null : Math.max(...durations),
  };
}

function failuresByGroup(runs: readonly RunRecord[]): RunStatistics['failuresByGroup'] {
  const failures: Partial<Record<ErrorGroup, number>> = {};
  for (const run of runs) {
    const groups = new Set(causesOf(run).map((cause) => cause.group));
    if (run.quarantined > 0) groups.add('data');
    for (const group of groups) failures[group] = (failures[group] ?? 0) + 1;
  }
  return failures;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
