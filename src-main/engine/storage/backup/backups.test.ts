import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync as readFile,
  rmSync as removeFile,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withCloudBoxes } from '../../../../e2e/support/cloud-boxes.ts';
import { temporaryFolder } from '../../../../e2e/support/temporary-folder.ts';
import { insertDivisionState, silentLog } from '../../../../e2e/support/test-box.ts';
import {
  type Backups,
  createBackups,
  databaseFileName,
  insertRow,
  openStorage,
  restoreBackup,
  type Storage,
  takeEngineLock,
} from '../service.ts';
import { readyToRestore } from './finish-restore.ts';

const boxes = withCloudBoxes();
const start = Date.parse('2026-01-10T03:00:00Z');
let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let nowMs: number;
let open: (() => Promise<void>)[];

beforeEach(() => {
  folder = temporaryFolder('backups');
  path = join(folder.path, databaseFileName);
  nowMs = start;
  open = [];
});
afterEach(async () => {
  for (const close of open.toReversed()) await close();
  folder.remove();
});

const now = (): Date => new Date(nowMs);

async function store(): Promise<Storage> {
  const storage = await openStorage(folder.path, { locationId: 'store_1', timeZone: 'Asia/Shanghai', now });
  open.push(() => storage.close());
  return storage;
}

function backupsOf(storage: Storage, keep = 7): Backups {
  const backups = createBackups({ storage, keep, log: silentLog, now });
  open.push(() => backups.close());
  return backups;
}

async function sell(storage: Storage, ...products: readonly string[]): Promise<void> {
  await storage.transaction((db) => {
    for (const product of products)
      db.prepare(
        `INSERT INTO sales_log (timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before, inventory_after)
         VALUES (1, 'x', ?, 1, 2, 1)`,
      ).run(product);
  });
}

function soldIn(file: string): unknown[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare('SELECT product_name FROM sales_log ORDER BY product_name').pluck().all();
  } finally {
    db.close();
  }
}

const sold = (storage: Storage): unknown[] =>
  storage.reader.prepare('SELECT product_name FROM sales_log ORDER BY product_name').pluck().all();

test('a backup is whole beside a database in use, and only so many stay', async () => {
  const storage = await store();
  await sell(storage, 'Mango');
  const backups = backupsOf(storage, 2);
  const made: string[] = [];
  for (let day = 0; day < 3; day += 1) {
    nowMs += 86_400_000;
    writeFileSync(join(folder.path, 'notes.txt'), 'stays');
    const [one, same] = await Promise.all([backups.create(), backups.create()]);
    expect(same).toBe(one);
    made.push(one.name);
  }
  expect(backups.list().map(({ name }) => name)).toEqual([made[2], made[1]]);
  expect(backups.list()[0]).toMatchObject({ createdAt: '2026-01-13T03:00:00.000Z' });
  expect(soldIn(backups.list()[0]?.path ?? '')).toEqual(['Mango']);
  expect(readdirSync(join(folder.path, 'backups'))).toHaveLength(2);
});

test('an engine that stays makes one a day, also where the clock was in the future for a while', async () => {
  const backups = backupsOf(await store());
  const daily = backups.watch({ firstMs: 0, lookEveryMs: 5 });
  const until = async (count: number): Promise<void> => {
    while (backups.list().length < count) await delay(5);
    await delay(300);
    expect(backups.list()).toHaveLength(count);
  };
  await until(1);
  nowMs += 86_400_000;
  await until(2);
  nowMs -= 3 * 86_400_000;
  await until(3);
  daily.stop();
});

