import { chmodSync, statSync } from 'node:fs';
import type { Database as Connection } from 'better-sqlite3';
import { type FileGuard, guardFile } from './file-guard.ts';
import { type ChangeGroup, watchParents } from './parent-changes.ts';
import { openForReading } from './reading-connection.ts';
import { sqliteCode } from './write-transaction.ts';

/** The file with the two connections of the engine's own thread to it. */
export interface OpenFile {
  readonly db: Connection;
  readonly reader: Connection;
  readonly guard: FileGuard;
  readonly changeMarkOf: (group: ChangeGroup) => string;
  /**
   * The file could not be written when it was opened. SQLite then never writes through this connection, also when the
   * permission is back: only a new one does.
   */
  readonly readOnly: boolean;
}

/** Call it right after `db` was opened; it is closed when this fails. */
export function connectTo(path: string, db: Connection): OpenFile {
  try {
    const reader = openForReading(path, 200);
    return {
      db,
      reader,
      guard: guardFile(path),
      changeMarkOf: watchParents(db),
      readOnly: !mayWrite(db),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Only the connection knows: by the time that the file is looked at the permission may be back. A write that changes
 * nothing tells; BEGIN IMMEDIATE does not, for it begins to read where it may not write.
 */
function mayWrite(db: Connection): boolean {
  try {
    db.exec('UPDATE backhaul_settings SET value = value WHERE FALSE');
    return true;
  } catch (error) {
    return !sqliteCode(error)?.startsWith('SQLITE_READONLY');
  }
}

/** SQLite makes the journals with the mode of the database; those it made of a read-only one stay so when that is not. */
export function giveJournalsItsMode(path: string): void {
  const main = statSync(path, { throwIfNoEntry: false });
  if (main === undefined) return;
  for (const name of [`${path}-wal`, `${path}-shm`]) {
    const journal = statSync(name, { throwIfNoEntry: false });
    if (journal === undefined || (main.mode & ~journal.mode & 0o200) === 0) continue;
    try {
      chmodSync(name, main.mode & 0o777);
    } catch {
      // Another user's: the look at the files says so.
    }
  }
}
