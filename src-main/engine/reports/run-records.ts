import { type ErrorGroup, errorGroup } from '../../contract/error-group.ts';
import { type Storage, utcText } from '../storage/service.ts';
import { beganAt } from './read-runs.ts';

/** A recorded run with what its causes and figures are made of. */
export interface RunRecord {
  readonly id: number;
  readonly mode: 'hourly' | 'full';
  /** ours (contract/run-shapes.ts), or what an older script wrote */
  readonly status: string;
  /** false for a run of an older script */
  readonly ours: boolean;
  readonly beganMs: number;
  readonly endedMs: number;
  /** null where nobody measured it */
  readonly durationMs: number | null;
  /** sent and found there */
  readonly records: number;
  readonly quarantined: number;
  readonly stranded: number;
  readonly error: string | null;
  readonly group: ErrorGroup | null;
  readonly faultCode: string | null;
  readonly streams: readonly StreamRecord[];
}

/** One stream of it. */
export interface StreamRecord {
  readonly stream: string;
  readonly status: string;
  readonly planned: number;
  /** sent and found there */
  readonly done: number;
  readonly failed: number;
  readonly error: string | null;
  readonly group: ErrorGroup | null;
  readonly code: string | null;
}

/** `in_progress` is how older scripts say it. */
const ended = `COALESCE(status, '') NOT IN ('running', 'in_progress')`;
const endedAt = 'COALESCE(datetime(finished_at), datetime(last_sync_time), created_at)';

/** So many runs are read at once: the engine's thread takes them over between other work. */
const runsAtOnce = 200;

/**
 * Runs that have ended and began at or after an instant, oldest first. `ofTroubled`: a run that went well comes without
 * its streams.
 */
export async function readRunRecords(
  storage: Storage,
  since: Date,
  streams: 'all' | 'ofTroubled' = 'all',
): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (let after = 0; ; ) {
    const rows = await readRunRows(storage, since, after);
    const last = rows.at(-1);
    if (last === undefined) return records;
    const wanted = rows.filter((row) => streams === 'all' || row.status !== 'success');
    const byRun = Map.groupBy(await readStreamRows(storage, wanted), (row) => row.run_id);
    for (const row of rows) records.push(toRunRecord(row, byRun.get(row.sync_id) ?? []));
    after = last.sync_id;
  }
}

function readRunRows(storage: Storage, since: Date, after: number): Promise<RunRow[]> {
  return storage.background.all<RunRow>(
    `SELECT sync_id, sync_type, status, run_key, unixepoch(${beganAt}) AS began, unixepoch(${endedAt}) AS ended,
       duration_ms, records_synced, quarantined, stranded, error_message, error_group,
       COALESCE(error_code, fault_code) AS fault_code
     FROM sync_status WHERE ${ended} AND ${beganAt} >= ? AND sync_id > ? ORDER BY sync_id LIMIT ?`,
    [utcText(since), after, runsAtOnce],
  );
}

async function readStreamRows(storage: Storage, runs: readonly RunRow[]): Promise<StreamRow[]> {
  if (runs.length === 0) return [];
  return storage.background.all<StreamRow>(
    `SELECT run_id, sync_type, status, error_message, metadata ->> 'planned' AS planned, metadata ->> 'sent' AS sent,
       metadata ->> 'duplicates' AS duplicates, metadata ->> 'failed' AS failed,
       metadata ->> 'errorGroup' AS error_group, metadata ->> 'errorCode' AS error_code
     FROM (SELECT *, iif(json_valid(sync_metadata), sync_metadata, '{}') AS metadata FROM sync_history
       WHERE run_id IN (SELECT value FROM json_each(?))) ORDER BY id`,
    [JSON.stringify(runs.map((run) => run.sync_id))],
  );
}

interface RunRow {
  readonly sync_id: number;
  readonly sync_type: string | null;
  readonly status: string | null;
  readonly run_key: string | null;
  readonly began: number | null;
  readonly ended: number | null;
  readonly duration_ms: number | null;
  readonly records_synced: number | null;
  readonly quarantined: number | null;
  readonly stranded: number | null;
  readonly error_message: string | null;
  readonly error_group: string | null;
  readonly fault_code: string | null;
}

interface StreamRow {
  readonly run_id: number;
  readonly sync_type: string | null;
  readonly status: string | null;
  readonly error_message: string | null;
  readonly planned: number | null;
  readonly sent: number | null;
  readonly duplicates: number | null;
  readonly failed: number | null;
  readonly error_group: string | null;
  readonly error_code: string | null;
}

function toRunRecord(row: RunRow, streams: readonly StreamRow[]): RunRecord {
  const ours = row.run_key !== null;
  const measured = ours && row.status !== 'interrupted';
  return {
    id: row.sync_id,
    mode: row.sync_type === 'full' ? 'full' : 'hourly',
    status: row.status ?? '',
    ours,
    beganMs: (row.began ?? 0) * 1000,
    endedMs: (row.ended ?? row.began ?? 0) * 1000,
    durationMs: measured ? number(row.duration_ms) : null,
    records: number(row.records_synced),
    quarantined: number(row.quarantined),
    stranded: number(row.stranded),
    error: row.error_message,
    group: groupOf(row.error_group),
    faultCode: row.fault_code,
    streams: streams.map(toStreamRecord),
  };
}

function toStreamRecord(row: StreamRow): StreamRecord {
  return {
    stream: row.sync_type ?? '',
    status: row.status ?? '',
    planned: number(row.planned),
    done: number(row.sent) + number(row.duplicates),
    failed: number(row.failed),
    error: row.error_message,
    group: groupOf(row.error_group),
    code: row.error_code,
  };
}

function groupOf(text: string | null): ErrorGroup | null {
  return errorGroup.safeParse(text).data ?? null;
}

/** Of columns that other programs may have filled. */
function number(value: unknown): number {
  const found = Number(value ?? 0);
  return Number.isFinite(found) ? Math.max(0, found) : 0;
}
