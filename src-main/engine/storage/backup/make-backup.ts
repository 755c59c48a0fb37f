import { mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { BackupFile } from '../../../contract/backup-calls.ts';
import { BackhaulError } from '../../../contract/errors.ts';
import { stampedName } from '../stamped-name.ts';
import { backupFolder, backupStem, listBackups, removeUnfinished, unfinishedBackup } from './backup-files.ts';

export interface BackupOptions {
  readonly path: string;
  readonly now: () => Date;
  /** so many stay; older ones go once a new one is whole */
  readonly keep: number;
  readonly signal: AbortSignal;
  /** the database itself was found damaged */
  readonly onDamage: () => void;
}

/** What capture goes on to need while the copy is made. */
const marginBytes = 64 * 1024 * 1024;

/**
 * Makes a backup in a thread of its own. It bears a backup's name only when it is whole, on the disk and checked.
 * @throws BackhaulError `storage` with what to do; no backup was lost for it
 */
export async function makeBackup(options: BackupOptions): Promise<BackupFile> {
  const { path, now, keep } = options;
  const unfinished = unfinishedBackup(path);
  try {
    mkdirSync(backupFolder(path), { recursive: true, mode: 0o700 });
    removeUnfinished(unfinished);
    refuseWithoutRoom(path);
    const target = stampedName(backupStem(path), 'backup', now());
    const fault = await runThread({ path, unfinished, target }, options.signal);
    if (fault?.damaged === true) options.onDamage();
    if (fault !== null) throw noBackup(fault.reason);
    const all = listBackups(path);
    const made = all.find((one) => one.path === target);
    if (made === undefined) throw noBackup('it was taken away as soon as it was made');
    for (const old of all.filter((one) => one !== made).slice(Math.max(0, keep - 1))) rmSync(old.path);
    return made;
  } catch (error) {
    removeUnfinished(unfinished);
    throw error instanceof BackhaulError
      ? error
      : noBackup(error instanceof Error ? error.message : String(error));
  }
}

function noBackup(reason: string): BackhaulError {
  return new BackhaulError(
    'storage',
    `The database could not be backed up: ${reason}. Capture goes on and the backups that are there stay. Free some space or mend the disk; a running engine tries again by itself.`,
  );
}

function refuseWithoutRoom(path: string): void {
  const size = (name: string): number => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  const needed = size(path) + size(`${path}-wal`) + marginBytes;
  const { bavail, bsize } = statfsSync(backupFolder(path));
  if (bavail * bsize < needed) throw noBackup(`it needs ${needed} bytes and ${bavail * bsize} are free`);
}

type Fault = { readonly reason: string; readonly damaged: boolean } | null;

function runThread(workerData: object, signal: AbortSignal): Promise<Fault> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./backup-worker.${extension}`, import.meta.url), { workerData });
  worker.unref();
  const end = (): void => void worker.terminate();
  signal.addEventListener('abort', end, { once: true });
  return new Promise<Fault>((resolve) => {
    const fail = (reason: string): void => resolve({ reason, damaged: false });
    worker.on('message', resolve);
    worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => fail('it was ended before it was whole'));
  }).finally(() => signal.removeEventListener('abort', end));
}