test('an engine that stays says why the backup that was due is not made, until one is', async () => {
  const { path: database, lookForDamage } = await store();
  const storage = { path: database, readOnlyReason: 'the disk is full.' as string | null, lookForDamage };
  const backups = createBackups({ storage, keep: 7, log: silentLog, now });
  open.push(() => backups.close());
  expect(backups.failure()).toBeNull();
  const daily = backups.watch({ firstMs: 0, lookEveryMs: 5 });
  await expect.poll(() => backups.failure()).toBe('No backup was made: the disk is full.');
  storage.readOnlyReason = null;
  await expect.poll(() => backups.failure()).toBeNull();
  daily.stop();
  expect(backups.list()).toHaveLength(1);
});

test('what only bears the name of a backup is not listed, restored by its name or counted', async () => {
  const backups = backupsOf(await store(), 1);
  const good = await backups.create();
  const beside = (stamp: string, content: Uint8Array | string): void =>
    writeFileSync(join(folder.path, 'backups', `${databaseFileName}.backup-${stamp}`), content);
  beside('20270101T000000Z', 'no database');
  beside('20270102T000000Z', '');
  beside('20270103T000000Z', readFile(good.path).subarray(0, 8192));
  const other = new Database(join(folder.path, 'other.db'));
  other.exec('CREATE TABLE customers (id INTEGER)');
  other.close();
  beside('20270104T000000Z', readFile(join(folder.path, 'other.db')));
  mkdirSync(join(folder.path, 'backups', `${databaseFileName}.backup-20270105T000000Z`));
  expect(backups.list()).toEqual([good]);
  nowMs += 1000;
  const next = await backups.create();
  expect(backups.list()).toEqual([next]);
  expect(readdirSync(join(folder.path, 'backups'))).toHaveLength(6);
});

test('a damaged database makes no backup and costs none', async () => {
  const storage = await store();
  await sell(storage, ...Array.from({ length: 3000 }, (_, index) => `product ${index}`));
  const backups = backupsOf(storage, 1);
  const good = await backups.create();
  await storage.transaction((db) => db.pragma('user_version'));
  new Database(path).pragma('wal_checkpoint(TRUNCATE)');
  const file = openSync(path, 'r+');
  for (let page = 60; page < 75; page += 1) writeSync(file, Buffer.alloc(4096, 7), 0, 4096, page * 4096);
  closeSync(file);
  nowMs += 1000;
  await expect(backups.create()).rejects.toThrow(/could not be backed up: .*Capture goes on/);
  expect(readdirSync(join(folder.path, 'backups'))).toEqual([good.name]);
});

test('restoring refuses while an engine runs, and what is no whole backup; nothing is changed', async () => {
  const storage = await store();
  await sell(storage, 'Mango');
  const { path: backup } = await backupsOf(storage).create();
  await open.pop()?.();
  await open.pop()?.();
  const lock = takeEngineLock(folder.path);
  expect(() => restoreBackup(path, backup, now())).toThrow(/An engine runs on this data directory/);
  lock?.release();
  const other = join(folder.path, 'other.db');
  writeFileSync(other, 'no database at all, but long enough to be looked at as one'.repeat(20));
  expect(() => restoreBackup(path, other, now())).toThrow(/is no backup that can be restored/);
  expect(() => restoreBackup(path, path, now())).toThrow(/is the database itself/);
  expect(() => restoreBackup(path, `${path}.gone`, now())).toThrow(
    `There is no backup named detection_data.db.gone and no file ${path}.gone. Nothing was changed`,
  );
  expect(() => restoreBackup(path, folder.path, now())).toThrow(/is no backup .*: it is no file/);
  expect(soldIn(path)).toEqual(['Mango']);
  expect(readdirSync(folder.path).filter((name) => /damaged|replaced|restor/.test(name))).toEqual([]);
});

