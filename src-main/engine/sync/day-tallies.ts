import { hash } from 'node:crypto';
import { type Connection, decodeFrames, prepared, writeGroup } from '../storage/service.ts';

/** Count and sum of the fingerprints of a stream's UTC day; the sum is exact. */
export interface DayTally {
  readonly rows: number;
  readonly prints: bigint;
}

export const nothing: DayTally = { rows: 0, prints: 0n };

export function plus(a: DayTally, b: DayTally): DayTally {
  return { rows: a.rows + b.rows, prints: a.prints + b.prints };
}

/** A record of a day: its key, which begins with its time in microseconds, and its fingerprint. */
export interface DayRecord {
  readonly record_key: string;
  readonly print: number;
}

/*
 * Of a day's deleted records it stays known which they were: one row of verified_tallies for each hour, so that a write
 * is small, the hour as the table and in `frames` a number made of each record's key, with its fingerprint. An earlier
 * version kept one row for the day, without an hour, that says only how many there were and their sum.
 */

/**
 * What a key is remembered as: 40 bits of its hash, some nine bytes with the fingerprint. Two of an hour's records fall
 * together once in 80,000 hours at a record a second; they count as one then, and no comparison disagrees for it.
 */
export function numberOf(recordKey: string): number {
  return hash('sha256', recordKey, 'buffer').readUIntBE(0, 5);
}

function hourOf(recordKey: string): string {
  const microseconds = Number(recordKey.slice(0, recordKey.indexOf('/')));
  return new Date(Math.floor(microseconds / 1000)).toISOString().slice(11, 13);
}

interface SealedHour {
  readonly hour: string;
  readonly frames: Uint8Array | null;
}

function sealedHours(db: Connection, stream: string, day: string): SealedHour[] {
  const sql =
    'SELECT table_id AS hour, frames FROM verified_tallies WHERE stream = ? AND session_id = ? ORDER BY table_id';
  return prepared(db, sql).all(stream, day) as SealedHour[];
}

/** What retention has deleted of a day after it was compared. */
export function readDeleted(db: Connection, stream: string, day: string): DayTally {
  const sql = `SELECT COALESCE(sum(row_count), 0) AS row_count,
      CAST(COALESCE(sum(fingerprint_sum), 0) AS TEXT) AS prints
    FROM verified_tallies WHERE stream = ? AND session_id = ?`;
  const row = prepared(db, sql).get(stream, day) as { row_count: number; prints: string };
  return { rows: row.row_count, prints: BigInt(row.prints) };
}

/** Which records of a day retention has deleted, by `numberOf` their key, and their fingerprints. */
export function readDeletedRecords(db: Connection, stream: string, day: string): Map<number, number> {
  return new Map(sealedHours(db, stream, day).flatMap(({ frames }) => [...decodeFrames(frames)]));
}

/** How many deleted records of a day an earlier version counted without keeping which they were. */
export function countUnnamed(db: Connection, stream: string, day: string): number {
  const sql = `SELECT row_count FROM verified_tallies WHERE stream = ? AND session_id = ? AND frames IS NULL`;
  const row = prepared(db, sql).get(stream, day) as { row_count: number } | undefined;
  return row?.row_count ?? 0;
}

/** Inside a write transaction: of a day's records only those are compared from now on of which it is known which they are. */
export function forgetUnnamed(db: Connection, stream: string, day: string): void {
  const sql = 'DELETE FROM verified_tallies WHERE stream = ? AND session_id = ? AND frames IS NULL';
  prepared(db, sql).run(stream, day);
}

/** Inside a write transaction: adds what is deleted of a day; a record that was deleted before counts once. */
export function addDeleted(
  db: Connection,
  stream: string,
  day: string,
  records: readonly DayRecord[],
  at: string,
): void {
  const read = prepared(
    db,
    `SELECT frames FROM verified_tallies
     WHERE stream = ? AND session_id = ? AND camera_id = '' AND table_id = ?`,
  );
  for (const [hour, some] of Map.groupBy(records, ({ record_key }) => hourOf(record_key))) {
    const before = read.get(stream, day, hour) as { frames: Uint8Array | null } | undefined;
    const frames = decodeFrames(before?.frames ?? null);
    for (const { record_key, print } of some) frames.set(numberOf(record_key), print);
    writeGroup(db, stream, day, { cameraId: '', tableId: hour, frames }, null, at);
  }
}

/** Inside a write transaction: from now on these records are as the cloud has them; without a fingerprint: not there. */
export function acceptDeleted(
  db: Connection,
  stream: string,
  day: string,
  accepted: ReadonlyMap<number, number | undefined>,
  at: string,
): void {
  for (const { hour, frames: blob } of sealedHours(db, stream, day)) {
    if (blob === null) continue;
    const frames = decodeFrames(blob);
    for (const number of [...frames.keys()].filter((one) => accepted.has(one))) {
      const print = accepted.get(number);
      if (print === undefined) frames.delete(number);
      else frames.set(number, print);
    }
    writeGroup(db, stream, day, { cameraId: '', tableId: hour, frames }, null, at);
  }
}

/** Inside a write transaction: a day that the cloud has purged is compared no more. */
export function forgetDeleted(db: Connection, stream: string, day: string): void {
  prepared(db, 'DELETE FROM verified_tallies WHERE stream = ? AND session_id = ?').run(stream, day);
}
