import type { Database } from 'better-sqlite3';
import { prepared } from './prepared.ts';

/** A record set aside, with the reason in the cloud's words or ours. */
export interface QuarantinedRecord {
  readonly stream: string;
  /** natural key, for people */
  readonly recordKey: string;
  /** text, since SQLite's ids may pass 2^53; null for a parent, which its key names */
  readonly localId: string | null;
  readonly payload: unknown;
  readonly code: string;
  readonly message: string;
}

/** SQL: the run in progress, which is the newest there is; null outside a run. */
const presentRun = `(SELECT iif(status = 'running', sync_id, NULL) FROM sync_status ORDER BY sync_id DESC LIMIT 1)`;

/**
 * Inside a write transaction: sets a record aside until a person retries, edits or discards it. A record that was
 * retried and is refused again keeps its entry, with one attempt more.
 */
export function quarantine(db: Database, record: QuarantinedRecord, now: string): void {
  const { stream, recordKey, localId, code, message } = record;
  const payload = JSON.stringify(record.payload);
  const again = prepared(
    db,
    `UPDATE sync_quarantine SET payload = ?, code = ?, message = ?, attempts = COALESCE(attempts, 1) + 1,
       resolution = 'open', resolved_at = NULL, run_id = ${presentRun}
     WHERE id = (SELECT max(id) FROM sync_quarantine WHERE stream = ? AND record_key = ?
       AND local_id IS CAST(? AS INTEGER) AND resolution IN ('open', 'retried', 'edited'))`,
  );
  if (again.run(payload, code, message, stream, recordKey, localId).changes > 0) return;
  prepared(
    db,
    `INSERT INTO sync_quarantine (stream, record_key, local_id, payload, code, message, first_seen, attempts, resolution, run_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'open', ${presentRun})`,
  ).run(stream, recordKey, localId, payload, code, message, now);
}

/** SQL: true for rows of `alias` that are not in quarantine. */
export function notQuarantined(stream: string, alias: string): string {
  return `NOT EXISTS (SELECT 1 FROM sync_quarantine q
    WHERE q.stream = '${stream}' AND q.local_id = ${alias}.rowid AND q.resolution = 'open')`;
}
