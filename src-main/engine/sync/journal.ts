import { randomUUID } from 'node:crypto';
import type { RunResult, RunStatus, StreamResult, SyncMode, SyncTrigger } from '../../contract/run-shapes.ts';
import { type Connection, prepared, type Storage, utcText } from '../storage/service.ts';
import type { LoggedBatches } from './batch-log.ts';
import { createLateWrites, type LateWrites } from './late-writes.ts';
import { type RunRow, runsOf } from './run-rows.ts';

/** Every run and every stream in it, recorded at its start and closed once, whatever happens (SPEC 6). */
export interface Journal {
  openRun(run: {
    readonly mode: SyncMode;
    readonly trigger: SyncTrigger;
    readonly locationId: string | null;
  }): Promise<number>;
  /** A disk that refuses is waited for in the background: the run has ended all the same. */
  closeRun(result: RunResult): Promise<void>;
  /** One stream of a run: recorded as running, completed when `work` returns, failed when it throws. */
  track<Result extends StreamResult & LoggedBatches>(
    runId: number,
    stream: string,
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** Closes what a killed process left `running`. */
  closeInterrupted(): Promise<number>;
  list(limit: number): RunResult[];
  /** Gives up what a disk that refuses has kept from being recorded. */
  close(): Promise<void>;
}

export function createJournal(storage: Storage, serviceInstance: string, now: () => Date): Journal {
  const late = createLateWrites(storage);
  return {
    openRun: ({ mode, trigger, locationId }) =>
      storage.transaction((db) => {
        const at = utcText(now());
        const sql = `INSERT INTO sync_status
          (location_id, sync_type, last_sync_time, status, "trigger", started_at, run_key, service_instance)
          VALUES (?, ?, ?, 'running', ?, ?, ?, ?)`;
        const values = [locationId ?? '', mode, at, trigger, at, randomUUID(), serviceInstance];
        return Number(prepared(db, sql).run(...values).lastInsertRowid);
      }),
    closeRun: (result) => {
      const at = utcText(now());
      return late.write((db) => {
        const sql = `UPDATE sync_status SET last_sync_time = ?, records_synced = ?, status = ?, error_message = ?,
          finished_at = ?, planned = ?, sent = ?, duplicates = ?, quarantined = ?, failed = ?, stranded = ?,
          verified = ?, duration_ms = ?, fault_code = ?, error_group = ?, error_code = ?, deleted = ?, bytes = ? WHERE sync_id = ? AND status = 'running'`;
        prepared(db, sql).run(
          at,
          result.sent + result.duplicates,
          result.status,
          result.error,
          at,
          result.planned,
          result.sent,
          result.duplicates,
          result.quarantined,
          result.failed,
          result.stranded,
          Number(result.verified),
          result.durationMs,
          result.faultCode,
          result.errorGroup,
          result.errorCode,
          result.deleted,
          result.streams.reduce((sum, stream) => sum + stream.bytes, 0),
          result.runId,
        );
      });
    },
    async track(runId, stream, work) {
      const began = performance.now();
      const id = await openStream(storage, runId, stream, serviceInstance, utcText(now()));
      const close = (result: StreamResult & LoggedBatches): Promise<void> =>
        closeStream(late, id, result, performance.now() - began, utcText(now()));
      try {
        const result = await work();
        await close(result);
        return result;
      } catch (error) {
        await close(brokenOff(stream, error)).catch(() => undefined);
        throw error;
      }
    },
    async closeInterrupted() {
      // Nothing is written where nothing is open: another process may hold the file for long.
      const open = `SELECT 1 FROM sync_status WHERE status = 'running'
        UNION ALL SELECT 1 FROM sync_history WHERE status = 'running' LIMIT 1`;
      if (prepared(storage.reader, open).get() === undefined) return 0;
      return storage.transaction((db) => {
        const at = utcText(now());
        const words =
          'The process ended before the run did. What was sent is marked; the rest goes with the next run.';
        prepared(
          db,
          `UPDATE sync_history SET status = 'interrupted', error_message = ? WHERE status = 'running'`,
        ).run(words);
        const sql = `UPDATE sync_status SET status = 'interrupted', finished_at = ?, error_message = ? WHERE status = 'running'`;
        return prepared(db, sql).run(at, words).changes;
      });
    },
    close: () => late.close(),
    list(limit) {
      const sql = 'SELECT * FROM sync_status ORDER BY sync_id DESC LIMIT ?';
      return runsOf(storage, prepared(storage.reader, sql).all(limit) as RunRow[]);
    },
  };
}

function openStream(
  storage: Storage,
  runId: number,
  stream: string,
  serviceInstance: string,
  at: string,
): Promise<number> {
  const sql = `INSERT INTO sync_history (sync_type, sync_timestamp, status, service_instance, run_id)
    VALUES (?, ?, 'running', ?, ?)`;
  return storage.transaction((db) =>
    Number(prepared(db, sql).run(stream, at, serviceInstance, runId).lastInsertRowid),
  );
}

async function closeStream(
  late: LateWrites,
  historyId: number,
  result: StreamResult & LoggedBatches,
  durationMs: number,
  at: string,
): Promise<void> {
  const status = streamStatusOf(result);
  const { stream, planned, sent, duplicates, quarantined, failed, bytes, error, errorGroup, errorCode } =
    result;
  const { batches, batchCount } = result;
  const metadata = {
    stream,
    planned,
    sent,
    duplicates,
    quarantined,
    failed,
    bytes,
    error,
    errorGroup,
    errorCode,
    batches,
    batchCount,
  };
  await late.write((db) => {
    prepared(
      db,
      `UPDATE sync_history SET status = ?, records_processed = ?, duration_seconds = ?, error_message = ?,
        sync_metadata = ? WHERE id = ?`,
    ).run(status, sent + duplicates, durationMs / 1000, error, JSON.stringify(metadata), historyId);
    recordStreamStatus(db, result, status, at);
  });
}

/** What is known of a stream whose work ended with a fault of our own: that it failed. */
function brokenOff(stream: string, error: unknown): StreamResult & LoggedBatches {
  return {
    ...{ stream, planned: 0, sent: 0, duplicates: 0, quarantined: 0, failed: 0, bytes: 0 },
    error: error instanceof Error ? error.message : String(error),
    errorGroup: 'internal',
    errorCode: 'internal',
    batches: [],
    batchCount: 0,
  };
}

function streamStatusOf(result: StreamResult): RunStatus {
  if (result.failed === 0 && result.errorGroup === 'internal') return 'failed';
  if (result.failed === 0) return result.quarantined === 0 ? 'success' : 'partial';
  return result.sent + result.duplicates > 0 ? 'partial' : 'failed';
}

function recordStreamStatus(db: Connection, result: StreamResult, status: RunStatus, at: string): void {
  const good = status === 'success' ? 1 : 0;
  prepared(
    db,
    `INSERT INTO sync_stream_status (sync_type, last_sync_timestamp, last_attempt_timestamp, last_sync_status,
       last_error_message, successful_sync_count, failed_sync_count, last_records_processed, updated_at)
     VALUES (@stream, iif(@good, @at, NULL), @at, @status, @error, @good, 1 - @good, @records, @at)
     ON CONFLICT (sync_type) DO UPDATE SET
       last_sync_timestamp = COALESCE(excluded.last_sync_timestamp, last_sync_timestamp),
       last_attempt_timestamp = excluded.last_attempt_timestamp, last_sync_status = excluded.last_sync_status,
       last_error_message = excluded.last_error_message,
       successful_sync_count = COALESCE(successful_sync_count, 0) + excluded.successful_sync_count,
       failed_sync_count = COALESCE(failed_sync_count, 0) + excluded.failed_sync_count,
       last_records_processed = excluded.last_records_processed, updated_at = excluded.updated_at`,
  ).run({
    stream: result.stream,
    good,
    at,
    status,
    error: result.error,
    records: result.sent + result.duplicates,
  });
}
