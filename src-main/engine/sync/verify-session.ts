import type { SessionVerification } from '../../contract/verify-shapes.ts';
import { prepared, type Storage, utcText, writeGroup } from '../storage/service.ts';
import { isPastCloudDays } from './cloud-days.ts';
import { fingerprintRows } from './fingerprint.ts';
import { foldInto, keyInSession, readSealed, type SealedRecords } from './sealed-records.ts';
import type { CloudRecord, VerifyOptions } from './verify-options.ts';

/** What a repair has done so far. */
export interface Mended {
  /** records marked pending */
  records: number;
  /** records that were deleted here and that the cloud lacks, given up by a person */
  accepted: number;
}

interface HeldRecord {
  readonly camera_id: string;
  readonly table_id: string;
  readonly frame: string;
  readonly print: number;
}

type Compared = Pick<SessionVerification, 'agrees' | 'local' | 'missing' | 'different' | 'lost' | 'extra'>;

/**
 * Record by record, for a session whose sums differ: every record that is held and marked, and every one that was
 * deleted here after it was verified, is in the cloud and equal. A key that came again after it was deleted is compared
 * as it is held. What the cloud has beside (a batch whose mark was lost, a record in quarantine) is no fault.
 */
export async function compareSession(
  stream: string,
  sessionId: string,
  options: VerifyOptions,
  mended: Mended,
): Promise<Compared> {
  const { storage, locationId } = options;
  const there = new Map<string, CloudRecord>();
  for (const record of await options.cloud.records(stream, sessionId, options.signal))
    there.set(keyInSession(record[0], record[1], record[2]), record);
  const here = await storage.background.all<HeldRecord>(
    `SELECT camera_id, table_id, CAST(frame_number AS TEXT) AS frame, print
     FROM (${fingerprintRows(stream, 'location_id = ? AND session_id = ?')})`,
    [locationId, sessionId],
  );
  const missing = here.filter((row) => !there.has(keyOf(row)));
  const different = here.filter((row) => there.has(keyOf(row)) && there.get(keyOf(row))?.[3] !== row.print);
  const again = [...missing, ...(options.overwrite ? different : [])];
  if (options.repair) mended.records += await markPending(storage, stream, sessionId, again);
  const heldAgree = missing.length === 0 && different.length === 0;
  const held = new Set(here.map(keyOf));
  const sealed = await sealedOnly(stream, sessionId, held, there, options);
  const lost = [...sealed.prints].filter(([key, print]) => there.get(key)?.[3] !== print).map(([key]) => key);
  if (options.acceptLost && lost.length > 0) {
    await acceptAsThere(stream, sessionId, lost, there, options);
    mended.accepted += lost.length;
  }
  const stillLost = options.acceptLost ? 0 : lost.length;
  return {
    agrees: heldAgree && stillLost === 0,
    local: held.size + sealed.prints.size,
    missing: missing.length,
    different: different.length,
    lost: stillLost,
    extra: [...there.keys()].filter((key) => !held.has(key) && !sealed.prints.has(key)).length,
  };
}

function keyOf(row: { camera_id: string; table_id: string; frame: string }): string {
  return keyInSession(row.camera_id, row.table_id, row.frame);
}

/** Sealed records that are not held again; none where the cloud has purged all of them after its days. */
async function sealedOnly(
  stream: string,
  sessionId: string,
  held: ReadonlySet<string>,
  there: ReadonlyMap<string, CloudRecord>,
  { storage, now }: VerifyOptions,
): Promise<SealedRecords> {
  const sealed = readSealed(storage, stream, sessionId);
  const prints = new Map([...sealed.prints].filter(([key]) => !held.has(key)));
  const purged = prints.size > 0 && [...prints.keys()].every((key) => !there.has(key));
  if (purged && isPastCloudDays(storage, sealed.newest, now())) {
    // A late record of such a session must not make all of it count as lost.
    const at = utcText(now());
    await storage.transaction((db) => foldInto(db, stream, 'session_id = ?', [sessionId], at));
    return { ...sealed, prints: new Map() };
  }
  return { ...sealed, prints };
}

/** A person has accepted the loss: from now on the cloud must have what it has now. */
async function acceptAsThere(
  stream: string,
  sessionId: string,
  lost: readonly string[],
  there: ReadonlyMap<string, CloudRecord>,
  { storage, now }: VerifyOptions,
): Promise<void> {
  const sealed = readSealed(storage, stream, sessionId);
  const prints = new Map(sealed.prints);
  for (const key of lost) {
    const print = there.get(key)?.[3];
    if (print === undefined) prints.delete(key);
    else prints.set(key, print);
  }
  const groups = new Map<string, Map<number, number>>();
  for (const key of sealed.prints.keys()) groups.set(groupOf(key), new Map());
  for (const [key, print] of prints) groups.get(groupOf(key))?.set(frameOf(key), print);
  await storage.transaction((db) => {
    for (const [group, frames] of groups) {
      const [cameraId, tableId] = JSON.parse(group) as [string, string];
      writeGroup(db, stream, sessionId, { cameraId, tableId, frames }, sealed.newest, utcText(now()));
    }
  });
}

function groupOf(key: string): string {
  return JSON.stringify((JSON.parse(key) as string[]).slice(0, 2));
}

function frameOf(key: string): number {
  return Number((JSON.parse(key) as string[])[2]);
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
