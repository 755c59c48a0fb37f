import { type Connection, prepared } from '../storage/service.ts';

/** Local ids from the first to the last, both included. */
export interface IdRange {
  readonly first: bigint;
  readonly last: bigint;
}

const lowestId = -(2n ** 63n);

/*
 * A table that only grows needs no mark for each row: what the cloud has of it is remembered as ranges of local ids, one
 * row of sync_marks each, its last id as the record key and its first in the place of the hash. A range holds no id of
 * which no row was confirmed, so that a row that comes later into a gap (brought back from a damaged file, inserted by
 * another program) is pending, and what ranges add up to is how many rows were ever confirmed.
 */

/** The ranges of a stream in order, none touching the next. */
export function readSettled(db: Connection, stream: string): IdRange[] {
  const sql = 'SELECT content_hash AS first, record_key AS last FROM sync_marks WHERE stream = ?';
  const rows = prepared(db, sql).all(stream) as { first: string; last: string }[];
  return joined(rows.map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) })));
}

/** How many rows were ever confirmed. */
export function settledCount(ranges: readonly IdRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + Number(last - first) + 1, 0);
}

/** What lies between and beside the ranges, up to an id. */
export function holesBetween(ranges: readonly IdRange[], upTo: bigint): IdRange[] {
  const holes: IdRange[] = [];
  let from = lowestId;
  for (const { first, last } of ranges) {
    if (first > from) holes.push({ first: from, last: first - 1n < upTo ? first - 1n : upTo });
    from = last + 1n;
  }
  return [...holes, { first: from, last: upTo }].filter((hole) => hole.first <= hole.last);
}

/** SQL: true for rows of `alias` that are known to be in the cloud. */
export function isSettled(stream: string, alias: string): string {
  return `EXISTS (SELECT 1 FROM sync_marks m WHERE m.stream = '${stream}'
    AND ${alias}.rowid BETWEEN CAST(m.content_hash AS INTEGER) AND CAST(m.record_key AS INTEGER))`;
}

/** Inside a write transaction: remembers that the rows of these ids are in the cloud. */
export function settle(db: Connection, stream: string, ids: readonly bigint[], at: string): void {
  const runs = joined(ids.map((id) => ({ first: id, last: id })));
  if (runs.length === 0) return;
  const take = prepared(
    db,
    'DELETE FROM sync_marks WHERE stream = ? AND record_key = ? RETURNING content_hash AS first',
  );
  const behind = rangesFrom(
    db,
    stream,
    runs.map(({ last }) => last + 1n),
  );
  for (const { first, last } of runs) {
    const before = take.get(stream, String(first - 1n)) as { first: string } | undefined;
    const after = behind.get(last + 1n);
    if (after !== undefined) take.get(stream, String(after));
    write(db, stream, { first: BigInt(before?.first ?? first), last: after ?? last }, at);
  }
}

/** Inside a write transaction: the rows of these ids are pending again. */
export function unsettle(db: Connection, stream: string, ids: readonly bigint[], at: string): void {
  const out = joined(ids.map((id) => ({ first: id, last: id })));
  const left = readSettled(db, stream).flatMap((range) => without(range, out));
  replaceAll(db, stream, left, at);
}

/** Inside a write transaction: lanes that ended out of order leave ranges that touch; puts them together. */
export function joinSettled(db: Connection, stream: string, at: string): void {
  if (rangesTouch(db, stream)) replaceAll(db, stream, readSettled(db, stream), at);
}

export function rangesTouch(db: Connection, stream: string): boolean {
  const sql = 'SELECT count(*) AS n FROM sync_marks WHERE stream = ?';
  const { n } = prepared(db, sql).get(stream) as { n: number };
  return readSettled(db, stream).length < n;
}

/** First to last id of the ranges that begin with one of these ids. */
function rangesFrom(db: Connection, stream: string, ids: readonly bigint[]): Map<bigint, bigint> {
  const sql = `SELECT content_hash AS first, record_key AS last FROM sync_marks
    WHERE stream = ? AND content_hash IN (SELECT value FROM json_each(?))`;
  const rows = prepared(db, sql).all(stream, JSON.stringify(ids.map(String))) as {
    first: string;
    last: string;
  }[];
  return new Map(rows.map(({ first, last }) => [BigInt(first), BigInt(last)]));
}

function replaceAll(db: Connection, stream: string, ranges: readonly IdRange[], at: string): void {
  prepared(db, 'DELETE FROM sync_marks WHERE stream = ?').run(stream);
  for (const range of ranges) write(db, stream, range, at);
}

function write(db: Connection, stream: string, { first, last }: IdRange, at: string): void {
  prepared(
    db,
    'INSERT OR REPLACE INTO sync_marks (stream, record_key, content_hash, synced_at) VALUES (?, ?, ?, ?)',
  ).run(stream, String(last), String(first), at);
}

function joined(ranges: readonly IdRange[]): IdRange[] {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const result: IdRange[] = [];
  for (const range of sorted) {
    const before = result.at(-1);
    if (before === undefined || range.first > before.last + 1n) result.push(range);
    else if (range.last > before.last) result[result.length - 1] = { first: before.first, last: range.last };
  }
  return result;
}

function without(range: IdRange, out: readonly IdRange[]): IdRange[] {
  const left: IdRange[] = [];
  let from = range.first;
  for (const { first, last } of out) {
    if (last < from || first > range.last) continue;
    if (first > from) left.push({ first: from, last: first - 1n });
    from = last + 1n;
  }
  if (from <= range.last) left.push({ first: from, last: range.last });
  return left;
}
