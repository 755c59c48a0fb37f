import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { Verification } from '../../contract/verify-shapes.ts';
import { prepared, type Storage, utcText } from '../storage/service.ts';
import { fingerprintTallies, type SealedTally } from './fingerprint.ts';
import type { StateTable } from './state-table.ts';

export interface RetentionOptions {
  readonly storage: Storage;
  readonly tables: readonly StateTable[];
  /** made a moment ago; only sessions that agreed lose rows */
  readonly verification: Verification;
  readonly locationId: string;
  readonly now: () => Date;
  /** state rows that are older go */
  readonly statesHours: number;
  readonly signal: AbortSignal;
}

const rowsPerTransaction = 1000;

/**
 * Deletes state rows that are synced, verified and old enough, and adds their sums to `verified_tallies` in the
 * same transaction, so that cloud = held + tally stays exact (SPEC 5.3, 5.4).
 * @returns deleted rows by stream
 */
export async function deleteVerified(options: RetentionOptions): Promise<Record<string, number>> {
  const cutoff = utcText(new Date(options.now().getTime() - options.statesHours * 3_600_000));
  const deleted: Record<string, number> = {};
  for (const table of options.tables) {
    deleted[table.name] = 0;
    const due = new Set(await sessionsWithOldRows(options, table.name, cutoff));
    const compared = options.verification.streams.find((one) => one.stream === table.name)?.sessions ?? [];
    for (const session of compared) {
      if (options.signal.aborted) return deleted;
      // An expired session was proved by nobody: another script may have marked what it never sent.
      if (session.agrees && !session.expired && due.has(session.sessionId))
        deleted[table.name] =
          (deleted[table.name] ?? 0) + (await sealSession(options, table, session, cutoff));
      if (session.agrees && session.expired) await foldTallies(options, table.name, session.sessionId);
    }
  }
  return deleted;
}

async function sessionsWithOldRows(
  { storage, locationId }: RetentionOptions,
  stream: string,
  cutoff: string,
): Promise<string[]> {
  const rows = await storage.background.all<{ session_id: string }>(
    `SELECT DISTINCT session_id FROM ${stream}
     WHERE synced_to_cloud = 1 AND location_id = ? AND COALESCE(created_at, '') < ?`,
    [locationId, cutoff],
  );
  return rows.map((row) => row.session_id);
}

/** The rows of one session, a window of frames at a time; stops where another program marks rows beside it. */
async function sealSession(
  options: RetentionOptions,
  table: StateTable,
  session: { readonly sessionId: string; readonly local: number },
  cutoff: string,
): Promise<number> {
  const { storage, locationId, signal } = options;
  const { sessionId } = session;
  let expected: number | null = null;
  let after = Number.MIN_SAFE_INTEGER;
  let total = 0;
  for (;;) {
    if (signal.aborted) return total;
    const window = await storage.transaction((db) => {
      const marked = (
        prepared(
          db,
          `SELECT count(*) AS n FROM ${table.name} WHERE session_id = ? AND location_id = ? AND synced_to_cloud = 1`,
        ).get(sessionId, locationId) as { n: number }
      ).n;
      // What was marked after the comparison has not been compared.
      if (expected === null && comparedCount(db, table.name, locationId, sessionId) !== session.local)
        return null;
      if (expected !== null && expected !== marked) return null;
      const condition = `session_id = ? AND location_id = ? AND frame_number > ? AND ${deletable(table)}`;
      const parameters = [sessionId, locationId, after, cutoff, cutoff];
      const upTo = prepared(
        db,
        `SELECT max(frame_number) AS frame FROM (SELECT frame_number FROM ${table.name}
         WHERE ${condition} ORDER BY frame_number LIMIT ${rowsPerTransaction})`,
      ).get(...parameters) as { frame: number | null };
      if (upTo.frame === null) return null;
      const within = `${condition} AND frame_number <= ?`;
      seal(db, table.name, within, [...parameters, upTo.frame], utcText(options.now()));
      const removed = prepared(db, `DELETE FROM ${table.name} WHERE synced_to_cloud = 1 AND ${within}`).run(
        ...parameters,
        upTo.frame,
      ).changes;
      return { removed, upTo: upTo.frame, left: marked - removed };
    });
    if (window === null) return total;
    total += window.removed;
    expected = window.left;
    after = window.upTo;
    await yieldToLoop();
  }
}

