import { type Stats, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { BackhaulError } from '../../../contract/errors.ts';
import { type OlderTable, olderTableRules, olderTables } from './older-rows.ts';

/** An `inventory.db` of an older script, opened for reading only. */
export interface OlderFile {
  /** the tables of SPEC 9 that it has, with what each of them lacks to be read at all */
  readonly tables: ReadonlyMap<OlderTable, { readonly lacking: readonly string[] }>;
  /** rows behind that rowid, in its order; `rowid` is part of each */
  page(table: OlderTable, after: number, limit: number): OlderRow[];
  /** the snapshot that was written last */
  newestSnapshot(): OlderRow | null;
  close(): void;
}

export interface OlderRow extends Readonly<Record<string, unknown>> {
  readonly older_rowid: number;
}

export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/** @throws BackhaulError `not_found`, `invalid_input` for what is no file */
export function stateOf(path: string): FileState {
  let stats: Stats | null = null;
  try {
    stats = statSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, error);
  }
  if (stats?.isFile() === true) return { size: stats.size, mtimeMs: Math.trunc(stats.mtimeMs) };
  if (stats === null) throw new BackhaulError('not_found', `There is no file ${path}. Nothing was imported.`);
  const what = stats.isDirectory() ? 'a folder' : 'no file';
  throw noInventory(`${path} is ${what}`);
}

/** @throws BackhaulError `invalid_input` for what is no inventory, `storage` for what cannot be read */
export function openOlderFile(path: string): OlderFile {
  let db: Database.Database | null = null;
  try {
    const open = new Database(path, { readonly: true, fileMustExist: true, timeout: 200 });
    db = open;
    const tables = tablesOf(open);
    if (tables.size === 0) throw noInventory(`${path} has none of the tables ${olderTables.join(', ')}`);
    return {
      tables,
      page: (table, after, limit) => readPage(open, table, after, limit),
      newestSnapshot: () => readNewest(open),
      close: () => open.close(),
    };
  } catch (error) {
    db?.close();
    if (error instanceof BackhaulError) throw error;
    throw error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB'
      ? noInventory(`${path} is no SQLite database`)
      : unreadable(path, error);
  }
}

function noInventory(what: string): BackhaulError {
  return new BackhaulError(
    'invalid_input',
    `${what}. Nothing was imported; name the database of an inventory, as the older script calls it inventory.db.`,
  );
}

export function unreadable(path: string, cause: unknown): BackhaulError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BackhaulError(
    'storage',
    `${path} cannot be read: ${reason}. It was not changed, and what was imported of it stays; close the program that holds it, or mend the file, and import it again.`,
    { cause },
  );
}

function tablesOf(db: Database.Database): OlderFile['tables'] {
  const found = new Map<OlderTable, { lacking: readonly string[] }>();
  for (const table of olderTables) {
    const columns = (db.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) =>
      name.toLowerCase(),
    );
    if (columns.length === 0) continue;
    const lacking = olderTableRules[table].needed.filter((name) => !columns.includes(name));
    found.set(table, { lacking });
  }
  return found;
}

function readPage(db: Database.Database, table: OlderTable, after: number, limit: number): OlderRow[] {
  // The alert that followed tells until when one may have lasted at the most.
  const more =
    table === 'alerts_log'
      ? ', lead(timestamp_utc) OVER (PARTITION BY alert_type, product_name ORDER BY timestamp_utc, rowid) AS superseded_utc'
      : '';
  const sql = `SELECT rowid AS older_rowid, *${more} FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT ?`;
  return db.prepare(sql).all(after, limit).map(withPlainNames);
}

function readNewest(db: Database.Database): OlderRow | null {
  const sql = `SELECT rowid AS older_rowid, * FROM inventory_snapshots WHERE typeof(timestamp_utc) IN ('real', 'integer')
     ORDER BY rowid DESC LIMIT 1`;
  const row = db.prepare(sql).get();
  return row === undefined ? null : withPlainNames(row);
}

/** Columns may be spelled in capitals. */
function withPlainNames(row: unknown): OlderRow {
  const entries = Object.entries(row as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])) as OlderRow;
}
