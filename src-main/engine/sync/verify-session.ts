import { prepared, type Storage, utcText } from '../storage/service.ts';
import { fingerprintRows, prime } from './fingerprint.ts';
import type { CloudRecord, VerifyOptions } from './verify-options.ts';

/** How many records a repair has marked pending so far. */
export interface Mended {
  records: number;
}

interface HeldRecord {
  readonly camera_id: string;
  readonly table_id: string;
  readonly frame: string;
  readonly print: number;
}

/**
 * Record by record, for a session whose sums differ: every marked record is in the cloud, and equal; and what is there
 * beside the held ones is what retention has sealed. Where a key has come again after its session was sealed the
 * tallies are made anew (SPEC 5.4).
 */
export async function isContained(
  stream: string,
  sessionId: string,
  options: VerifyOptions,
  mended: Mended,
): Promise<boolean> {
  const { storage, locationId } = options;
  const there = new Map<string, CloudRecord>();
  for (const record of await options.cloud.records(stream, sessionId, options.signal))
    there.set(JSON.stringify(record.slice(0, 3)), record);
  const here = await storage.background.all<HeldRecord>(
    `SELECT camera_id, table_id, CAST(frame_number AS TEXT) AS frame, print
     FROM (${fingerprintRows(stream, 'location_id = ? AND session_id = ?')})`,
    [locationId, sessionId],
  );
  const missing = here.filter((row) => !there.has(keyOf(row)));
  if (options.repair) mended.records += await markPending(storage, stream, sessionId, missing);
  if (missing.length > 0 || here.some((row) => there.get(keyOf(row))?.[3] !== row.print)) return false;
  return sealedAreThere(stream, sessionId, there, new Set(here.map(keyOf)), options);
}

function keyOf(row: { camera_id: string; table_id: string; frame: string }): string {
  return JSON.stringify([row.camera_id, row.table_id, row.frame]);
}

/** What the cloud has beside the held records accounts for everything that was sealed. */
async function sealedAreThere(
  stream: string,
  sessionId: string,
  there: ReadonlyMap<string, CloudRecord>,
  marked: ReadonlySet<string>,
  { storage, locationId, now }: VerifyOptions,
): Promise<boolean> {
  const sealed = await readSealed(storage, stream, sessionId);
  if (sealed.count === 0) return true;
  const unmarked = await unmarkedKeys(storage, stream, locationId, sessionId);
  const rest = [...there.values()].filter((record) => {
    const key = JSON.stringify(record.slice(0, 3));
    return !marked.has(key) && !unmarked.has(key);
  });
  if (rest.length === sealed.count && sumOfPrints(rest) === sealed.fingerprintSum) return true;
  const pendingThere = [...unmarked].filter((key) => there.has(key)).length;
  const overlap = sealed.count - rest.length;
  const explained = overlap >= 0 && overlap <= sealed.cameAgain + pendingThere;
  if (explained && pendingThere === 0) await sealAnew(storage, stream, sessionId, rest, utcText(now()));
  return explained;
}

interface Sealed {
  readonly count: number;
  readonly fingerprintSum: bigint;
  /** at most so many sealed keys are held again */
  readonly cameAgain: number;
}

async function readSealed(storage: Storage, stream: string, sessionId: string): Promise<Sealed> {
  const rows = await storage.background.all<{ n: number; prints: string; again: number | null }>(
    `SELECT COALESCE(sum(row_count), 0) AS n, CAST(COALESCE(sum(fingerprint_sum), 0) AS TEXT) AS prints,
       max(came_again) AS again FROM verified_tallies WHERE stream = ? AND session_id = ?`,
    [stream, sessionId],
  );
  const row = rows[0];
  return { count: row?.n ?? 0, fingerprintSum: BigInt(row?.prints ?? 0), cameAgain: row?.again ?? 0 };
}

async function unmarkedKeys(
  storage: Storage,
  stream: string,
  locationId: string,
  sessionId: string,
): Promise<Set<string>> {
  const tableId = stream === 'table_states' ? 'table_id' : `''`;
  const rows = await storage.background.all<{ camera_id: string; table_id: string; frame: string }>(
    `SELECT camera_id, ${tableId} AS table_id, CAST(frame_number AS TEXT) AS frame FROM ${stream}
     WHERE location_id = ? AND session_id = ? AND COALESCE(synced_to_cloud, 0) <> 1`,
    [locationId, sessionId],
  );
  return new Set(rows.map(keyOf));
}

async function sealAnew(
  storage: Storage,
  stream: string,
  sessionId: string,
  records: readonly CloudRecord[],
  at: string,
): Promise<void> {
  const groups = Map.groupBy(records, ([camera, table]) => JSON.stringify([camera, table]));
  await storage.transaction((db) => {
    const newest = prepared(
      db,
      'SELECT max(newest_recorded) AS newest FROM verified_tallies WHERE stream = ? AND session_id = ?',
    ).get(stream, sessionId) as { newest: string | null };
    prepared(db, 'DELETE FROM verified_tallies WHERE stream = ? AND session_id = ?').run(stream, sessionId);
    const insert = prepared(
      db,
      `INSERT INTO verified_tallies (stream, session_id, camera_id, table_id, row_count, frame_sum, fingerprint_sum,
         sealed_at, newest_recorded) VALUES (?, ?, ?, ?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER), ?, ?)`,
    );
    for (const group of groups.values()) {
      const [camera, table] = group[0] ?? ['', ''];
      const frames = group.reduce((sum, [, , frame]) => sum + (BigInt(frame) % BigInt(prime)), 0n);
      const sums = [String(frames), String(sumOfPrints(group))];
      insert.run(stream, sessionId, camera, table, group.length, ...sums, at, newest.newest);
    }
  });
}

function sumOfPrints(records: readonly CloudRecord[]): bigint {
  return records.reduce((sum, [, , , print]) => sum + BigInt(print), 0n);
}

/** Whatever says "synced" and is not in the cloud goes again with the next run. */
async function markPending(
  storage: Storage,
  stream: string,
  sessionId: string,
  rows: readonly HeldRecord[],
): Promise<number> {
  const table = stream === 'table_states' ? ' AND table_id = ?' : '';
  const sql = `UPDATE ${stream} SET synced_to_cloud = 0 WHERE synced_to_cloud = 1 AND session_id = ?
    AND frame_number = CAST(? AS INTEGER) AND camera_id = ?${table}`;
  let marked = 0;
  for (let from = 0; from < rows.length; from += 1000) {
    marked += await storage.transaction((db) => {
      let changes = 0;
      for (const row of rows.slice(from, from + 1000)) {
        const key = [sessionId, row.frame, row.camera_id, ...(table === '' ? [] : [row.table_id])];
        changes += prepared(db, sql).run(...key).changes;
      }
      return changes;
    });
  }
  return marked;
}
