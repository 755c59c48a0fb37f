import Database, { type Database as Connection } from 'better-sqlite3';
import { quoted } from '../insert-row.ts';
import { hasTables, migrate, prepareConnection } from '../open-database.ts';
import { writeTransaction } from '../write-transaction.ts';
import type { FoundSchema, FoundTable } from './found-schema.ts';

/**
 * Makes the file that takes the place of a damaged one, with the tables, indexes and views that could be read of it:
 * other programs go on writing to what they know. One that is there already, since a process ended right after it set
 * the damaged one aside, gets what it lacks of them.
 */
export async function makeFileLike(path: string, schema: FoundSchema): Promise<void> {
  const db = new Database(path, { timeout: 5 });
  try {
    const isNew = !hasTables(db);
    if (isNew) {
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
    }
    prepareConnection(db);
    await writeTransaction(db, () => {
      for (const statement of schema.statements) tryStatement(db, statement);
      for (const table of schema.tables) addLackingColumns(db, table);
    });
    if (isNew) await migrate(db, 0);
  } finally {
    db.close();
  }
}

/** Without their rules: rows that came since have nothing in them. */
function addLackingColumns(db: Connection, { name, columns }: FoundTable): void {
  const present = (db.pragma(`table_info(${quoted(name)})`) as { name: string }[]).map((column) =>
    column.name.toLowerCase(),
  );
  if (present.length === 0) return;
  for (const column of columns) {
    if (!present.includes(column.name.toLowerCase()))
      tryStatement(db, `ALTER TABLE ${quoted(name)} ADD COLUMN ${quoted(column.name)} ${column.type}`);
  }
}

/** The last thing: a trigger must not see rows come a second time. */
export function makeTriggers(db: Connection, schema: FoundSchema): void {
  for (const statement of schema.triggers)
    if (/^CREATE\s+TRIGGER\b/i.test(statement)) tryStatement(db, statement);
}

/** What is there already, was damaged in the old file or is not so in the new one is no reason to do without the rest. */
function tryStatement(db: Connection, statement: string): void {
  try {
    db.exec(statement);
  } catch (error) {
    if (!/^SQLITE_(ERROR|CONSTRAINT)/.test(String((error as { code?: unknown }).code))) throw error;
  }
}

const farBeyond = 1_000_000;
const beyondEverything = 1_000_000_000_000;

/** New rows get ids beyond all of the damaged file, so that the old ones can keep theirs. */
export function reserveIds(db: Connection, used: ReadonlyMap<string, number>, all: boolean): void {
  const tables = db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'`)
    .all() as { name: string }[];
  for (const { name } of tables) {
    const last = used.get(name);
    const next = last !== undefined ? last + farBeyond : all ? 0 : beyondEverything;
    const present = db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(name) as
      | { seq: number }
      | undefined;
    if (present === undefined)
      db.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(name, next);
    else if (present.seq < next)
      db.prepare('UPDATE sqlite_sequence SET seq = ? WHERE name = ?').run(next, name);
  }
}
