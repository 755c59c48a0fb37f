import { prepared, readSetting, type Storage, utcText, writeSetting } from '../storage/service.ts';
import type { LogTable } from './log-table.ts';
import { foldInto } from './sealed-records.ts';
import { isSettled } from './settled-ranges.ts';

const rowsPerTransaction = 2000;
const tables = ['division_states', 'table_states'] as const;

export interface SwitchOptions {
  readonly storage: Storage;
  /** the cloud the engine is configured for now */
  readonly identity: string;
  readonly now: () => Date;
  /** tables without a flag: forgetting the marks makes their rows pending */
  readonly logTables: readonly LogTable[];
  /**
   * Brings back what only the former cloud still holds, null where that cannot be had; says how many rows came.
   */
  readonly bringOver: ((former: string) => Promise<number>) | null;
}

export interface Switched {
  readonly from: string | null;
  readonly to: string;
  /** held rows that are pending again */
  readonly marked: number;
  /** rows that came back from the former cloud, pending */
  readonly broughtOver: number;
  /** confirmed rows that only the former cloud has, and keeps */
  readonly leftBehind: number;
}

/**
 * Marks every held row pending again and remembers the new cloud (SPEC 3). The setting changes last, so that
 * a switch that was interrupted is refused by the next run and simply done again.
 */
export async function switchCloud(options: SwitchOptions): Promise<Switched> {
  const { storage, identity } = options;
  const from = readSetting(storage.reader, 'cloud');
  const result = { from, to: identity, marked: 0, broughtOver: 0, leftBehind: 0 };
  if (from === identity) return result;
  // First of all, while every held key can still be told from those that are not held.
  const broughtOver = from === null || options.bringOver === null ? null : await options.bringOver(from);
  const marked = (await markAllPending(storage)) + (await countSettled(storage, options.logTables));
  const leftBehind = broughtOver === null ? deletedHere(storage) : 0;
  await storage.transaction((db) => {
    db.exec('DELETE FROM sync_marks');
    db.exec(`DELETE FROM backhaul_settings WHERE name = 'last_verification'`);
    for (const table of tables) {
      // What came back is counted again when it is sent.
      if (broughtOver === null) foldInto(db, table, '1', [], utcText(options.now()));
      prepared(db, `DELETE FROM verified_tallies WHERE stream = ? AND session_id <> ''`).run(table);
    }
    for (const { name } of options.logTables)
      prepared(db, 'DELETE FROM verified_tallies WHERE stream = ?').run(name);
    writeSetting(db, 'cloud', identity);
  });
  return { ...result, marked, broughtOver: broughtOver ?? 0, leftBehind };
}

/** Verified rows that retention has deleted here and the cloud has not yet purged. */
function deletedHere(storage: Storage): number {
  const sql = `SELECT COALESCE(sum(row_count), 0) AS n FROM verified_tallies WHERE session_id <> ''`;
  return (prepared(storage.reader, sql).get() as { n: number }).n;
}

async function countSettled(storage: Storage, logTables: readonly LogTable[]): Promise<number> {
  let settled = 0;
  for (const { name } of logTables) {
    const sql = `SELECT count(*) AS n FROM ${name} s WHERE ${isSettled(name, 's')}`;
    const [row] = await storage.background.all<{ n: number }>(sql);
    settled += row?.n ?? 0;
  }
  return settled;
}

async function markAllPending(storage: Storage): Promise<number> {
  let marked = 0;
  for (const table of tables) {
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const sql = `SELECT max(id) AS id FROM (SELECT rowid AS id FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?)`;
      const next = (prepared(storage.reader, sql).get(after, rowsPerTransaction) as { id: number | null }).id;
      if (next === null) break;
      const from = after;
      marked += await storage.transaction(
        (db) =>
          prepared(
            db,
            `UPDATE ${table} SET synced_to_cloud = 0 WHERE rowid > ? AND rowid <= ? AND synced_to_cloud = 1`,
          ).run(from, next).changes,
      );
      after = next;
    }
  }
  return marked;
}
