import { readFileSync, statSync } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import { noFileAt } from './file-identity.ts';
import { latestVersion, migrations } from './migrations/list.ts';

const largestCopyBytes = 64 * 1024 * 1024;
/** offsets of the two header bytes that say whether the journal is a -wal file */
const journalBytes = [18, 19];

/**
 * What questions are answered from while the file cannot be opened for writing: the file itself for reading, else a
 * copy of it in memory (a reader needs a -shm file, which a full or read-only disk may not give), else an empty database.
 */
export function openStandIn(path: string): Connection {
  // Opening a pipe for reading would wait for ever.
  if (noFileAt(path) !== null) return empty();
  return readOnly(path) ?? copyInMemory(path) ?? empty();
}

function readOnly(path: string): Connection | null {
  let db: Connection | null = null;
  try {
    db = new Database(path, { readonly: true, timeout: 200 });
    if (Number(db.pragma('user_version', { simple: true })) === latestVersion) return db;
  } catch {
    // The copy may do.
  }
  db?.close();
  return null;
}

/** Only of a file at rest: what a -wal file holds is not in the copy. */
function copyInMemory(path: string): Connection | null {
  try {
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
    if (statSync(path).size > largestCopyBytes) return null;
    const bytes = readFileSync(path);
    for (const at of journalBytes) bytes[at] = 1;
    return broughtForward(new Database(bytes));
  } catch {
    return null;
  }
}

function empty(): Connection {
  return broughtForward(new Database(':memory:'));
}

/** As a file is, so that every question can be asked. */
function broughtForward(db: Connection): Connection {
  for (const migration of migrations) {
    migration.up(db);
    for (const statement of migration.afterwards) db.exec(statement);
  }
  return db;
}
