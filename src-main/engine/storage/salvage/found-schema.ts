import Database from 'better-sqlite3';
import { quoted } from '../insert-row.ts';
import { createOrComplete } from '../migrations/0001-base.ts';
import { inventoryTables, tables } from '../tables.ts';
import type { PageFile } from './page-file.ts';
import type { StoredValue } from './record.ts';
import { readTablePage, type StoredRow } from './table-page.ts';

export interface FoundColumn {
  readonly name: string;
  /** as declared, in capitals */
  readonly type: string;
  readonly notNull: boolean;
  /** the table's INTEGER PRIMARY KEY: its value is the rowid, and the record holds NULL */
  readonly isRowid: boolean;
  /** what a row has that is older than the column */
  readonly default: StoredValue;
}

export interface FoundTable {
  readonly name: string;
  readonly columns: readonly FoundColumn[];
  /** the first page of its tree, null where that is not known */
  readonly root: number | null;
}

export interface FoundSchema {
  /** every table of the file that could be read, and ours where they could not */
  readonly tables: readonly FoundTable[];
  /** CREATE statements of tables, indexes and views, in the order they were made */
  readonly statements: readonly string[];
  /** CREATE statements of triggers */
  readonly triggers: readonly string[];
}

interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly root: number;
  readonly sql: string;
}

/** Reads sqlite_schema; what cannot be read of it is filled with what Backhaul itself would have made. */
export function readSchema(file: PageFile): FoundSchema {
  const entries = readEntries(file);
  const memory = new Database(':memory:');
  try {
    const made = entries.filter((entry) => entry.type !== 'trigger' && isMade(memory, entry.sql));
    const roots = new Map(
      made.filter(({ type }) => type === 'table').map(({ name, root }) => [name.toLowerCase(), root]),
    );
    roots.set('sqlite_sequence', entries.find(({ name }) => name === 'sqlite_sequence')?.root ?? 0);
    const known = new Set(made.map(({ name }) => name.toLowerCase()));
    for (const table of [...tables, ...inventoryTables])
      if (!known.has(table.name)) createOrComplete(memory, table);
    return {
      tables: describe(memory, roots),
      statements: made.map(({ sql }) => sql),
      triggers: entries.filter(({ type }) => type === 'trigger').map(({ sql }) => sql),
    };
  } finally {
    memory.close();
  }
}

function readEntries(file: PageFile): SchemaEntry[] {
  const entries: SchemaEntry[] = [];
  const pages = [1];
  const seen = new Set<number>();
  for (let number = pages.pop(); number !== undefined; number = pages.pop()) {
    if (seen.has(number)) continue;
    seen.add(number);
    const page = readTablePage(file, number);
    if (page?.kind === 'interior') pages.push(...page.children.toReversed());
    if (page?.kind === 'leaf') for (const row of page.rows) entries.push(...toEntry(row));
  }
  return entries;
}

/** Indexes that a constraint makes have no text. */
function toEntry({ values }: StoredRow): SchemaEntry[] {
  const [type, name, , root, sql] = values;
  if (typeof type !== 'string' || typeof name !== 'string' || typeof sql !== 'string') return [];
  return [{ type, name, sql, root: typeof root === 'number' ? root : 0 }];
}

/** Only a CREATE statement that SQLite takes counts; a damaged one must do nothing. */
function isMade(memory: Database.Database, sql: string): boolean {
  if (!/^CREATE\s+(TABLE|INDEX|UNIQUE\s+INDEX|VIEW)\b/i.test(sql)) return false;
  try {
    memory.prepare(sql).run();
    return true;
  } catch {
    return false;
  }
}

function describe(memory: Database.Database, roots: ReadonlyMap<string, number>): FoundTable[] {
  const names = memory
    .prepare(`SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND wr = 0`)
    .all() as { name: string }[];
  return names
    .filter(({ name }) => !/^sqlite_(?!sequence)/.test(name))
    .map(({ name }) => ({
      name,
      root: roots.get(name.toLowerCase()) || null,
      columns: columnsOf(memory, name),
    }));
}

function columnsOf(memory: Database.Database, name: string): FoundColumn[] {
  const columns = memory.pragma(`table_info(${quoted(name)})`) as {
    name: string;
    type: string;
    notnull: number;
    dflt_value: string | null;
    pk: number;
  }[];
  const key = columns.filter(({ pk }) => pk > 0);
  return columns.map((column) => ({
    name: column.name,
    type: column.type.toUpperCase(),
    notNull: column.notnull === 1,
    isRowid: column.pk === 1 && key.length === 1 && column.type.toUpperCase() === 'INTEGER',
    default: constant(memory, column.dflt_value),
  }));
}

/** A column that is added later has a constant or nothing as its default. */
function constant(memory: Database.Database, expression: string | null): StoredValue {
  if (expression === null || /^CURRENT_/i.test(expression)) return null;
  try {
    return memory.prepare(`SELECT ${expression}`).pluck().get() as StoredValue;
  } catch {
    return null;
  }
}
