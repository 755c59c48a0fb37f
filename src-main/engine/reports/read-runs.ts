import type { RunSelection } from '../../contract/report-shapes.ts';
import { type RunResult, runStatus } from '../../contract/run-shapes.ts';
import { prepared, type Storage, utcText } from '../storage/service.ts';
import { type RunRow, runsOf } from '../sync/service.ts';
import { dayBounds } from '../time/store-days.ts';

/** SQL: when a run began; runs of older scripts only say when they ended, in whatever form. */
export const beganAt = 'COALESCE(datetime(started_at), datetime(last_sync_time), created_at)';

/** Runs, newest first, as they were recorded (SPEC 6). */
export function readRuns(storage: Storage, selection: RunSelection): RunResult[] {
  const { conditions, parameters } = conditionsOf(storage, selection);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const sql = `SELECT * FROM sync_status ${where} ORDER BY sync_id DESC LIMIT ?`;
  return runsOf(storage, prepared(storage.reader, sql).all(...parameters, selection.limit) as RunRow[]);
}

interface Conditions {
  readonly conditions: readonly string[];
  readonly parameters: readonly unknown[];
}

/** SQL: what the filters ask of a row of sync_status; they restrict together. */
export function conditionsOf(
  storage: Storage,
  { status, mode, stream, day }: Omit<RunSelection, 'limit'>,
): Conditions {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  if (status === 'interrupted') {
    // What an older script wrote there and we have no word for counts as interrupted, as in runsOf.
    conditions.push(`COALESCE(status NOT IN (SELECT value FROM json_each(?)), TRUE)`);
    parameters.push(JSON.stringify(runStatus.options.filter((one) => one !== 'interrupted')));
  } else if (status !== undefined) {
    conditions.push('status = ?');
    parameters.push(status);
  }
  if (mode !== undefined) conditions.push(mode === 'full' ? `sync_type = 'full'` : `sync_type IS NOT 'full'`);
  if (stream !== undefined) {
    conditions.push('sync_id IN (SELECT run_id FROM sync_history WHERE sync_type = ?)');
    parameters.push(stream);
  }
  if (day !== undefined) {
    const { fromMs, beforeMs } = dayBounds(day, storage.location.timeZone());
    conditions.push(`${beganAt} >= ? AND ${beganAt} < ?`);
    parameters.push(utcText(new Date(fromMs)), utcText(new Date(beforeMs)));
  }
  return { conditions, parameters };
}
