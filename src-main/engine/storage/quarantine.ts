import type { Database } from 'better-sqlite3';
import { prepared } from './prepared.ts';

/** A record set aside, with the reason in the cloud's words or ours. */
export interface QuarantinedRecord {
  readonly stream: string;
  /** natural key, for people */
  readonly recordKey: string;
  /** text, since SQLite's ids may pass 2^53 */
  readonly localId: string;
  readonly payload: unknown;
  readonly code: string;
  readonly message: string;
}

/** Inside a write transaction: sets a record aside until a person retries, edits or discards it. */
export function quarantine(db: Database, record: QuarantinedRecord, now: string): void {
  prepared(
    db,
    `INSERT INTO sync_quarantine (stream, record_key, local_id, payload, code, message, first_seen, attempts, resolution)
     VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'open')`,
  ).run(
    record.stream,
    record.recordKey,
    record.localId,
    JSON.stringify(record.payload),
    record.code,
    record.message,
    now,
  );
}

/** SQL: true for rows of `alias` that are not in quarantine. */
export function notQuarantined(stream: string, alias: string): string {
  return `NOT EXISTS (SELECT 1 FROM sync_quarantine q
    WHERE q.stream = '${stream}' AND q.local_id = ${alias}.rowid AND q.resolution = 'open')`;
}
