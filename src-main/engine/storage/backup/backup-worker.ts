import { chmodSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { syncFile, syncFolder } from '../../files/sync-to-disk.ts';
import { damageIn, damageQuery, isDamage } from '../damage.ts';

interface Task {
  readonly path: string;
  readonly unfinished: string;
  readonly target: string;
}

/** Backs a database up beside the engine's thread; says null, or why there is no backup. */
function backUp({ path, unfinished, target }: Task): { reason: string; damaged: boolean } | null {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    try {
      db.prepare('VACUUM INTO ?').run(unfinished);
    } finally {
      db.close();
    }
    chmodSync(unfinished, 0o600);
    syncFile(unfinished);
    const damage = damageOf(unfinished);
    if (damage !== null) return { reason: `the copy is damaged: ${damage}`, damaged: false };
    renameSync(unfinished, target);
    syncFolder(dirname(target));
    return null;
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error), damaged: isDamage(error) };
  }
}

function damageOf(path: string): string | null {
  const db = new Database(path, { readonly: true });
  try {
    return damageIn(db.prepare(damageQuery).all() as { quick_check: string }[]);
  } finally {
    db.close();
  }
}

parentPort?.postMessage(backUp(workerData as Task));
