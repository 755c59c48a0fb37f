import { setTimeout as delay } from 'node:timers/promises';
import type { Verification } from '../../contract/verify-shapes.ts';
import { type Connection, prepared, type Storage, utcText } from '../storage/service.ts';
import { type ChangingTable, dayOf } from './changing-table.ts';
import { addDeleted, type DayRecord } from './day-tallies.ts';
import { boundsOf, logPrints } from './log-fingerprint.ts';
import type { LogTable } from './log-table.ts';
import { type ParentRow, settledParents } from './parent-source.ts';
import { isSettled } from './settled-ranges.ts';

export interface InventoryRetention {
  readonly storage: Storage;
  readonly locationId: string;
  readonly logTables: readonly LogTable[];
  readonly changingTables: readonly ChangingTable[];
  /** made a moment ago; only days that agreed lose rows */
  readonly verification: Verification;
  readonly now: () => Date;
  /** rows that are older go */
  readonly inventoryDays: number;
  readonly signal: AbortSignal;
}

/** SPEC 9: so many of each table stay, however old. */
const keptAlways = 100;
const mostRowsPerTransaction = 2000;
/** SPEC 3: a write holds the file at most so long. */
const longestHoldMs = 50;

/**
 * Deletes rows of the inventory that are in the cloud and old enough (SPEC 9). Of tables that only grow it is
 * remembered by UTC day in the same transaction what is deleted, so that cloud = held + deleted stays exact.
 * @returns deleted rows by table
 */
export async function deleteInventory(options: InventoryRetention): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  const cutoff = options.now().getTime() / 1000 - options.inventoryDays * 86_400;
  for (const table of options.logTables) {
    deleted[table.name] = 0;
    const before = Math.min(cutoff, boundaryOfKept(options.storage, table.name));
    const compared = options.verification.streams.find((one) => one.stream === table.name)?.sessions ?? [];
    for (const { sessionId: day, agrees } of compared) {
      if (options.signal.aborted) return deleted;
      if (agrees && boundsOf(day)[0] < before)
        deleted[table.name] =
          (deleted[table.name] ?? 0) + (await deleteOfDay(options, table.name, day, before));
    }
  }
  for (const table of options.changingTables)
    deleted[table.name] = await deleteChanging(options, table, cutoff);
  return deleted;
}

/** The time from which on the newest rows stay; minus infinity where there are no more than these. */
function boundaryOfKept(storage: Storage, table: string): number {
  const sql = `SELECT timestamp_utc FROM ${table} WHERE typeof(timestamp_utc) = 'real'
    ORDER BY timestamp_utc DESC LIMIT 1 OFFSET ${keptAlways - 1}`;
  const row = prepared(storage.reader, sql).get() as { timestamp_utc: number } | undefined;
  return row?.timestamp_utc ?? Number.NEGATIVE_INFINITY;
}

/** A stretch of time in each transaction, so that copies of one key go together. */
async function deleteOfDay(
  { storage, now, signal }: InventoryRetention,
  stream: string,
  day: string,
  before: number,
): Promise<number> {
  const [begin, end] = boundsOf(day);
  const until = Math.min(end, before);
  let limit = 500;
  let total = 0;
  for (let from = begin; !signal.aborted; ) {
    const began = performance.now();
    const stretch = await storage.transaction((db) => {
      const sql = `SELECT max(timestamp_utc) AS upTo FROM (SELECT s.timestamp_utc FROM ${stream} s
        WHERE s.timestamp_utc >= ? AND s.timestamp_utc < ? AND ${isSettled(stream, 's')} ORDER BY s.timestamp_utc LIMIT ?)`;
      const { upTo } = prepared(db, sql).get(from, until, limit) as { upTo: number | null };
      if (upTo === null) return null;
      const within = 's.timestamp_utc >= ? AND s.timestamp_utc <= ?';
      const gone = prepared(db, logPrints(stream, within)).all(from, upTo) as DayRecord[];
      addDeleted(db, stream, day, gone, utcText(now()));
      const ids = `SELECT CAST(id AS INTEGER) FROM (${logPrints(stream, within)})`;
      const { changes } = prepared(db, `DELETE FROM ${stream} WHERE rowid IN (${ids})`).run(from, upTo);
      return { upTo, changes };
    });
    if (stretch === null) return total;
    total += stretch.changes;
    from = stretch.upTo;
    const tookMs = performance.now() - began;
    limit =
      tookMs > longestHoldMs / 2 ? Math.max(20, limit >> 1) : Math.min(mostRowsPerTransaction, limit * 2);
    // Other programs poll for the file; a gap of moments would starve them.
    await delay(Math.min(50, tookMs / 2));
  }
  return total;
}

function deleteWhere(
  db: Connection,
  table: string,
  { rowid }: { readonly rowid?: string },
  columns: readonly string[],
  row: ParentRow,
): number {
  const same = columns.map((name) => `"${name}" IS ?`);
  const own = rowid === undefined ? [] : ['rowid = CAST(? AS INTEGER)'];
  const sql = `DELETE FROM ${table} WHERE ${[...own, ...same].join(' AND ')}`;
  const values = columns.map((name) => row[name]);
  return prepared(db, sql).run(...(rowid === undefined ? [] : [rowid]), ...values).changes;
}

/** Rows of days that agreed, of which the cloud has the present content; with them goes what was remembered of them. */
async function deleteChanging(
  { storage, locationId, verification, signal }: InventoryRetention,
  table: ChangingTable,
  cutoff: number,
): Promise<number> {
  const { time } = table;
  const compared = verification.streams.find((one) => one.stream === table.name)?.sessions ?? [];
  const proved = new Set(compared.filter(({ agrees }) => agrees).map(({ sessionId }) => sessionId));
  if (proved.size === 0) return 0;
  const newest = prepared(
    storage.reader,
    `SELECT CAST(rowid AS TEXT) AS id FROM ${table.name} ORDER BY ${time} DESC LIMIT ${keptAlways}`,
  ).all() as { id: string }[];
  const kept = new Set(newest.map(({ id }) => id));
  const due = (await settledParents(storage, table, locationId)).filter(({ row, sent }) => {
    const at = row[time];
    const isOld = typeof at === 'number' && at < cutoff;
    return isOld && proved.has(dayOf(table, sent)) && !kept.has(String(row.own_id));
  });
  let total = 0;
  for (let from = 0; from < due.length && !signal.aborted; from += 500) {
    total += await storage.transaction((db) => {
      let changes = 0;
      for (const { row, recordKey } of due.slice(from, from + 500)) {
        // What was changed or seen again since is not the row that the cloud has.
        const names = Object.keys(row).filter((name) => !['location_id', 'own_id'].includes(name));
        const gone = deleteWhere(db, table.name, { rowid: String(row.own_id) }, names, row);
        if (gone === 0) continue;
        prepared(db, 'DELETE FROM sync_marks WHERE stream = ? AND record_key = ?').run(table.name, recordKey);
        // An older copy of the key must not take its place.
        changes += gone + deleteWhere(db, table.name, {}, table.key, row);
      }
      return changes;
    });
  }
  return total;
}
