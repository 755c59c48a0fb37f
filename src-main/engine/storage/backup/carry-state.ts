import { statSync } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import { insertRow } from '../insert-row.ts';

/** Where capture stands: zones, cursors, the stock. From what a backup says of it, changes and sales would be recorded once more. */
const standing = ['zone_states', 'frame_cursors', 'inventory_tracker'] as const;
/** with the readings that are known, so that what is sent again counts once */
const carried = [...standing, 'inventory_readings'] as const;

/**
 * Takes where capture stands from the database that a backup replaces, so that an engine may go on before the rest of its
 * rows is back. Of one that cannot be read only what the backup says is forgotten; it comes with what can be read.
 */
export function carryState(from: string, copy: Connection): void {
  const rows = rowsOf(from);
  copy.transaction(() => {
    for (const table of rows === null ? standing : carried) {
      if (!has(copy, table)) continue;
      copy.exec(`DELETE FROM ${table}`);
      const columns = copy.pragma(`table_info(${table})`) as readonly { readonly name: string }[];
      for (const row of rows?.get(table) ?? []) {
        const fitting = columns.flatMap(({ name }) => (name in row ? [[name, row[name]]] : []));
        insertRow(copy, table, Object.fromEntries(fitting));
      }
    }
  })();
}

/** Null where it cannot be read. */
function rowsOf(path: string): ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]> | null {
  let db: Connection | null = null;
  try {
    // What a journal holds stays in it; without one a connection that may write takes away what it made beside the file.
    const hasJournal = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
    db = new Database(path, { readonly: hasJournal, fileMustExist: true, timeout: 2000 });
    const open = db;
    const read = (table: string) =>
      has(open, table) ? (open.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]) : [];
    return new Map(carried.map((table) => [table, read(table)]));
  } catch {
    return null;
  } finally {
    db?.close();
  }
}

function has(db: Connection, table: string): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
}
