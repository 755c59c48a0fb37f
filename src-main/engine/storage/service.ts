import { join } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';
import type { Logger } from '../log/logger.ts';
import { type BackgroundReader, createBackgroundReader } from './background-reader.ts';
import { boxLocation, fixLocation, locationTimeZone } from './box-location.ts';
import { damageIn, damageQuery, isDamage } from './damage.ts';
import type { EngineLock } from './engine-lock.ts';
import { LiveDatabase } from './live-database.ts';
import type { ChangeGroup } from './parent-changes.ts';
import { prepared } from './prepared.ts';
import { faultOf } from './reader-faults.ts';
import type { Salvage } from './salvage/salvage.ts';

export { backupIsStaleAfterMs, listBackups } from './backup/backup-files.ts';
export { type Backups, createBackups } from './backup/backups.ts';
export { type Restored, restoreBackup } from './backup/restore-backup.ts';
export { type EngineLock, takeEngineLock } from './engine-lock.ts';
export { type FileHeader, readFileHeader } from './file-header.ts';
export { insertRow, lackingColumns } from './insert-row.ts';
export { ensureCamera, ensureLocation, ensureParents, type ParentNames, stubVideo } from './parent-stubs.ts';
export { prepared } from './prepared.ts';
export { notQuarantined, type QuarantinedRecord, quarantine } from './quarantine.ts';
export { parseSetAside, type SetAsideFile } from './salvage/salvage-record.ts';
export { setAsideNames, wasReplaced } from './salvage/set-aside.ts';
export {
  decodeFrames,
  encodeAfter,
  type SealedFrames,
  type SealedGroup,
  sumsOf,
  writeGroup,
} from './sealed-group.ts';
export { readSetting, writeSetting } from './settings.ts';
export { oddFlag, unsynced } from './tables.ts';
export { fromUtcText, utcText } from './utc-text.ts';
/** A connection to the local database, as work inside a transaction is given it. */
export type { Connection };

export const databaseFileName = 'detection_data.db';

/** The local database: one writer, many readers (SPEC 3). */
export interface Storage {
  readonly path: string;
  /** why nothing can be written now, null when it can; it goes on by itself when the cause is gone */
  readonly readOnlyReason: string | null;
  /** the backup that opening made, null when none was needed */
  readonly backup: string | null;
  /** for short queries on the engine's own thread; not to be kept, since it is made anew with the file */
  readonly reader: Connection;
  /** changes when the file was opened anew: what was read before says nothing any more */
  readonly opened: number;
  /** for queries that may take longer than a few milliseconds */
  readonly background: BackgroundReader;
  /**
   * One IMMEDIATE transaction on the one write connection. `work` is synchronous, writes at most 2,000 rows or
   * 50 ms, and sees a rolled back file when it throws. A file that another process holds is waited for.
   * @throws BackhaulError `storage` when SQLite refuses (disk full, read-only), with `details.replaced` when the file was
   * damaged and a new one is there: try again at once; whatever `work` throws.
   */
  transaction<T>(work: (db: Connection) => T, options?: { readonly signal?: AbortSignal }): Promise<T>;
  /** counts the transactions that committed here, and those of other processes as far as seen */
  changeMark(): string;
  /** the same as long as no row, mark or entry of the quarantine of a group of streams has changed */
  changeMarkOf(group: ChangeGroup): string;
  readonly location: BoxLocation;
  /** gives free pages back to the disk; @returns by how many bytes the file has become smaller */
  compact(signal: AbortSignal): Promise<number>;
  /** Reads the whole file in the background; a damaged one is set aside, which opening alone may not show. */
  lookForDamage(): Promise<void>;
  /** damaged files that were set aside, and what was brought back from them */
  readonly salvage: Salvage;
  close(): Promise<void>;
}

/** One box, one location. */
export interface BoxLocation {
  /** null until the first one is seen */
  id(): string | null;
  /** the one that records have fixed, whatever is configured; null while there are none */
  fixed(): string | null;
  /** inside a write transaction: remembers the first one seen */
  fix(db: Connection, locationId: string): void;
  /** IANA name; changes when the location's row does */
  timeZone(): string;
}

export interface StorageOptions {
  readonly locationId: string | null;
  readonly timeZone: string | null;
  readonly now: () => Date;
  /** nothing is written while the directory is not this engine's */
  readonly lock?: EngineLock;
  /** hears what happened to the file while it was in use */
  readonly note?: (message: string) => void;
  readonly log?: Logger;
  /** the file was replaced, or records were brought back from a damaged one: what was counted is old */
  readonly onRecovered?: () => void;
}

/**
 * Opens the database of a data directory; the caller holds the engine lock. A disk that refuses is waited for: then
 * `readOnlyReason` says why nothing can be written now. A damaged file is set aside and what can be read of it comes into
 * a new one, at opening and whenever it shows (promise 5).
 */
export async function openStorage(dataDir: string, options: StorageOptions): Promise<Storage> {
  const path = join(dataDir, databaseFileName);
  const worker = createBackgroundReader(path);
  const live = await LiveDatabase.open(path, {
    now: options.now,
    lock: options.lock ?? null,
    beforeReopening: () => worker.rest(),
    note: options.note ?? (() => {}),
    log: options.log ?? silent,
    onRecovered: options.onRecovered ?? (() => {}),
  });
  const background: BackgroundReader = {
    ...worker,
    async all<Row>(sql: string, parameters: readonly unknown[] = []) {
      const { opened } = live;
      const ask = async (): Promise<Row[]> => {
        const rows = live.hasFile ? await worker.tryAll<Row>(sql, parameters) : null;
        return rows ?? (prepared(live.reader, sql).all(...parameters) as Row[]);
      };
      try {
        return await ask();
      } catch (error) {
        if (!isDamage(error)) throw error;
        // The new file answers, which takes the damaged one's place meanwhile.
        await live.replace(error, opened);
        // An engine that is closing replaces nothing.
        return await ask().catch((again: unknown) => {
          throw faultOf(again);
        });
      }
    },
  };
  return {
    path,
    get readOnlyReason() {
      return live.waitsFor;
    },
    get backup() {
      return live.backup;
    },
    get reader() {
      return live.reader;
    },
    get opened() {
      return live.opened;
    },
    background,
    transaction: (work, { signal } = {}) => live.transaction(work, signal),
    changeMark: () => live.changeMark(),
    changeMarkOf: (group) => live.changeMarkOf(group),
    location: createBoxLocation(live, options),
    compact: (signal) => live.compact(signal),
    salvage: live.salvage,
    async lookForDamage() {
      const { opened } = live;
      if (!live.hasFile) return;
      // A thread of its own: it takes seconds on a large file, and no question waits for it.
      const thread = createBackgroundReader(path);
      try {
        const rows = await thread.tryAll<{ quick_check: string }>(damageQuery, []);
        const damage = rows === null ? null : damageIn(rows);
        if (damage !== null) await live.replace(damage, opened);
      } catch (error) {
        await live.noteFault(error, opened);
      } finally {
        await thread.close();
      }
    },
    async close() {
      await background.close();
      await live.close();
    },
  };
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function createBoxLocation(live: { readonly reader: Connection }, options: StorageOptions): BoxLocation {
  let id: string | null = null;
  return {
    id() {
      id ??= boxLocation(live.reader, options.locationId);
      return id;
    },
    fixed: () => boxLocation(live.reader, null),
    fix(db, locationId) {
      fixLocation(db, locationId);
    },
    timeZone() {
      return locationTimeZone(live.reader, this.id(), options.timeZone);
    },
  };
}
