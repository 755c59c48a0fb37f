import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { makeDataDirectory } from './data-directory.ts';
import { fileIdentity } from './file-identity.ts';
import { isBusy, storageError } from './write-transaction.ts';

export interface EngineLock {
  /** why the disk gives none to who only wants to look; null where it is held */
  readonly refusal: string | null;
  /**
   * Whether the data directory at its path is still this engine's. A lock file that somebody removed is taken anew,
   * unless another engine was first.
   */
  holds(): boolean;
  release(): void;
}

/**
 * The one-engine lock of a data directory: an exclusive transaction held on a small file, which the kernel
 * frees when the process dies, however it dies. Null when another engine holds it. Needs no room on the disk.
 * @throws BackhaulError `invalid_input` for a directory that cannot be made, `storage` for a disk that refuses
 */
export function takeEngineLock(dataDir: string): EngineLock | null {
  makeDataDirectory(dataDir);
  const path = join(dataDir, 'engine.lock.db');
  try {
    const first = lock(path);
    return first === null ? null : heldLock(dataDir, path, first);
  } catch (error) {
    throw storageError(error, path);
  }
}

function heldLock(dataDir: string, path: string, first: Connection): EngineLock {
  let db = first;
  let file = fileIdentity(path);
  return {
    refusal: null,
    holds() {
      if (fileIdentity(path) === file) return true;
      if (!existsSync(dataDir)) return false;
      const again = tryLock(path);
      if (again === null) return false;
      db.close();
      db = again;
      file = fileIdentity(path);
      return true;
    },
    release: () => void db.close(),
  };
}

function tryLock(path: string): Connection | null {
  try {
    return lock(path);
  } catch {
    return null;
  }
}

function lock(path: string): Connection | null {
  const db = new Database(path, { timeout: 0 });
  try {
    chmodSync(path, 0o600);
    // A journal on the disk would need room there, and a full disk must keep nobody from starting.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return null;
    throw error;
  }
}
