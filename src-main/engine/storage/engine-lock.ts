import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { isBusy } from './write-transaction.ts';

export interface EngineLock {
  release(): void;
}

/**
 * The one-engine lock of a data directory: an exclusive transaction held on a small file, which the kernel
 * frees when the process dies, however it dies. Null when another engine holds it.
 */
export function takeEngineLock(dataDir: string, fileName = 'engine.lock.db'): EngineLock | null {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, fileName);
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