/** What a restore that is killed leaves: nothing done yet, the database renamed, its journal too. */
const kills: Readonly<Record<string, (aside: string) => void>> = {
  'before the database is set aside': () => undefined,
  'before its journal follows': (aside) => renameSync(path, aside),
  'before the copy takes its place': (aside) => {
    renameSync(path, aside);
    renameSync(`${path}-wal`, `${aside}-wal`);
  },
};
for (const [when, kill] of Object.entries(kills)) {
  test(`a restore that is killed ${when} is completed by the next start, and nothing acknowledged is lost`, async () => {
    const storage = await store();
    await sell(storage, 'Kiwi', 'Mango');
    const { path: backup } = await backupsOf(storage).create();
    await sell(storage, 'Plum');
    // What was acknowledged last lies in the journal only, as after a power cut.
    const copies = ['', '-wal'].map((end) => [end, readFile(path + end)] as const);
    await open.pop()?.();
    await open.pop()?.();
    nowMs += 1000;
    const { setAside } = restoreBackup(path, backup, now());
    renameSync(path, readyToRestore(path));
    for (const end of ['', '-wal', '-shm'])
      if (existsSync((setAside ?? '') + end)) removeFile((setAside ?? '') + end);
    for (const [end, content] of copies) writeFileSync(path + end, content);
    kill(setAside ?? '');
    const again = await store();
    await again.salvage.settled();
    expect(sold(again)).toEqual(['Kiwi', 'Mango', 'Plum']);
    expect(again.salvage.list()).toMatchObject([
      {
        file: expect.stringMatching(/^detection_data\.db\.replaced-20260110T030001Z$/),
        state: 'done',
        reason: expect.stringContaining('replaced by the backup'),
        acknowledgedAt: now().toISOString(),
      },
    ]);
    expect(readdirSync(folder.path).filter((name) => name.includes('restor'))).toEqual([]);
  });
}

test('where capture stands is in the restored file at once, from a journal too, and nothing counts as compared before the rest is back', async () => {
  const storage = await store();
  const standing = (name: string): void =>
    void storage.transaction((db) => {
      db.prepare(`INSERT OR REPLACE INTO inventory_tracker (id, state) VALUES (1, ?)`).run(name);
      db.prepare(`INSERT INTO inventory_readings (reading_key, counts_hash) VALUES (?, 'x')`).run(name);
      db.prepare(
        `INSERT INTO zone_states (session_id, camera_id, zone, state) VALUES (?, 'c', 'z', 'x')`,
      ).run(name);
    });
  standing('before');
  const { path: backup } = await backupsOf(storage).create();
  standing('after');
  await storage.transaction(() => undefined);
  const crash = ['', '-wal'].map((end) => [end, readFile(path + end)] as const);
  await open.pop()?.();
  await open.pop()?.();
  for (const [end, content] of crash) writeFileSync(path + end, content);
  restoreBackup(path, backup, now());
  const db = new Database(path, { readonly: true });
  const all = (sql: string): unknown[] => db.prepare(sql).pluck().all();
  expect(all('SELECT state FROM inventory_tracker')).toEqual(['after']);
  expect(all('SELECT reading_key FROM inventory_readings ORDER BY id')).toEqual(['before', 'after']);
  expect(all('SELECT session_id FROM zone_states ORDER BY 1')).toEqual(['after', 'before']);
  expect(all(`SELECT value FROM backhaul_settings WHERE name = 'whole_comparison_owed'`)).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
  db.close();
});

test('two restores in a row bring back what each of them replaced, and then nothing is outstanding', async () => {
  const storage = await store();
  await sell(storage, 'Kiwi');
  const { path: backup } = await backupsOf(storage).create();
  await sell(storage, 'Mango');
  await open.pop()?.();
  await open.pop()?.();
  restoreBackup(path, backup, now());
  nowMs += 2000;
  restoreBackup(path, backup, now());
  const again = await store();
  await again.salvage.settled();
  expect(sold(again)).toEqual(['Kiwi', 'Mango']);
  expect(again.salvage.list().map(({ state }) => state)).toEqual(['done', 'done']);
  expect(again.salvage.outstanding()).toBe(false);
});

