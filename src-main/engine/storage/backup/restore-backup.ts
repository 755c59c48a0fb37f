import { randomUUID } from 'node:crypto';
import {
  existsSync,
  realpathSync,
  renameSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { BackhaulError } from '../../../contract/errors.ts';
import { syncFile, syncFolder } from '../../files/sync-to-disk.ts';
import { damageIn, damageQuery, wordsOf } from '../damage.ts';
import { takeEngineLock } from '../engine-lock.ts';
import { latestVersion } from '../migrations/list.ts';
import { applicationId } from '../open-database.ts';
import { changeSetAside } from '../salvage/salvage-record.ts';
import { setAsidePath } from '../salvage/set-aside.ts';
import { writeSetting } from '../settings.ts';
import { tables } from '../tables.ts';
import { removeUnfinished } from './backup-files.ts';
import { carryState } from './carry-state.ts';
import { finishRestore, readyToRestore, unfinishedRestore } from './finish-restore.ts';

export interface Restored {
  readonly backup: string;
  /** where the database that was there lies now; null where there was none */
  readonly setAside: string | null;
}

/**
 * Puts a copy of a backup in the place of the database, which is set aside with its journal, never deleted. What only
 * that one holds comes over when the next engine starts. Ended at any point: before the copy is whole nothing has
 * changed, afterwards the next start completes it.
 * @throws BackhaulError `conflict` while an engine runs, `not_found`, `invalid_input` for what is no whole backup,
 * `storage` where the disk refuses
 */
export function restoreBackup(path: string, backup: string, now: Date): Restored {
  const lock = takeEngineLock(dirname(path));
  if (lock === null)
    throw new BackhaulError(
      'conflict',
      'An engine runs on this data directory. Nothing was changed; stop it (close the console, stop the service), then restore.',
    );
  try {
    return restore(path, backup, now);
  } finally {
    lock.release();
  }
}

function restore(path: string, backup: string, now: Date): Restored {
  const file = statSync(backup, { throwIfNoEntry: false });
  if (file === undefined)
    throw new BackhaulError(
      'not_found',
      `There is no backup named ${basename(backup)} and no file ${backup}. Nothing was changed; "backhaul backup list" names the backups there are.`,
    );
  if (!file.isFile()) throw notWhole(backup, 'it is no file');
  if (existsSync(path) && realpathSync(backup) === realpathSync(path))
    throw new BackhaulError('invalid_input', `${backup} is the database itself. Nothing was changed.`);
  // One that a killed command made ready goes first, so that each is set aside by its own name.
  finishRestore(path);
  const copy = unfinishedRestore(path);
  const target = hasContent(path) ? setAsidePath(path, now, 'replaced') : null;
  try {
    refuseWithoutRoom(path, backup);
    // SQLite takes an empty file for the copy: nobody else may read it at any time.
    writeFileSync(copy, '', { mode: 0o600 });
    copyWhole(backup, copy);
    if (target !== null) handOver(path, copy, basename(target), basename(backup), now);
    utimesSync(copy, now, now);
    syncFile(copy);
  } catch (error) {
    removeUnfinished(copy);
    if (error instanceof BackhaulError) throw error;
    throw new BackhaulError(
      'storage',
      `${backup} could not be restored: ${wordsOf(error)}. Nothing was changed.`,
      {
        cause: error,
      },
    );
  }
  renameSync(copy, readyToRestore(path));
  syncFolder(dirname(path));
  finishRestore(path);
  return { backup, setAside: target };
}

function hasContent(path: string): boolean {
  return ['', '-wal'].some((end) => (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0) > 0);
}

function refuseWithoutRoom(path: string, backup: string): void {
  const needed = statSync(backup).size;
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize > needed * 1.1) return;
  throw new BackhaulError(
    'storage',
    `There is no room for the copy of the backup: it needs ${needed} bytes and ${bavail * bsize} are free. Nothing was changed; free some space and restore again.`,
  );
}

/** A new file of what can be read, so that a journal beside the backup is in it, and every page was read. */
function copyWhole(backup: string, copy: string): void {
  let db: Connection | null = null;
  try {
    db = new Database(backup, { readonly: true, fileMustExist: true, timeout: 2000 });
    const names = new Set(
      db.prepare(`SELECT lower(name) FROM sqlite_schema WHERE type = 'table'`).pluck().all(),
    );
    if (!tables.some(({ name }) => names.has(name))) throw notWhole(backup, 'it has no table of ours');
    const damage = damageIn(db.prepare(damageQuery).all() as { quick_check: string }[]);
    if (damage !== null) throw notWhole(backup, `it is damaged: ${damage}`);
    const isOurs = db.pragma('application_id', { simple: true }) === applicationId;
    if (isOurs && Number(db.pragma('user_version', { simple: true })) > latestVersion)
      throw notWhole(backup, 'a newer version of Backhaul wrote it; install that one');
  } catch (error) {
    db?.close();
    throw error instanceof BackhaulError ? error : notWhole(backup, wordsOf(error));
  }
  try {
    db.prepare('VACUUM INTO ?').run(copy);
  } finally {
    db.close();
  }
}

function notWhole(backup: string, reason: string): BackhaulError {
  return new BackhaulError(
    'invalid_input',
    `${backup} is no backup that can be restored: ${reason}. Nothing was changed.`,
  );
}

/** The next engine brings what only the database that is set aside holds into the restored one, and compares it anew. */
function handOver(path: string, copy: string, setAside: string, backup: string, now: Date): void {
  const db = new Database(copy);
  try {
    carryState(path, db);
    if (db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'backhaul_settings'`).get() === undefined)
      return;
    const fresh = { at: now.toISOString(), reason: `it was replaced by the backup ${backup}` };
    db.transaction(() => {
      changeSetAside(db, setAside, (one) => one, fresh);
      writeSetting(db, 'whole_comparison_owed', randomUUID());
    })();
  } finally {
    db.close();
  }
}
