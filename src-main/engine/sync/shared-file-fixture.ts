import Database from 'better-sqlite3';
import { afterAll, beforeAll } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { openStorage, type Storage } from '../storage/service.ts';
import { stateSource } from './state-source.ts';
import type { StateTable } from './state-table.ts';

/** A local database of a file of tests, which another program has open too. */
export interface SharedFile {
  readonly storage: Storage;
  readonly other: Database.Database;
}

/** Registers what comes before and after the tests of a file. @param prepare SQL of the other program */
export function withSharedFile(name: string, now: Date, prepare: string): SharedFile {
  const folder = temporaryFolder(name);
  let storage: Storage;
  let other: Database.Database;

  beforeAll(async () => {
    const options = { locationId: 'store_1', timeZone: 'Asia/Shanghai', now: () => now };
    storage = await openStorage(folder.path, options);
    other = new Database(storage.path, { timeout: 5000 });
    other.pragma('synchronous = OFF');
    other.exec(prepare);
  });
  afterAll(async () => {
    other.close();
    await storage.close();
    folder.remove();
  });
  return {
    get storage() {
      return storage;
    },
    get other() {
      return other;
    },
  };
}

/** A table of the file as a run reads and marks it. */
export function sourceOf(storage: Storage, table: StateTable, now: Date) {
  return stateSource({
    ...{ storage, table, locationId: 'store_1', now: () => now, setAside: 0, upTo: null },
    touched: () => undefined,
  });
}