test('a database that cannot be opened at first has what was set aside back as soon as it can', async () => {
  const storage = await store();
  await sell(storage, 'Kiwi');
  const { path: backup } = await backupsOf(storage).create();
  await sell(storage, 'Mango');
  await storage.transaction((db) => insertRow(db, 'sessions', { session_id: 'since' }));
  await open.pop()?.();
  await open.pop()?.();
  restoreBackup(path, backup, now());
  writeFileSync(`${path}.unfinished-restore`, 'of a command that was killed');
  renameSync(path, `${path}.elsewhere`);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const again = await store();
  expect(again.readOnlyReason).not.toBeNull();
  removeFile(path);
  renameSync(`${path}.elsewhere`, path);
  const sessions = await again.transaction((db) =>
    db.prepare('SELECT session_id FROM sessions').pluck().all(),
  );
  expect(sessions).toContain('since');
  await again.salvage.settled();
  expect(again.salvage.outstanding()).toBe(false);
  expect(sold(again)).toEqual(['Kiwi', 'Mango']);
  expect(existsSync(`${path}.unfinished-restore`)).toBe(false);
});

test('an alert that was acknowledged or ended since the backup stays so', async () => {
  const storage = await store();
  const alert = (id: number, metadata: object): unknown[] => [id, 100 + id, JSON.stringify(metadata)];
  await storage.transaction((db) => {
    const sql = `INSERT INTO alerts_log (id, timestamp_utc, timestamp_est, alert_type, product_name, severity,
      message, metadata_json, acknowledged) VALUES (?, ?, 'x', 'low_stock', 'Kiwi', 'warning', '', ?, 0)`;
    for (const id of [1, 2, 3]) db.prepare(sql).run(alert(id, { count: id }));
  });
  const { path: backup } = await backupsOf(storage).create();
  await storage.transaction((db) => {
    db.exec('UPDATE alerts_log SET acknowledged = 1 WHERE id = 1');
    db.prepare('UPDATE alerts_log SET metadata_json = ? WHERE id = 2').run('{"count":2,"resolved_utc":200}');
  });
  await open.pop()?.();
  await open.pop()?.();
  restoreBackup(path, backup, now());
  const again = await store();
  await again.salvage.settled();
  const rows = again.reader
    .prepare('SELECT id, metadata_json, acknowledged FROM alerts_log ORDER BY id')
    .raw();
  expect(rows.all()).toEqual([
    [1, '{"count":1}', 1],
    [2, '{"count":2,"resolved_utc":200}', 0],
    [3, '{"count":3}', 0],
  ]);
});

for (const tidied of [false, true]) {
  const when = tidied ? ' although what was verified had been deleted since' : '';
  test(`after a restore the next run ends verified${when}, with every record in the cloud once`, async () => {
    const box = await boxes.open({ dataDir: folder.path });
    for (let frame = 1; frame <= 5; frame += 1) insertDivisionState(box, frame);
    await box.run();
    insertDivisionState(box, 6);
    const { path: backup } = await backupsOf(box.storage).create();
    insertDivisionState(box, 7);
    expect(await box.run()).toMatchObject({ sent: 2, verified: true });
    const { signal } = new AbortController();
    if (tidied) box.other.exec(`UPDATE division_states SET created_at = '2026-01-01 00:00:00'`);
    if (tidied) expect((await box.sync.cleanUp({ statesHours: 1 }, signal)).deleted.division_states).toBe(7);
    insertDivisionState(box, 8);
    await box.close();
    restoreBackup(path, backup, now());
    const again = await boxes.open({ dataDir: dirname(path), locationId: box.locationId });
    await again.storage.salvage.settled();
    expect(await again.run()).toMatchObject({ status: 'success', verified: true, quarantined: 0 });
    expect(await boxes.cloudFrames(again)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const held = again.other.prepare('SELECT frame_number FROM division_states ORDER BY 1').pluck().all();
    expect(held).toEqual(tidied ? [1, 2, 3, 4, 5, 6, 8] : [1, 2, 3, 4, 5, 6, 7, 8]);
  });
}