type Connection = Parameters<typeof prepared>[0];

/** Distinct keys that are held and marked, and those that the tallies stand for. */
function comparedCount(db: Connection, stream: string, locationId: string, sessionId: string): number {
  const sql = `SELECT COALESCE((SELECT sum(row_count) FROM (${fingerprintTallies(stream, 'location_id = ? AND session_id = ?')})), 0)
    + COALESCE((SELECT sum(row_count) FROM verified_tallies WHERE stream = ? AND session_id = ?), 0) AS n`;
  return (prepared(db, sql).get(locationId, sessionId, stream, sessionId) as { n: number }).n;
}

/**
 * SQL on rows of a table, two parameters (the cutoff, twice): old enough, and no copy of the key is younger or still
 * waits for a decision. So a key goes with all its copies, and a differing copy never becomes the first of its key.
 */
function deletable(table: StateTable): string {
  const sameKey = ['location_id', ...table.key]
    .map((name) => `b.${name} = ${table.name}.${name}`)
    .join(' AND ');
  return `COALESCE(created_at, '') < ? AND NOT EXISTS (SELECT 1 FROM ${table.name} b WHERE ${sameKey}
    AND COALESCE(b.synced_to_cloud, 0) <> -1
    AND (COALESCE(b.synced_to_cloud, 0) <> 1 OR COALESCE(b.created_at, '') >= ?))`;
}

/** Adds the sums of the rows to the tallies. */
function seal(
  db: Connection,
  stream: string,
  condition: string,
  parameters: readonly unknown[],
  at: string,
): void {
  const tallies = prepared(db, fingerprintTallies(stream, condition)).all(...parameters) as SealedTally[];
  const newest = (
    prepared(
      db,
      `SELECT max(timestamp_recorded) AS newest FROM ${stream} WHERE synced_to_cloud = 1 AND ${condition}`,
    ).get(...parameters) as { newest: string | null }
  ).newest;
  const add = prepared(
    db,
    `INSERT INTO verified_tallies (stream, session_id, camera_id, table_id, row_count, frame_sum, fingerprint_sum,
       sealed_at, newest_recorded)
     VALUES (?, ?, ?, ?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER), ?, ?)
     ON CONFLICT (stream, session_id, camera_id, table_id) DO UPDATE SET
       row_count = row_count + excluded.row_count, frame_sum = frame_sum + excluded.frame_sum,
       fingerprint_sum = fingerprint_sum + excluded.fingerprint_sum,
       newest_recorded = max(COALESCE(newest_recorded, ''), COALESCE(excluded.newest_recorded, ''))`,
  );
  for (const tally of tallies) {
    add.run(
      stream,
      tally.session_id,
      tally.camera_id,
      tally.table_id,
      tally.row_count,
      tally.frame_sum,
      tally.fingerprint_sum,
      at,
      newest,
    );
  }
}

/** A session that the cloud has purged is compared no more; only how many records it had is kept. */
async function foldTallies(
  { storage, now }: RetentionOptions,
  stream: string,
  sessionId: string,
): Promise<void> {
  await storage.transaction((db) => foldInto(db, stream, 'session_id = ?', [sessionId], utcText(now())));
}

/** Inside a write transaction: keeps only the count of the tallies that the condition names. */
export function foldInto(
  db: Connection,
  stream: string,
  condition: string,
  parameters: readonly unknown[],
  at: string,
): void {
  const sql = `SELECT COALESCE(sum(row_count), 0) AS n FROM verified_tallies WHERE stream = ? AND session_id <> '' AND ${condition}`;
  const { n } = prepared(db, sql).get(stream, ...parameters) as { n: number };
  if (n === 0) return;
  prepared(
    db,
    `INSERT INTO verified_tallies (stream, session_id, camera_id, table_id, row_count, frame_sum, fingerprint_sum, sealed_at)
     VALUES (?, '', '', '', ?, 0, 0, ?)
     ON CONFLICT (stream, session_id, camera_id, table_id) DO UPDATE SET row_count = row_count + excluded.row_count`,
  ).run(stream, n, at);
  prepared(db, `DELETE FROM verified_tallies WHERE stream = ? AND session_id <> '' AND ${condition}`).run(
    stream,
    ...parameters,
  );
}
