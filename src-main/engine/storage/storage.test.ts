import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { latestVersion } from './migrations/list.ts';
import { schemaText } from './schema-text.ts';
import { databaseFileName, insertRow, openStorage, type Storage, takeEngineLock } from './service.ts';

const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function folder(): string {
  const made = temporaryFolder('storage');
  cleanUp.push(made.remove);
  return made.path;
}

async function open(dataDir: string, locationId: string | null = null): Promise<Storage> {
  const storage = await openStorage(dataDir, { locationId, timeZone: null, now: () => new Date() });
  cleanUp.push(() => storage.close());
  return storage;
}

/** A file as the older store scripts made it. */
function olderFile(dataDir: string): Database.Database {
  const db = new Database(join(dataDir, databaseFileName));
  db.pragma('foreign_keys = OFF');
  db.exec(`
    CREATE TABLE locations (location_id TEXT PRIMARY KEY, city TEXT NOT NULL, restaurant_name TEXT NOT NULL,
      commercial_area TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE cameras (camera_id TEXT PRIMARY KEY, location_id TEXT NOT NULL, camera_name TEXT,
      camera_ip_address TEXT NOT NULL, FOREIGN KEY (location_id) REFERENCES locations(location_id));
    CREATE TABLE sessions (session_id TEXT PRIMARY KEY, camera_id TEXT NOT NULL, video_id INTEGER NOT NULL,
      location_id TEXT NOT NULL, start_time TIMESTAMP NOT NULL);
    CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
      camera_id TEXT NOT NULL, location_id TEXT NOT NULL, frame_number INTEGER NOT NULL, timestamp_video REAL NOT NULL,
      timestamp_recorded TIMESTAMP, state TEXT NOT NULL, walking_area_waiters INTEGER DEFAULT 0,
      service_area_waiters INTEGER DEFAULT 0, total_staff INTEGER DEFAULT 0, detector_build TEXT NOT NULL,
      synced_to_cloud BOOLEAN DEFAULT 0, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
      FOREIGN KEY (session_id) REFERENCES sessions(session_id));
    CREATE TABLE sync_queue (id INTEGER PRIMARY KEY, payload TEXT);
    INSERT INTO sync_queue (payload) VALUES ('kept');
    INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video, state, detector_build,
      synced_to_cloud) VALUES ('s', 'c', 'old_store', 1, 0.1, 'RED', 'b1', 1), ('s', 'c', 'old_store', 2, 0.2, 'RED', 'b1', NULL),
      ('s', 'c', 'old_store', 2, 0.2, 'RED', 'b1', 0);
    PRAGMA user_version = 7;
  `);
  return db;
}

