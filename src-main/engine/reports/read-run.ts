import { BackhaulError } from '../../contract/errors.ts';
import { batchResult, type RunDetails, type StreamDetails } from '../../contract/history-shapes.ts';
import { runStatus, streamResult } from '../../contract/run-shapes.ts';
import { fromUtcText, type Storage } from '../storage/service.ts';
import { type RunRow, summaryOf } from '../sync/service.ts';

/**
 * One run with its streams and their batches.
 * @throws BackhaulError `not_found`
 */
export async function readRun(storage: Storage, runId: number): Promise<RunDetails> {
  const [[row], streams, setAside] = await Promise.all([
    storage.background.all<RunRow>('SELECT * FROM sync_status WHERE sync_id = ?', [runId]),
    storage.background.all<StreamRow>(
      `SELECT sync_type, sync_timestamp, status, duration_seconds, error_message, sync_metadata
       FROM sync_history WHERE run_id = ? ORDER BY id`,
      [runId],
    ),
    storage.background.all<{ n: number }>('SELECT count(*) AS n FROM sync_quarantine WHERE run_id = ?', [
      runId,
    ]),
  ]);
  if (row === undefined)
    throw new BackhaulError('not_found', `There is no run ${runId}. Runs are kept for 90 days.`);
  return { ...summaryOf(row), streams: streams.map(toStreamDetails), setAside: setAside[0]?.n ?? 0 };
}

interface StreamRow {
  readonly sync_type: string | null;
  readonly sync_timestamp: string | null;
  readonly status: string | null;
  readonly duration_seconds: number | null;
  readonly error_message: string | null;
  readonly sync_metadata: string | null;
}

/** Of columns that a script of another make may have filled. */
function toStreamDetails(row: StreamRow): StreamDetails {
  const metadata = parse(row.sync_metadata);
  const counts = streamResult.safeParse({ ...nothing, stream: row.sync_type ?? '', ...metadata });
  const batches = batchResult.array().safeParse(metadata.batches).data ?? [];
  const { duration_seconds: seconds } = row;
  return {
    ...(counts.data ?? { ...nothing, stream: row.sync_type ?? '', error: row.error_message }),
    error: row.error_message,
    status: runStatus.safeParse(row.status).data ?? 'interrupted',
    startedAt: fromUtcText(row.sync_timestamp)?.toISOString() ?? null,
    durationMs: typeof seconds === 'number' && seconds >= 0 ? Math.round(seconds * 1000) : null,
    batches,
    batchCount: Math.max(batches.length, Number(metadata.batchCount ?? 0) || 0),
  };
}

const nothing = {
  planned: 0,
  sent: 0,
  duplicates: 0,
  quarantined: 0,
  failed: 0,
  bytes: 0,
  error: null,
  errorGroup: null,
  errorCode: null,
};

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
