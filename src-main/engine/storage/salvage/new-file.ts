import { statSync } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import { migrate, prepareConnection } from '../open-database.ts';
import { writeTransaction } from '../write-transaction.ts';
import type { FoundSchema } from './found-schema.ts';

/**
 * Makes the file that takes the place of a damaged one, with the tables, indexes and views that could be read of it:
 * other programs go on writing to what they know. Does nothing where a file is there already.
 */
export async function makeFileLike(path: string, schema: FoundSchema): Promise<void> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const db = new Database(path, { timeout: 5 });
  try {
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    prepareConnection(db);
    await writeTransaction(db, () => {
      if (hasTables(db)) return;
      for (const statement of schema.statements) tryStatement(db, statement);
    });
    await migrate(db, 0);
  } finally {
    db.close();
  }
}

/** The last thing: a trigger must not see rows come a second time. */
export function makeTriggers(db: Connection, schema: FoundSchema): void {
  for (const statement of schema.triggers)
    if (/^CREATE\s+TRIGGER\b/i.test(statement)) tryStatement(db, statement);
}

/** What is there already, or was damaged in the old file, is no reason to do without the rest. */
function tryStatement(db: Connection, statement: string): void {
  try {
    db.exec(statement);
  } catch (error) {
    if (!/SQLITE_ERROR/.test(String((error as { code?: unknown }).code))) throw error;
  }
}

function hasTables(db: Connection): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' LIMIT 1`).get() !== undefined;
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
