import { join } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';
import { type BackgroundReader, createBackgroundReader } from './background-reader.ts';
import { boxLocation, fixLocation, locationTimeZone } from './box-location.ts';
import { compact } from './compact.ts';
import { openDatabase } from './open-database.ts';
import { watchParents } from './parent-changes.ts';
import { sqliteCode, storageError, writeTransaction } from './write-transaction.ts';

export { type EngineLock, takeEngineLock } from './engine-lock.ts';
export { insertRow } from './insert-row.ts';
export { ensureCamera, ensureLocation, ensureParents, type ParentNames, stubVideo } from './parent-stubs.ts';
export { prepared } from './prepared.ts';
export { notQuarantined, type QuarantinedRecord, quarantine } from './quarantine.ts';
export { readSetting, writeSetting } from './settings.ts';
export { oddFlag, unsynced } from './tables.ts';
export { fromUtcText, utcText } from './utc-text.ts';
/** A connection to the local database, as work inside a transaction is given it. */
export type { Connection };

export const databaseFileName = 'detection_data.db';

/** The local database: one writer, many readers (SPEC 3). */
export interface Storage {
  readonly path: string;
  /** why it is open for reading only, null when it can be written */
  readonly readOnlyReason: string | null;
  /** the backup that opening made, null when none was needed */
  readonly backup: string | null;
  /** for short queries on the engine's own thread */
  readonly reader: Connection;
  /** for queries that may take longer than a few milliseconds */
  readonly background: BackgroundReader;
  /**
   * One IMMEDIATE transaction on the one write connection. `work` is synchronous, writes at most 2,000 rows or
   * 50 ms, and sees a rolled back file when it throws. A file that another process holds is waited for.
   * @throws BackhaulError `storage` when SQLite refuses (disk full, read-only, damaged), whatever `work` throws.
   */
  transaction<T>(work: (db: Connection) => T, options?: { readonly signal?: AbortSignal }): Promise<T>;
  /** counts the transactions that committed here, and those of other processes as far as seen */
  changeMark(): string;
  /** the same as long as no parent, mark or entry of the quarantine has changed */
  parentsMark(): string;
  readonly location: BoxLocation;
  /** gives free pages back to the disk; @returns by how many bytes the file has become smaller */
  compact(signal: AbortSignal): Promise<number>;
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
}

/** Opens the database of a data directory; the caller holds the engine lock. */
export async function openStorage(dataDir: string, options: StorageOptions): Promise<Storage> {
  const path = join(dataDir, databaseFileName);
  const { db, readOnlyReason, backup } = await openDatabase(path, options.now);
  const reader = new Database(path, { readonly: true, timeout: 200 });
  const background = createBackgroundReader(path);
  const parentsMark = readOnlyReason === null ? watchParents(db) : () => 'read-only';
  let commits = 0;
  return {
    path,
    readOnlyReason,
    backup,
    reader,
    background,
    async transaction(work, { signal } = {}) {
      if (readOnlyReason !== null) throw new BackhaulError('storage', readOnlyReason);
      try {
        const value = await writeTransaction(db, work, signal);
        commits += 1;
        return value;
      } catch (error) {
        throw sqliteCode(error) === undefined ? error : storageError(error, path);
      }
    },
    changeMark: () => `${commits}:${String(reader.pragma('data_version', { simple: true }))}`,
    parentsMark,
    location: createBoxLocation(reader, options),
    compact: (signal) => (readOnlyReason === null ? compact(db, path, signal) : Promise.resolve(0)),
    async close() {
      await background.close();
      reader.close();
      db.close();
    },
  };
}

function createBoxLocation(reader: Connection, options: StorageOptions): BoxLocation {
  let id: string | null = null;
  return {
    id() {
      id ??= boxLocation(reader, options.locationId);
      return id;
    },
    fixed: () => boxLocation(reader, null),
    fix(db, locationId) {
      fixLocation(db, locationId);
    },
    timeZone() {
      return locationTimeZone(reader, this.id(), options.timeZone);
    },
  };
}
