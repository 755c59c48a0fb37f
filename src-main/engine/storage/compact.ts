import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';
import { isBusy, writeTransaction } from './write-transaction.ts';

const pagesAtOnce = 500;
const incremental = 2;

/**
 * Gives free pages back to the disk (SPEC 5.3): a few at a time. A file of the older scripts needs one full VACUUM
 * first, which happens beside the engine's thread and only with twice the file's size free.
 * @returns by how many bytes the file has become smaller
 */
export async function compact(db: Database, path: string, signal: AbortSignal): Promise<number> {
  const before = statSync(path).size;
  if (freePages(db) === 0) return 0;
  if (db.pragma('auto_vacuum', { simple: true }) !== incremental) {
    if (!keepsRowids(db) || !hasRoom(path)) return 0;
    await vacuumBeside(path);
  }
  while (freePages(db) > 0 && !signal.aborted) {
    const left = freePages(db);
    await vacuumSome(db);
    if (freePages(db) >= left) break;
    await yieldToLoop();
  }
  checkpoint(db);
  return Math.max(0, before - statSync(path).size);
}

function freePages(db: Database): number {
  return Number(db.pragma('freelist_count', { simple: true }));
}

/** Waits for another writer as every write does. */
async function vacuumSome(db: Database): Promise<void> {
  await writeTransaction(db, () => db.pragma(`incremental_vacuum(${pagesAtOnce})`));
}

/** Without it the main file keeps its size until SQLite checkpoints by itself; a reader may be in the way. */
function checkpoint(db: Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/** VACUUM numbers rows anew where the key is no alias of the rowid; the quarantine refers to rows by it. */
function keepsRowids(db: Database): boolean {
  return ['division_states', 'table_states'].every((table) => {
    const key = (db.pragma(`table_info("${table}")`) as { pk: number; type: string }[]).filter(
      (column) => column.pk > 0,
    );
    return key.length === 1 && key[0]?.type.toUpperCase() === 'INTEGER';
  });
}

function hasRoom(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > 2 * statSync(path).size;
}

function vacuumBeside(path: string): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./vacuum-worker.${extension}`, import.meta.url), {
    workerData: { path },
  });
  return new Promise((resolve, reject) => {
    worker.on('message', (fault: string | null) => {
      if (fault === null) resolve();
      else reject(new BackhaulError('storage', `The local database could not be made smaller: ${fault}`));
    });
    worker.on('error', reject);
  });
}
