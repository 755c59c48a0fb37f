import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database, { type Database as Connection } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';
import { readFileHeader, usualPageSize } from './file-header.ts';
import { applicationId } from './open-database.ts';
import { readWal } from './salvage/wal-frames.ts';
import { inventoryTables, tables } from './tables.ts';
import { sqliteCode } from './write-transaction.ts';

/**
 * True for what only a damaged file makes SQLite say. A locked file, lack of permission or space, a newer version and a
 * disk that fails to read or write are none of it: they pass, and the file is whole.
 */
export function isDamage(error: unknown): boolean {
  if (error instanceof BackhaulError) {
    const { sqliteCode: code } = error.details ?? {};
    return typeof code === 'string' && isCodeOfDamage(code);
  }
  const code = sqliteCode(error);
  return code !== undefined && (isCodeOfDamage(code) || isUnsupportedFormat(error));
}

/** A short read is one of a journal that was cut while it was in use. */
function isCodeOfDamage(code: string): boolean {
  return code === 'SQLITE_IOERR_SHORT_READ' || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

/** The number of the schema's format has been 1 to 4 since 2006. */
function isUnsupportedFormat(error: unknown): boolean {
  return error instanceof Error && error.message === 'unsupported file format';
}

/** No version of Backhaul counts so far: a larger number is a damaged header, not a newer version. */
const impossibleVersion = 10_000;
/** from this version on a file has the tables of the inventory (migrations/0004-inventory.ts) */
const inventoryVersion = 4;

/**
 * What is wrong with a file before it is opened for writing, null where nothing is. Cheap: the rest of the pages is
 * looked at in the background later.
 */
export async function damageBeforeOpening(path: string): Promise<string | null> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  // A program that writes just now may be read in the middle of it, but not twice in the same way.
  if (journalHidesCommits(path)) {
    await delay(60);
    if (journalHidesCommits(path)) return 'its journal (-wal) is damaged before records that were on disk';
  }
  return damageInSchema(path);
}

function journalHidesCommits(path: string): boolean {
  const wal = readWal(`${path}-wal`, null);
  if (wal.pageSize !== null) return wal.hidesCommits;
  const size = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  return size > 0 && readWal(`${path}-wal`, readFileHeader(path).pageSize ?? usualPageSize).hidesCommits;
}

/** A header that forbids writing for a version of SQLite's format that there is not. */
export function forbidsWriting(path: string, error: unknown): boolean {
  const cause = error instanceof BackhaulError ? error.cause : error;
  return (sqliteCode(cause)?.startsWith('SQLITE_READONLY') ?? false) && readFileHeader(path).writeVersion > 2;
}

/** A connection that may only read changes nothing when it closes either: no checkpoint, no journal removed. */
function damageInSchema(path: string): string | null {
  let db: Connection | null = null;
  try {
    db = new Database(path, { readonly: true, timeout: 1000 });
    return schemaFault(db);
  } catch (error) {
    if (isDamage(error)) return wordsOf(error);
    return null; // whoever opens it next meets the same and says it
  } finally {
    db?.close();
  }
}

function schemaFault(db: Connection): string | null {
  const names = new Set(
    (db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all() as { name: string }[]).map(
      ({ name }) => name.toLowerCase(),
    ),
  );
  const ours = db.pragma('application_id', { simple: true }) === applicationId;
  const version = Number(db.pragma('user_version', { simple: true }));
  if (ours && (version > impossibleVersion || version < 0)) return `its header names version ${version}`;
  const pages = Number(db.pragma('page_count', { simple: true }));
  const free = Number(db.pragma('freelist_count', { simple: true }));
  if (names.size === 0 && pages > free + 3) return 'its list of tables is gone';
  const made = version < inventoryVersion ? tables : [...tables, ...inventoryTables];
  const lacking = made.filter(({ name }) => !names.has(name));
  return ours && version > 0 && lacking.length > 0 ? 'its list of tables is damaged' : null;
}

/** What quick_check says of rows that break a rule of their table, which is no damage. */
const ruleBroken =
  /^(NULL value in|CHECK constraint failed|[A-Z-]+ value in|non-unique|row \d+ missing|wrong #)/i;

/** SQLite's quick check; for the thread of the background reader. @returns what is damaged, null where nothing is */
export const damageQuery = 'PRAGMA quick_check(100)';

export function damageIn(rows: readonly { readonly quick_check: string }[]): string | null {
  const lines = rows.map((row) => row.quick_check).filter((line) => line !== 'ok' && !ruleBroken.test(line));
  return lines[0]?.replaceAll('\n', ' ').slice(0, 200) ?? null;
}

export function wordsOf(damage: unknown): string {
  return damage instanceof Error ? damage.message : String(damage);
}

/** What a transaction throws that met the damage: nothing of it was written, the new file takes it. */
export function replaced(): BackhaulError {
  return new BackhaulError(
    'storage',
    'The local database was damaged and is set aside; what can be read of it is brought into a new one. What was acknowledged stays in the file that was set aside. Try again.',
    { details: { replaced: true } },
  );
}
