import type { BackupFile } from '../../../contract/backup-calls.ts';
import { BackhaulError } from '../../../contract/errors.ts';
import type { Logger } from '../../log/logger.ts';
import { listBackups } from './backup-files.ts';
import { makeBackup } from './make-backup.ts';

export interface BackupsOptions {
  readonly storage: {
    readonly path: string;
    readonly readOnlyReason: string | null;
    lookForDamage(): Promise<void>;
  };
  readonly keep: number;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Copies of the database, in `backups/` of the data directory (SPEC 9). */
export interface Backups {
  list(): readonly BackupFile[];
  /** why the last that was due was not made; null where it was, or none was due yet */
  failure(): string | null;
  /** one at a time: who asks meanwhile gets the same. Faults: storage. */
  create(): Promise<BackupFile>;
  /** makes one now and then each day */
  watch(times?: WatchTimes): { stop(): void };
  close(): Promise<void>;
}

export interface WatchTimes {
  readonly firstMs: number;
  readonly lookEveryMs: number;
}

const dayMs = 24 * 60 * 60_000;
/** A box that was just switched on has more urgent things to do. */
const usualTimes: WatchTimes = { firstMs: 5 * 60_000, lookEveryMs: 10 * 60_000 };

export function createBackups({ storage, keep, log, now }: BackupsOptions): Backups {
  const closing = new AbortController();
  let making: Promise<BackupFile> | null = null;
  let failure: string | null = null;

  function create(): Promise<BackupFile> {
    if (storage.readOnlyReason !== null)
      return Promise.reject(new BackhaulError('storage', `No backup was made: ${storage.readOnlyReason}`));
    making ??= makeBackup({
      ...{ path: storage.path, now, keep, signal: closing.signal },
      onDamage: () => void storage.lookForDamage().catch(() => undefined),
    })
      .then((made) => {
        failure = null;
        return made;
      })
      .finally(() => {
        making = null;
      });
    return making;
  }

  /** A backup of the future is one of a clock that was wrong. */
  function isDue(): boolean {
    const ages = listBackups(storage.path).map(({ createdAt }) => now().getTime() - Date.parse(createdAt));
    return !ages.some((ageMs) => ageMs >= 0 && ageMs < dayMs);
  }

  async function look(): Promise<void> {
    try {
      if (closing.signal.aborted || !isDue()) return;
      const { name, bytes } = await create();
      log.info('the database was backed up', { name, bytes });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // A full disk refuses every time, and the log must not fill it further.
      if (closing.signal.aborted) return;
      if (reason !== failure) log.error(reason);
      failure = reason;
    }
  }

  return {
    list: () => listBackups(storage.path),
    failure: () => failure,
    create,
    watch({ firstMs, lookEveryMs } = usualTimes) {
      const first = setTimeout(() => void look(), firstMs);
      const timer = setInterval(() => void look(), lookEveryMs);
      for (const one of [first, timer]) one.unref();
      return {
        stop() {
          clearTimeout(first);
          clearInterval(timer);
        },
      };
    },
    async close() {
      closing.abort();
      await making?.catch(() => undefined);
    },
  };
}
