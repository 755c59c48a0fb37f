import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach } from 'vitest';
import { seededRandom } from '../../../../e2e/support/seeded-random.ts';
import { temporaryFolder } from '../../../../e2e/support/temporary-folder.ts';
import { databaseFileName, openStorage, type Storage } from '../service.ts';

/** A data directory with records that can be told from the bytes of the file, for tests that damage it. */
export interface DamagedBox {
  readonly dataDir: string;
  readonly path: string;
  open(): Promise<Storage>;
  /** so many division states, each with its number as text in the record; the last third marked as sent */
  fill(records: number): Promise<void>;
  /** writes over the file as a broken disk does */
  overwrite(at: number, bytes: Buffer, end?: '' | '-wal'): void;
  /** the record numbers whose bytes are in the file and its journal now, found without knowing their format */
  legible(): Set<number>;
  /** names of the files that were set aside, without their journals */
  setAside(): string[];
  remove(): void;
}

/** Files that were filled before: each test begins with a copy. */
const filled = new Map<number, Buffer>();

const tag = (number: number): string => `/shots/#${String(number).padStart(6, '0')}#.jpg`;

function makeBox(name: string): DamagedBox {
  const folder = temporaryFolder(name);
  const path = join(folder.path, databaseFileName);
  const open = (): Promise<Storage> =>
    openStorage(folder.path, { locationId: null, timeZone: null, now: () => new Date() });
  return {
    dataDir: folder.path,
    path,
    open,
    async fill(records) {
      const made = filled.get(records);
      if (made !== undefined) return writeFileSync(path, made);
      const storage = await open();
      await storage.close();
      const db = new Database(path);
      insertRecords(db, 0, records);
      db.close();
      filled.set(records, readFileSync(path));
    },
    overwrite(at, bytes, end = '') {
      const file = openSync(path + end, 'r+');
      writeSync(file, bytes, 0, bytes.length, at);
      closeSync(file);
    },
    legible() {
      const found = new Set<number>();
      for (const end of ['', '-wal']) {
        if (!existsSync(path + end)) continue;
        for (const [, number] of readFileSync(path + end, 'latin1').matchAll(/\/shots\/#(\d{6})#\.jpg/g))
          found.add(Number(number));
      }
      return found;
    },
    setAside: () => readdirSync(folder.path).filter((one) => /\.damaged-[^-]+(-\d+)?$/.test(one)),
    remove: folder.remove,
  };
}

/** As another program writes them; in transactions of 500. */
export function insertRecords(db: Database.Database, from: number, to: number): void {
  db.exec(`INSERT OR IGNORE INTO locations (location_id, city, restaurant_name, commercial_area, timezone)
      VALUES ('store_1', '绵阳', '1958', '', 'Asia/Urumqi');
    INSERT OR IGNORE INTO sessions (session_id, camera_id, location_id, start_time)
      VALUES ('session_1', 'camera_1', 'store_1', '2025-12-13 14:35:00+08:00');
    INSERT OR IGNORE INTO backhaul_settings (name, value) VALUES ('location_id', 'store_1'), ('cloud', 'of a test')`);
  const insert = db.prepare(`INSERT INTO division_states (session_id, camera_id, location_id, frame_number,
      timestamp_video, timestamp_recorded, state, walking_area_waiters, screenshot_path, synced_to_cloud)
    VALUES ('session_1', 'camera_1', 'store_1', ?, ?, '2025-12-13 14:35:00+08:00', 'GREEN', ?, ?, ?)`);
  for (let begin = from; begin < to; begin += 500) {
    db.transaction(() => {
      for (let number = begin; number < Math.min(to, begin + 500); number += 1)
        insert.run(number, number / 10, number % 5, tag(number), Number(number % 3 === 2));
    }).immediate();
  }
}

/** Numbers of the records that a storage holds; the same twice where it was doubled. */
export function held(storage: Storage): number[] {
  const rows = storage.reader
    .prepare('SELECT frame_number AS n, screenshot_path AS tag FROM division_states ORDER BY n')
    .all() as { n: number; tag: string }[];
  for (const row of rows) if (row.tag !== tag(row.n)) throw new Error(`Record ${row.n} holds ${row.tag}.`);
  return rows.map(({ n }) => n);
}

const cleanUp: (() => Promise<void> | void)[] = [];

/** To be called once by each file of tests: closes and removes what a test has made. */
export function removeBoxesAfterEach(): void {
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });
}

export function box(): DamagedBox {
  const made = makeBox('salvage');
  cleanUp.push(made.remove);
  return made;
}

export async function opened(of: DamagedBox): Promise<Storage> {
  const storage = await of.open();
  cleanUp.push(() => storage.close());
  return storage;
}

/** Opens, looks for damage as an engine that stays does, and waits until everything was brought back. */
export async function recovered(of: DamagedBox): Promise<Storage> {
  const storage = await opened(of);
  await storage.lookForDamage();
  await storage.salvage.settled();
  return storage;
}

export const pageSize = 4096;

/** Always the same bytes for a seed; none of them a record. */
export function garbage(length: number, seed = 7): Buffer {
  return seededRandom(seed).bytes(length);
}

/** Where the leaf pages of a table or index begin, in bytes. */
export function pagesOf(path: string, name: string): number[] {
  const db = new Database(path, { readonly: true });
  const sql = `SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno`;
  const rows = db.prepare(sql).all(name) as { pageno: number }[];
  db.close();
  return rows.map(({ pageno }) => (pageno - 1) * pageSize);
}

export const page = (of: DamagedBox, name: string, index: number): number =>
  pagesOf(of.path, name)[index] ?? 0;
