import { linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { syncFile, syncFolder } from '../files/sync-to-disk.ts';
import type { FileTrouble } from './file-guard.ts';
import { stampedName } from './stamped-name.ts';

/**
 * Keeps everything that a connection holds before it is closed, after something happened to its file.
 * @returns what happened and where it is kept @throws where the disk does not take it: the connection must stay open
 */
export function keepWhatIsOpen(db: Database, path: string, { kind, reason }: FileTrouble, now: Date): string {
  const [{ busy }] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
  if (kind !== 'journal') return `${reason} Everything it held was written to ${rescueFile(db, path, now)}.`;
  if (busy !== 0) throw new Error('another program holds the file');
  return `${reason} What it held is in the database now.`;
}

/**
 * Writes what a connection has open once more to the disk, after its file lost its name: at `path` where nothing lies
 * there now, else beside it. @returns where it is
 */
function rescueFile(db: Database, path: string, now: Date): string {
  const aside = stampedName(path, 'rescued', now);
  try {
    db.prepare('VACUUM INTO ?').run(aside);
    syncFile(aside);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  // They belong to the file that is gone; SQLite would take them for the journal of whatever lies there next.
  for (const journal of [`${path}-wal`, `${path}-shm`]) rmSync(journal, { force: true });
  return moveInto(aside, path) ? path : aside;
}

/** A link never replaces what came there in between. */
function moveInto(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  rmSync(from);
  syncFolder(dirname(to));
  return true;
}
