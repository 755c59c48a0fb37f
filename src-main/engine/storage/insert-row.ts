import type { Database } from 'better-sqlite3';
import { prepared } from './prepared.ts';

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

const requiredByTable = new WeakMap<Database, Map<string, readonly ColumnInfo[]>>();
const inserts = new WeakMap<Database, Map<string, string>>();

/**
 * Inserts a row and returns its local id. NOT NULL columns that the row lacks (an older file may have more
 * of them) are filled with '' or 0.
 */
export function insertRow(db: Database, table: string, row: Readonly<Record<string, unknown>>): number {
  const columns = Object.keys(row);
  const shape = `${table}:${columns.join(',')}`;
  let sql = inserts.get(db)?.get(shape);
  if (sql === undefined) {
    sql = insertStatement(db, table, columns);
    const shapes = inserts.get(db) ?? new Map<string, string>();
    inserts.set(db, shapes.set(shape, sql));
  }
  const values = Object.values(row).map((value) =>
    typeof value === 'boolean' ? Number(value) : (value ?? null),
  );
  return Number(prepared(db, sql).run(...values).lastInsertRowid);
}

function insertStatement(db: Database, table: string, columns: readonly string[]): string {
  const required = requiredColumns(db, table);
  const lacking = lackingColumns(db, table, columns);
  const names = [...columns.map(quoted), ...lacking.map((one) => one.name)];
  const values = columns.map((name) => {
    const info = required.find((one) => one.name === name);
    return info === undefined ? '?' : `COALESCE(?, ${filler(info)})`;
  });
  return `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${[...values, ...lacking.map((one) => one.filler)].join(', ')})`;
}

/** NOT NULL columns without a default that an older file has beside `columns`: each by its quoted name, and what fills it. */
export function lackingColumns(
  db: Database,
  table: string,
  columns: readonly string[],
): { readonly name: string; readonly filler: string }[] {
  return requiredColumns(db, table)
    .filter((info) => info.dflt_value === null && !columns.includes(info.name))
    .map((info) => ({ name: quoted(info.name), filler: filler(info) }));
}

/** A name as SQL takes it, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function requiredColumns(db: Database, table: string): readonly ColumnInfo[] {
  const known = requiredByTable.get(db) ?? new Map<string, readonly ColumnInfo[]>();
  requiredByTable.set(db, known);
  let columns = known.get(table);
  if (columns === undefined) {
    columns = (db.pragma(`table_info("${table}")`) as ColumnInfo[]).filter(
      (info) => info.notnull === 1 && info.pk === 0,
    );
    known.set(table, columns);
  }
  return columns;
}

function filler(info: ColumnInfo): string {
  if (info.dflt_value !== null) return info.dflt_value;
  return /INT|REAL|FLOA|DOUB|NUM|DEC|BOOL/i.test(info.type) ? '0' : "''";
}
