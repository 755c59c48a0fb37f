import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeDataDirectory } from './data-directory.ts';
import { isBusy, storageError } from './write-transaction.ts';

export interface EngineLock {
  release(): void;
}

/**
 * The one-engine lock of a data directory: an exclusive transaction held on a small file, which the kernel
 * frees when the process dies, however it dies. Null when another engine holds it.
 * @throws BackhaulError `invalid_input` for a directory that cannot be used, `storage` for a disk that refuses
 */
export function takeEngineLock(dataDir: string): EngineLock | null {
  makeDataDirectory(dataDir);
  const path = join(dataDir, 'engine.lock.db');
  try {
    return lock(path);
  } catch (error) {
    throw storageError(error, path);
  }
}

function lock(path: string): EngineLock | null {
  const db = new Database(path, { timeout: 0 });
  try {
    chmodSync(path, 0o600);
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (isBusy(error)) return null;
    throw error;
  }
}
