import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database, { type Database as Connection } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';
import { syncFile, syncFolder } from '../files/sync-to-disk.ts';
import { latestVersion, migrations } from './migrations/list.ts';
import { stampedName } from './stamped-name.ts';
import { isBusy, storageError, writeTransaction } from './write-transaction.ts';

/** 'BKHL': tells a file of ours from one of the older scripts, whatever their user_version says. */
export const applicationId = 0x424b484c;
const openPatienceMs = 15_000;

export interface OpenedDatabase {
  readonly db: Connection;
  /** why the file could be opened for reading only, null when it is writable */
  readonly readOnlyReason: string | null;
  /** the backup made before the file was brought forward */
  readonly backup: string | null;
}

/**
 * Opens or makes the database file: WAL, FULL durability, brought forward in place after a backup (SPEC 3).
 * @throws BackhaulError `storage` when the file is newer than this version or cannot be read.
 */
export async function openDatabase(path: string, now: () => Date): Promise<OpenedDatabase> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return await openAndMigrate(path, now);
  } catch (error) {
    throw error instanceof BackhaulError ? error : storageError(error, path);
  }
}

async function openAndMigrate(path: string, now: () => Date): Promise<OpenedDatabase> {
  const fresh = !existsSync(path) || statSync(path).size === 0;
  const db = new Database(path, { timeout: 5 });
  try {
    if (fresh) db.pragma('auto_vacuum = INCREMENTAL');
    const version = await patiently(() => schemaVersion(db));
    refuseNewer(version, path);
    let backup: string | null = null;
    if (version < latestVersion && hasTables(db)) {
      removeUnfinishedBackup(path);
      const lacking = lackingSpace(path);
      if (lacking !== null) return { db: reopenReadOnly(db, path), readOnlyReason: lacking, backup };
      backup = await backUp(db, path, now());
    }
    await patiently(() => db.pragma('journal_mode = WAL'));
    prepareConnection(db);
    await migrate(db, version);
    return { db, readOnlyReason: null, backup };
  } catch (error) {
    db.close();
    throw error;
  }
}

function schemaVersion(db: Connection): number {
  const ours = db.pragma('application_id', { simple: true }) === applicationId;
  return ours ? Number(db.pragma('user_version', { simple: true })) : 0;
}

function refuseNewer(version: number, path: string): void {
  if (version <= latestVersion) return;
  throw new BackhaulError(
    'storage',
    `${path} was written by a newer version of Backhaul (schema ${version}, this version knows ${latestVersion}). Nothing was changed; install the newer version.`,
  );
}

/** Whether there is anything to lose: a file that is only just being made has none. */
export function hasTables(db: Connection): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' LIMIT 1`).get() !== undefined;
}

/** What every connection of the engine sets; FULL is what makes an acknowledgement survive a power cut. */
export function prepareConnection(db: Connection): void {
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = OFF');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -16000');
  db.pragma('journal_size_limit = 67108864');
}

/** The version is written last: a migration that was interrupted is simply done again. */
export async function migrate(db: Connection, from: number): Promise<void> {
  for (const migration of migrations.filter((one) => one.version > from)) {
    await writeTransaction(db, () => migration.up(db));
    for (const statement of migration.afterwards) await writeTransaction(db, () => db.exec(statement));
    await writeTransaction(db, () => {
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${migration.version}`);
    });
  }
}

/** The sentence that says why no backup fits, null when there is room. */
function lackingSpace(path: string): string | null {
  const needed = statSync(path).size + (existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0);
  const stats = statfsSync(dirname(path));
  const free = stats.bavail * stats.bsize;
  if (free > needed) return null;
  return `The database of an earlier version must be backed up before it is brought forward; that needs ${needed} bytes and ${free} are free. It is open for reading only, nothing was changed. Free some space and it goes on by itself.`;
}

/** Only a whole copy bears the name of a backup. */
async function backUp(db: Connection, path: string, now: Date): Promise<string> {
  const unfinished = unfinishedBackup(path);
  try {
    await patiently(() => db.prepare('VACUUM INTO ?').run(unfinished));
    syncFile(unfinished);
  } catch (error) {
    removeUnfinishedBackup(path);
    throw error;
  }
  const target = stampedName(path, 'backup', now);
  renameSync(unfinished, target);
  syncFolder(dirname(path));
  return target;
}

const unfinishedBackup = (path: string): string => `${path}.unfinished-backup`;

/** What a process that ended in mid-backup left would take the room that the next backup needs. */
function removeUnfinishedBackup(path: string): void {
  for (const end of ['', '-journal']) rmSync(unfinishedBackup(path) + end, { force: true });
}

function reopenReadOnly(db: Connection, path: string): Connection {
  db.close();
  return new Database(path, { readonly: true, timeout: 5 });
}

/** Repeats while another process holds the file, at most for some seconds. */
async function patiently<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + openPatienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await delay(20);
  }
}
