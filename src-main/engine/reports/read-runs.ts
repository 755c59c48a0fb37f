import { errorGroup } from '../../contract/error-group.ts';
import type { RunSelection } from '../../contract/report-shapes.ts';
import {
  type RunResult,
  runStatus,
  type StreamResult,
  streamResult,
  syncTrigger,
} from '../../contract/run-shapes.ts';
import { fromUtcText, prepared, type Storage, utcText } from '../storage/service.ts';
import { dayBounds } from '../time/store-days.ts';

/** SQL: when a run began; runs of older scripts only say when they ended, in whatever form. */
export const beganAt = 'COALESCE(datetime(started_at), datetime(last_sync_time), created_at)';

/** Runs, newest first, as they were recorded (SPEC 6). */
export function readRuns(storage: Storage, selection: RunSelection): RunResult[] {
  const { conditions, parameters } = conditionsOf(storage, selection);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const sql = `SELECT * FROM sync_status ${where} ORDER BY sync_id DESC LIMIT ?`;
  const rows = prepared(storage.reader, sql).all(...parameters, selection.limit) as RunRow[];
  const streams = readStreams(
    storage,
    rows.map((row) => row.sync_id),
  );
  return rows.map((row) => toRunResult(row, streams.get(row.sync_id) ?? []));
}

interface Conditions {
  readonly conditions: readonly string[];
  readonly parameters: readonly unknown[];
}

function conditionsOf(storage: Storage, { status, mode, stream, day }: RunSelection): Conditions {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  if (status === 'interrupted') {
    // What an older script wrote there and we have no word for counts as interrupted, as in toRunResult.
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

interface RunRow {
  readonly sync_id: number;
  readonly sync_type: string | null;
  readonly status: string | null;
  readonly trigger: string | null;
  readonly error_message: string | null;
  readonly fault_code: string | null;
  readonly error_group: string | null;
  readonly started_at: string | null;
  readonly last_sync_time: string | null;
  readonly [count: string]: string | number | null;
}

function toRunResult(row: RunRow, streams: readonly StreamResult[]): RunResult {
  const count = (name: string): number => Number(row[name] ?? 0);
  return {
    runId: row.sync_id,
    mode: row.sync_type === 'full' ? 'full' : 'hourly',
    trigger: syncTrigger.safeParse(row.trigger).data ?? 'manual',
    status: runStatus.safeParse(row.status).data ?? 'interrupted',
    dryRun: false,
    planned: count('planned'),
    // Runs of older scripts have only a total.
    sent: row.started_at === null ? count('records_synced') : count('sent'),
    duplicates: count('duplicates'),
    quarantined: count('quarantined'),
    failed: count('failed'),
    stranded: count('stranded'),
    deleted: count('deleted'),
    verified: row.verified === 1,
    durationMs: count('duration_ms'),
    startedAt: fromUtcText(row.started_at ?? row.last_sync_time)?.toISOString() ?? null,
    error: row.error_message,
    faultCode: row.fault_code,
    errorGroup: errorGroup.safeParse(row.error_group).data ?? null,
    streams: [...streams],
  };
}

function readStreams(storage: Storage, runIds: readonly number[]): Map<number, StreamResult[]> {
  const sql = `SELECT run_id, sync_metadata FROM sync_history
    WHERE run_id IN (SELECT value FROM json_each(?)) AND sync_metadata IS NOT NULL ORDER BY id`;
  const rows = prepared(storage.reader, sql).all(JSON.stringify(runIds)) as {
    run_id: number;
    sync_metadata: string;
  }[];
  const streams = new Map<number, StreamResult[]>();
  for (const { run_id, sync_metadata } of rows) {
    const result = streamOf(sync_metadata);
    if (result !== null) streams.set(run_id, [...(streams.get(run_id) ?? []), result]);
  }
  return streams;
}

/** A script of another make may have written something else there. */
function streamOf(metadata: string): StreamResult | null {
  try {
    return streamResult.safeParse(JSON.parse(metadata)).data ?? null;
  } catch {
    return null;
  }
}