test('a fresh file is in WAL with FULL durability and incremental vacuum', async () => {
  const storage = await open(folder());
  expect(storage.reader.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(storage.reader.pragma('auto_vacuum', { simple: true })).toBe(2);
  expect(await storage.transaction((db) => db.pragma('synchronous', { simple: true }))).toBe(2);
  expect(storage.backup).toBeNull();
});

test('the committed schema is what the migrations make', async () => {
  const storage = await open(folder());
  const committed = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8');
  expect(schemaText(storage.reader)).toBe(committed);
});

test('a file of the older scripts is brought forward in place after a backup, and nothing of it is lost', async () => {
  const dataDir = folder();
  olderFile(dataDir).close();
  const storage = await open(dataDir);
  expect(storage.reader.prepare('SELECT count(*) AS n FROM division_states').get()).toEqual({ n: 3 });
  expect(storage.reader.prepare('SELECT payload FROM sync_queue').get()).toEqual({ payload: 'kept' });
  expect(storage.reader.pragma('user_version', { simple: true })).toBe(latestVersion);
  expect(storage.location.id()).toBe('old_store');
  const backup = new Database(storage.backup ?? '', { readonly: true });
  expect(backup.prepare('SELECT count(*) AS n FROM division_states').get()).toEqual({ n: 3 });
  expect(backup.pragma('user_version', { simple: true })).toBe(7);
  backup.close();
});

test('its NOT NULL columns stay and are filled with empty values', async () => {
  const dataDir = folder();
  olderFile(dataDir).close();
  const storage = await open(dataDir);
  await storage.transaction((db) =>
    insertRow(db, 'division_states', {
      session_id: 's',
      camera_id: 'c',
      location_id: 'old_store',
      frame_number: 3,
      timestamp_video: null,
      state: 'RED',
    }),
  );
  const row = storage.reader
    .prepare('SELECT timestamp_video, detector_build FROM division_states WHERE frame_number = 3')
    .get();
  expect(row).toEqual({ timestamp_video: 0, detector_build: '' });
});

test('bookkeeping tables with rules of their own are made anew without them, rows and columns kept', async () => {
  const dataDir = folder();
  const db = new Database(join(dataDir, databaseFileName));
  db.exec(`
    CREATE TABLE sync_status (id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, sync_type TEXT UNIQUE
      CHECK (sync_type IN ('hourly', 'daily')), status TEXT CHECK (status IN ('success', 'failed')), error_message TEXT NOT NULL);
    INSERT INTO sync_status VALUES (7, 'division_states', 'daily', 'success', '');
    CREATE TABLE sync_history (id INTEGER PRIMARY KEY, x TEXT NOT NULL, status TEXT CHECK (status = 'done'));
    CREATE TABLE id_map (whatever TEXT);
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);
    INSERT INTO settings VALUES ('theirs', 'kept');`);
  db.close();
  const storage = await open(dataDir);
  expect(storage.reader.prepare('SELECT id, table_name, sync_type, status FROM sync_status').all()).toEqual([
    { id: 7, table_name: 'division_states', sync_type: 'daily', status: 'success' },
  ]);
  const insert = `INSERT INTO sync_status (sync_type, status) VALUES ('full', 'running'), ('full', 'running')`;
  expect(await storage.transaction((writer) => writer.prepare(insert).run().changes)).toBe(2);
  expect(storage.reader.prepare(`SELECT value FROM settings`).get()).toEqual({ value: 'kept' });
});

test('opening it a second time changes nothing and makes no further backup', async () => {
  const dataDir = folder();
  olderFile(dataDir).close();
  await (await openStorage(dataDir, { locationId: null, timeZone: null, now: () => new Date() })).close();
  expect((await open(dataDir)).backup).toBeNull();
});

test('without room for the backup the older file opens for reading only and says why', () => {
  const dataDir = folder();
  const script = join(dataDir, 'open.ts');
  const source = new URL('./service.ts', import.meta.url).pathname;
  const sqlite = new URL('../../../node_modules/better-sqlite3/lib/index.js', import.meta.url).pathname;
  const code = `
    const { default: Database } = await import(${JSON.stringify(sqlite)});
    const { openStorage } = await import(${JSON.stringify(source)});
    const db = new Database(process.argv[2] + '/detection_data.db');
    db.exec("CREATE TABLE locations (location_id TEXT PRIMARY KEY, filler BLOB); INSERT INTO locations VALUES ('a', zeroblob(1500000))");
    db.close();
    const storage = await openStorage(process.argv[2], { locationId: null, timeZone: null, now: () => new Date() });
    const refused = await storage.transaction(() => 1).catch((error) => error.message);
    console.log(JSON.stringify({ reason: storage.readOnlyReason, refused, rows: storage.reader.prepare('SELECT count(*) AS n FROM locations').get() }));
    await storage.close();`;
  spawnSync('mkdir', ['-p', join(dataDir, 'small')]);
  spawnSync('sh', ['-c', `cat > "$0"`, script], { input: code });
  const small = join(dataDir, 'small');
  const shell = `mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" "$3" "$1"`;
  const result = spawnSync(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', shell, 'sh', small, process.execPath, script],
    {
      encoding: 'utf8',
    },
  );
  const answer = JSON.parse(result.stdout) as { reason: string; refused: string; rows: unknown };
  expect(answer.reason).toContain('nothing was changed');
  expect(answer.refused).toBe(answer.reason);
  expect(answer.rows).toEqual({ n: 1 });
});

test('a file of a newer version is refused and not touched', async () => {
  const dataDir = folder();
  await (await openStorage(dataDir, { locationId: null, timeZone: null, now: () => new Date() })).close();
  const db = new Database(join(dataDir, databaseFileName));
  db.pragma(`user_version = ${latestVersion + 1}`);
  db.close();
  await expect(open(dataDir)).rejects.toThrow('newer version');
});

test('a file that is no database is set aside as it is, and a new one is made', async () => {
  const dataDir = folder();
  spawnSync('sh', [
    '-c',
    'printf "this is not a database, it is a letter to the reader" > "$0"',
    join(dataDir, databaseFileName),
  ]);
  const storage = await open(dataDir);
  expect(storage.reader.pragma('user_version', { simple: true })).toBe(latestVersion);
  const kept = readdirSync(dataDir).filter((name) => name.includes('.damaged-'));
  expect(kept.map((name) => readFileSync(join(dataDir, name), 'utf8'))).toEqual([
    'this is not a database, it is a letter to the reader',
  ]);
});

test('a pipe in the place of the file is told, left as it is, and got over when it is moved away', async () => {
  const dataDir = folder();
  const path = join(dataDir, databaseFileName);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const storage = await open(dataDir);
  const write = () => storage.transaction((db) => insertRow(db, 'cameras', { camera_id: 'c1' }));
  await expect(write()).rejects.toThrow(/A pipe lies in the place of the file/);
  renameSync(path, `${path}.pipe`);
  await expect(write()).resolves.toBe(1);
});

test('a file that was moved under a running engine and linked to from its old place keeps what is committed', async () => {
  const dataDir = folder();
  const path = join(dataDir, databaseFileName);
  const storage = await open(dataDir);
  const write = (camera_id: string) => storage.transaction((db) => insertRow(db, 'cameras', { camera_id }));
  await write('c1');
  renameSync(path, `${path}.moved`);
  symlinkSync(`${path}.moved`, path);
  await expect(write('c2')).rejects.toThrow(/Another file was put in the place/);
  await write('c3');
  const other = new Database(path, { readonly: true });
  const found = other.prepare('SELECT camera_id AS c FROM cameras ORDER BY 1').all() as { c: string }[];
  expect(found.map(({ c }) => c)).toEqual(['c1', 'c2', 'c3']);
  other.close();
});

test('a journal that is cut in use is damage: the file is set aside and a new one goes on', async () => {
  const dataDir = folder();
  const path = join(dataDir, databaseFileName);
  const storage = await open(dataDir);
  const write = (camera_id: string) => storage.transaction((db) => insertRow(db, 'cameras', { camera_id }));
  await write('c1');
  await storage.transaction((db) => db.pragma('shrink_memory'));
  truncateSync(`${path}-wal`, 0);
  await expect(write('c2')).rejects.toThrow(/damaged and is set aside/);
  await write('c3');
  expect(readdirSync(dataDir).some((name) => name.includes('.damaged-'))).toBe(true);
});

test('a transaction waits for another process without blocking the loop', async () => {
  const storage = await open(folder());
  const other = new Database(storage.path, { timeout: 0 });
  cleanUp.push(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  setTimeout(() => other.exec('COMMIT'), 300);
  await storage.transaction((db) => db.exec(`INSERT INTO backhaul_settings (name, value) VALUES ('a', 'b')`));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(20);
});

test('a transaction whose work throws leaves nothing behind', async () => {
  const storage = await open(folder());
  const work = storage.transaction((db) => {
    db.exec(`INSERT INTO backhaul_settings (name, value) VALUES ('a', 'b')`);
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(storage.reader.prepare('SELECT count(*) AS n FROM backhaul_settings').get()).toEqual({ n: 0 });
});

test('the engine lock refuses a second engine and is free at once when its holder is killed', async () => {
  const dataDir = folder();
  const source = new URL('./service.ts', import.meta.url).href;
  const code = `const { takeEngineLock } = await import(${JSON.stringify(source)});
    globalThis.lock = takeEngineLock(${JSON.stringify(dataDir)});
    process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(takeEngineLock(dataDir)).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = takeEngineLock(dataDir);
  expect(lock).not.toBeNull();
  lock?.release();
});

test('a long query runs beside the loop', async () => {
  const storage = await open(folder());
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  const sql =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) AS n FROM n';
  expect(await storage.background.all(sql, [2_000_000])).toEqual([{ n: 2_000_000 }]);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  await expect(storage.background.all('SELECT 1 FROM nowhere')).rejects.toThrow('nowhere');
});
