import type { Database } from 'better-sqlite3';
import type { Table } from '../tables.ts';

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

/**
 * Tables that only Backhaul's bookkeeping fills must never keep business records back. One that an older script
 * made with rules of its own (CHECK, UNIQUE, NOT NULL, another primary key) is made anew without them; its rows
 * and all its columns stay, so that scripts and reports go on working.
 */
export function rebuildIfItRefuses(db: Database, table: Table): void {
  const present = columnsOf(db, table.name);
  if (present.length === 0 || (hasOurKey(present, table) && !hasRulesOfItsOwn(db, table.name))) return;
  const older = `${table.name}_being_rebuilt`;
  db.exec(`ALTER TABLE "${table.name}" RENAME TO "${older}"`);
  create(db, table, present);
  const ours = new Set(columnsOf(db, table.name).map((column) => column.name.toLowerCase()));
  const shared = present
    .filter((column) => ours.has(column.name.toLowerCase()))
    .map((column) => `"${column.name}"`);
  db.exec(
    `INSERT OR IGNORE INTO "${table.name}" (${shared.join(', ')}) SELECT ${shared.join(', ')} FROM "${older}"`,
  );
  db.exec(`DROP TABLE "${older}"`);
}

function columnsOf(db: Database, name: string): readonly ColumnInfo[] {
  return db.pragma(`table_info("${name}")`) as ColumnInfo[];
}

function hasOurKey(present: readonly ColumnInfo[], table: Table): boolean {
  const key = present.filter((column) => column.pk > 0).map((column) => column.name.toLowerCase());
  return JSON.stringify(key.sort()) === JSON.stringify([...keyOf(table)].sort());
}

function keyOf(table: Table): readonly string[] {
  const own = table.columns.find((column) => column.declaration.includes('PRIMARY KEY'));
  if (own !== undefined) return [own.name];
  const constraint = table.constraints.find((text) => text.startsWith('PRIMARY KEY'));
  return (/\((.*)\)/.exec(constraint ?? '')?.[1] ?? '').split(', ').filter((name) => name !== '');
}

/** CHECK, UNIQUE, REFERENCES or a NOT NULL in the table's own text, or a trigger on it. */
function hasRulesOfItsOwn(db: Database, name: string): boolean {
  const rows = db
    .prepare(`SELECT type, sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'trigger')`)
    .all(name) as { type: string; sql: string }[];
  return rows.some(
    (row) => row.type === 'trigger' || /\b(CHECK|UNIQUE|REFERENCES|NOT\s+NULL)\b/i.test(row.sql),
  );
}

/** Our columns first, then what the older table had beside them, without its rules. */
function create(db: Database, table: Table, present: readonly ColumnInfo[]): void {
  const ours = new Set(table.columns.map((column) => column.name.replaceAll('"', '').toLowerCase()));
  const others = present.filter((column) => !ours.has(column.name.toLowerCase()));
  const lines = [
    ...table.columns.map((column) => `${column.name} ${column.declaration}`),
    ...others.map((column) => `"${column.name}" ${column.type}`),
    ...table.constraints,
  ];
  db.exec(`CREATE TABLE "${table.name}" (${lines.join(', ')})`);
}
