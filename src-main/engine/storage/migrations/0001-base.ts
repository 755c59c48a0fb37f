import type { Database } from 'better-sqlite3';
import { indexes, moreIndexes, type Table, tables } from '../tables.ts';
import type { Migration } from './migration.ts';
import { rebuildIfItRefuses } from './rebuild-table.ts';

/**
 * Makes every table of SPEC 3, or completes one that older store scripts made: missing columns are added,
 * existing ones stay as they are, extra tables are left alone. Of the bookkeeping's own tables see rebuild-table.ts.
 */
export const base: Migration = {
  version: 1,
  name: 'base',
  up(db) {
    for (const table of tables) {
      if (table.keeper === 'backhaul') rebuildIfItRefuses(db, table);
      createOrComplete(db, table);
    }
  },
  afterwards: [...indexes, ...moreIndexes],
};

/** Makes the table, or adds what it lacks. */
export function createOrComplete(db: Database, table: Table): void {
  const present = new Set(
    (db.pragma(`table_info("${table.name}")`) as { name: string }[]).map((row) => row.name.toLowerCase()),
  );
  if (present.size === 0) {
    const lines = [
      ...table.columns.map((column) => `${column.name} ${column.declaration}`),
      ...table.constraints,
    ];
    db.exec(`CREATE TABLE ${table.name} (\n  ${lines.join(',\n  ')}\n)`);
    return;
  }
  for (const column of table.columns) {
    const name = column.name.replaceAll('"', '');
    if (!present.has(name)) db.exec(`ALTER TABLE "${table.name}" ADD COLUMN ${column.name} ${column.added}`);
  }
}
