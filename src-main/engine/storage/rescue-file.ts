import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';

/**
 * Writes what a connection has open once more to the disk, after its file lost its name: at `path` where nothing lies
 * there now, else beside it. @returns where it is
 */
export function rescueFile(db: Database, path: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('.', '');
  const aside = `${path}.rescued-${stamp}`;
  try {
    db.prepare('VACUUM INTO ?').run(aside);
    toDisk(aside);
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
  toDisk(dirname(to));
  return true;
}

function toDisk(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
