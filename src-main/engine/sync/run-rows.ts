import { errorGroup } from '../../contract/error-group.ts';
import type { RunSummary } from '../../contract/history-shapes.ts';
import {
  type RunResult,
  runStatus,
  type StreamResult,
  streamResult,
  syncTrigger,
} from '../../contract/run-shapes.ts';
import { fromUtcText, prepared, type Storage } from '../storage/service.ts';

/** A row of sync_status, ours or of an older script. */
export interface RunRow {
  readonly sync_id: number;
  readonly sync_type: string | null;
  readonly status: string | null;
  readonly trigger: string | null;
  readonly error_message: string | null;
  readonly fault_code: string | null;
  readonly error_group: string | null;
  readonly error_code: string | null;
  readonly started_at: string | null;
  readonly last_sync_time: string | null;
  readonly [count: string]: string | number | null;
}

/** The runs that rows of sync_status stand for, with their streams (SPEC 8). */
export function runsOf(storage: Storage, rows: readonly RunRow[]): RunResult[] {
  const streams = readStreams(
    storage,
    rows.map((row) => row.sync_id),
  );
  return rows.map((row) => ({ ...summaryOf(row), streams: streams.get(row.sync_id) ?? [] }));
}

/** The run that a row of sync_status stands for, without its streams. */
export function summaryOf(row: RunRow): RunSummary {
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
    errorCode: row.error_code,
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
