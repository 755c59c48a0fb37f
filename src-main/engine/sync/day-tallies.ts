import { type Connection, prepared } from '../storage/service.ts';

/** Count and sum of the fingerprints of a stream's UTC day; the sum is exact. */
export interface DayTally {
  readonly rows: number;
  readonly prints: bigint;
}

export const nothing: DayTally = { rows: 0, prints: 0n };

export function plus(a: DayTally, b: DayTally): DayTally {
  return { rows: a.rows + b.rows, prints: a.prints + b.prints };
}

/** What retention has deleted of a day after it was compared. */
export function readDeleted(db: Connection, stream: string, day: string): DayTally {
  const sql = `SELECT row_count, CAST(fingerprint_sum AS TEXT) AS prints FROM verified_tallies
    WHERE stream = ? AND session_id = ? AND camera_id = '' AND table_id = ''`;
  const row = prepared(db, sql).get(stream, day) as { row_count: number; prints: string } | undefined;
  return row === undefined ? nothing : { rows: row.row_count, prints: BigInt(row.prints) };
}

/** Inside a write transaction: the sums of a day's deleted rows as they are from now on. */
export function writeDeleted(
  db: Connection,
  stream: string,
  day: string,
  { rows, prints }: DayTally,
  at: string,
): void {
  if (rows === 0) {
    prepared(db, 'DELETE FROM verified_tallies WHERE stream = ? AND session_id = ?').run(stream, day);
    return;
  }
  prepared(
    db,
    `INSERT OR REPLACE INTO verified_tallies (stream, session_id, camera_id, table_id, row_count, frame_sum,
       fingerprint_sum, sealed_at) VALUES (?, ?, '', '', ?, 0, CAST(? AS INTEGER), ?)`,
  ).run(stream, day, rows, String(prints), at);
}
