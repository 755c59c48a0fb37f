import { setTimeout as delay } from 'node:timers/promises';
import type { Verification } from '../../contract/verify-shapes.ts';
import { type Connection, prepared, type Storage, utcText } from '../storage/service.ts';
import { fingerprintRows } from './fingerprint.ts';
import { addSealed, foldInto, keyInSession, type LastFrames, readSealed } from './sealed-records.ts';
import { type StateTable, sameKeyBySession } from './state-table.ts';

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

const mostRowsPerTransaction = 1000;
/** SPEC 3: a write holds the file at most so long. */
const longestHoldMs = 50;

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
  let limit = 250;
  const lastFrames: LastFrames = new Map();
  let total = 0;
  for (;;) {
    if (signal.aborted) return total;
    const began = performance.now();
    const window = await storage.transaction((db) => {
      const marked = (
        prepared(
          db,
          `SELECT count(*) AS n FROM ${table.name} WHERE session_id = ? AND location_id = ? AND synced_to_cloud = 1`,
        ).get(sessionId, locationId) as { n: number }
      ).n;
      // What was marked after the comparison has not been compared.
      if (
        expected === null &&
        comparedCount(storage, db, table.name, locationId, sessionId) !== session.local
      )
        return null;
      if (expected !== null && expected !== marked) return null;
      const condition = `session_id = ? AND location_id = ? AND frame_number > ? AND ${deletable(table)}`;
      const parameters = [sessionId, locationId, after, cutoff, cutoff];
      const upTo = prepared(
        db,
        `SELECT max(frame_number) AS frame FROM (SELECT frame_number FROM ${table.name}
         WHERE ${condition} ORDER BY frame_number LIMIT ?)`,
      ).get(...parameters, limit) as { frame: number | null };
      if (upTo.frame === null) return null;
      const within = `${condition} AND frame_number <= ?`;
      seal(db, { stream: table.name, sessionId, at: utcText(options.now()), lastFrames }, within, [
        ...parameters,
        upTo.frame,
      ]);
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
    const tookMs = performance.now() - began;
    limit = nextLimit(limit, tookMs);
    // Other programs poll for the file; a gap of moments would starve them.
    await delay(Math.min(50, tookMs / 2));
  }
}

function nextLimit(limit: number, tookMs: number): number {
  if (tookMs > longestHoldMs / 2) return Math.max(20, Math.floor(limit / 2));
  return Math.min(mostRowsPerTransaction, limit * 2);
}

/** Distinct keys that are held and marked, and those that are sealed beside them. */
function comparedCount(
  storage: Storage,
  db: Connection,
  stream: string,
  locationId: string,
  sessionId: string,
): number {
  const sealed = readSealed(storage, stream, sessionId).prints;
  const tableId = stream === 'table_states' ? 'table_id' : `''`;
  const held = prepared(
    db,
    `SELECT DISTINCT camera_id, ${tableId} AS table_id, CAST(frame_number AS TEXT) AS frame FROM ${stream}
     WHERE synced_to_cloud = 1 AND location_id = ? AND session_id = ?`,
  ).all(locationId, sessionId) as { camera_id: string; table_id: string; frame: string }[];
  const again = held.filter((row) => sealed.has(keyInSession(row.camera_id, row.table_id, row.frame)));
  return held.length + sealed.size - again.length;
}

/**
 * SQL on rows of a table, two parameters (the cutoff, twice): old enough, and no copy of the key is younger or still
 * waits for a decision. So a key goes with all its copies, and a differing copy never becomes the first of its key.
 */
export function deletable(table: StateTable): string {
  const sameKey = sameKeyBySession(table, table.name);
  return `COALESCE(created_at, '') < ? AND NOT EXISTS (SELECT 1 FROM ${table.name} b WHERE ${sameKey}
    AND COALESCE(b.synced_to_cloud, 0) <> -1
    AND (COALESCE(b.synced_to_cloud, 0) <> 1 OR COALESCE(b.created_at, '') >= ?))`;
}

/** Remembers the rows as sealed: their keys, their content as a fingerprint, and their sums. */
function seal(
  db: Connection,
  {
    stream,
    sessionId,
    at,
    lastFrames,
  }: {
    readonly stream: string;
    readonly sessionId: string;
    readonly at: string;
    readonly lastFrames: LastFrames;
  },
  condition: string,
  parameters: readonly unknown[],
): void {
  const records = prepared(db, fingerprintRows(stream, condition)).all(...parameters) as FingerprintRow[];
  const { newest } = prepared(
    db,
    `SELECT max(timestamp_recorded) AS newest FROM ${stream} WHERE synced_to_cloud = 1 AND ${condition}`,
  ).get(...parameters) as { newest: string | null };
  const groups = Map.groupBy(records, (row) => JSON.stringify([row.camera_id, row.table_id]));
  const sealed = [...groups.values()].map((rows) => ({
    cameraId: rows[0]?.camera_id ?? '',
    tableId: rows[0]?.table_id ?? '',
    frames: new Map(rows.map((row) => [row.frame_number, row.print])),
  }));
  addSealed(db, stream, sessionId, sealed, { newest, at }, lastFrames);
}

interface FingerprintRow {
  readonly camera_id: string;
  readonly table_id: string;
  readonly frame_number: number;
  readonly print: number;
}

/** A session that the cloud has purged is compared no more; only how many records it had is kept. */
async function foldTallies(
  { storage, now }: RetentionOptions,
  stream: string,
  sessionId: string,
): Promise<void> {
  await storage.transaction((db) => foldInto(db, stream, 'session_id = ?', [sessionId], utcText(now())));
}
