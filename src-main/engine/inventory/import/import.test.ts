import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../../e2e/support/test-box.ts';
import { configSchema } from '../../config/schema.ts';
import { displayTime } from '../display-time.ts';
import { type KeptRows, openKeptRows } from '../kept-rows-fixture.ts';
import { createInventory } from '../service.ts';
import { createOlderInventory, type OlderInventory } from './older-inventory.ts';

const now = (): Date => new Date('2026-02-01T00:00:00Z');
let rows: KeptRows;
let importing: OlderInventory[];
let file: string;

beforeEach(async () => {
  rows = await openKeptRows(now);
  importing = [];
  file = join(dirname(rows.storage.path), 'inventory.db');
});
afterEach(async () => {
  for (const one of importing) await one.close();
  await rows.close();
});

function importer(onImported: () => void = () => undefined): OlderInventory {
  const fillings = { displayTime: displayTime('America/New_York'), expirationDays: 5 };
  importing.push(createOlderInventory({ storage: rows.storage, log: silentLog, now, fillings, onImported }));
  return importing.at(-1) as OlderInventory;
}

function older(sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

/** As the older script declares them. */
const schema = `
  CREATE TABLE inventory_snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp_utc REAL NOT NULL,
    frame_number INTEGER, total_items INTEGER NOT NULL, inventory_json TEXT NOT NULL, created_at TEXT DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE product_freshness (product_name TEXT PRIMARY KEY, first_seen_utc REAL NOT NULL, last_seen_utc REAL NOT NULL,
    is_expired INTEGER DEFAULT 0, expiration_days INTEGER DEFAULT 5, updated_at TEXT, created_at TEXT);
  CREATE TABLE sales_log (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp_utc REAL NOT NULL, timestamp_est TEXT NOT NULL,
    product_name TEXT NOT NULL, quantity_delta INTEGER NOT NULL, inventory_before INTEGER NOT NULL,
    inventory_after INTEGER NOT NULL, created_at TEXT);
  CREATE TABLE alerts_log (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp_utc REAL NOT NULL, timestamp_est TEXT NOT NULL,
    alert_type TEXT NOT NULL, product_name TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL,
    metadata_json TEXT, acknowledged INTEGER DEFAULT 0, created_at TEXT);`;

const snapshotsOf = (from: number, to: number): string =>
  `INSERT INTO inventory_snapshots (timestamp_utc, frame_number, total_items, inventory_json)
   WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to})
   SELECT 1768000000.25 + i * 5, i, 7, '{"Mango":' || (i % 9) || ',"Kiwi":0}' FROM n`;
const someRows = `
  ${snapshotsOf(1, 30)};
  INSERT INTO product_freshness VALUES ('Mango', 1767990000, 1768000150.25, 0, 4, 'x', 'y');
  INSERT INTO sales_log VALUES (7, 1768000010.5, '2026-01-09 06:06:50 PM EST', 'Mango', 3, 10, 7, '2026-01-09 23:06:50');
  INSERT INTO alerts_log VALUES (1, 1768000001, 'a', 'low_stock', 'Mango', 'warning', 'few', '{"count":2}', 1, NULL),
    (2, 1768000002, 'b', 'low_stock', 'Mango', 'critical', 'none', NULL, 0, NULL),
    (3, 1768000003, 'c', 'expiration', 'Mango', 'warning', 'old', NULL, 0, NULL);`;

const all = (sql: string): unknown[] => rows.db.prepare(sql).all();
const count = (table: string): unknown => rows.db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();

test('an inventory.db beside the database is imported once, and its file stays as it is', async () => {
  older(schema + someRows);
  const before = readFileSync(file);
  const first = importer();
  await first.begin();
  await first.close();
  expect(all('SELECT * FROM sales_log')).toEqual([
    {
      ...{ id: 1, timestamp_utc: 1768000010.5, timestamp_est: '2026-01-09 06:06:50 PM EST' },
      ...{ product_name: 'Mango', quantity_delta: 3, inventory_before: 10, inventory_after: 7 },
      created_at: '2026-01-09 23:06:50',
    },
  ]);
  await importer().begin();
  older(snapshotsOf(31, 32));
  await importer().begin();
  expect(['inventory_snapshots', 'product_freshness', 'sales_log', 'alerts_log'].map(count)).toEqual([
    30, 1, 1, 3,
  ]);
  older('DELETE FROM inventory_snapshots WHERE frame_number > 30; VACUUM');
  expect(readFileSync(file).length).toBe(before.length);
});

test('of a file that has changed since, a person brings what is new', async () => {
  older(schema + someRows);
  await importer().begin();
  older(snapshotsOf(31, 40));
  const { finished, tables } = await importer().import(file);
  expect(finished).toBe(true);
  expect(tables).toMatchObject({
    inventory_snapshots: { imported: 10, already_there: 30, left_out: 0, reason: null },
    product_freshness: { imported: 0, already_there: 1 },
    sales_log: { imported: 0, already_there: 1 },
    alerts_log: { imported: 0, already_there: 3 },
  });
  expect(count('inventory_snapshots')).toBe(40);
});

test('the shelf goes on from it: stock, freshness, and of the alerts the last of each kind', async () => {
  older(schema + someRows);
  const config = configSchema.parse({}).inventory;
  const inventory = createInventory({ storage: rows.storage, config, now });
  expect(inventory.now().products).toEqual([]);
  await importer(() => inventory.reload()).begin();
  const { products, alerts, open_alerts } = inventory.now();
  expect(products).toEqual([
    expect.objectContaining({ product_name: 'Mango', count: 30 % 9, first_seen_utc: 1767990000 }),
  ]);
  expect(open_alerts).toBe(2);
  expect(
    alerts.map(({ message, resolved_utc, acknowledged }) => [message, resolved_utc, acknowledged]),
  ).toEqual([
    ['old', null, false],
    ['none', null, false],
    ['few', 1768000002, true],
  ]);
});

test('what no table of ours can hold is left out and counted, and columns and tables may be missing', async () => {
  older(`CREATE TABLE Sales_Log (Timestamp_UTC, PRODUCT_NAME TEXT, quantity_delta);
    INSERT INTO Sales_Log VALUES (1768000000, 'Mango', 2), ('yesterday', 'Mango', 1), (1768000000, NULL, 1),
      (1768000000000, 'Mango', 1), (1768000000, 'Mango', 1.5), (x'00', 'Mango', 1);
    CREATE TABLE inventory_snapshots (timestamp_utc, inventory_json);
    INSERT INTO inventory_snapshots VALUES (1768000000, '{"Mango":2,"Kiwi":3}'), (1, 'none'), (2, '{"Mango":"two"}'), (3, '[1]');
    CREATE TABLE alerts_log (message TEXT);`);
  const { tables } = await importer().import(file);
  expect(tables).toEqual({
    sales_log: {
      ...{ imported: 1, already_there: 0, left_out: 5, in_part: 0 },
      reason: 'row 2: timestamp_utc must hold seconds since 1970',
    },
    inventory_snapshots: {
      ...{ imported: 1, already_there: 0, left_out: 3, in_part: 0 },
      reason: 'row 4: inventory_json must hold counts by product as JSON',
    },
    alerts_log: {
      ...{ imported: 0, already_there: 0, left_out: 0, in_part: 0 },
      reason: 'the table has no column timestamp_utc, alert_type, product_name',
    },
    product_freshness: { imported: 0, already_there: 0, left_out: 0, in_part: 0, reason: null },
  });
  expect(all('SELECT timestamp_est, inventory_before, created_at FROM sales_log')).toEqual([
    { timestamp_est: '2026-01-09 06:06:40 PM EST', inventory_before: 2, created_at: '2026-01-09 23:06:40' },
  ]);
  expect(all('SELECT total_items FROM inventory_snapshots')).toEqual([{ total_items: 5 }]);
});

test('an alert comes also where its metadata is unreadable, which is counted and said', async () => {
  older(`${schema}${someRows}
    UPDATE alerts_log SET metadata_json = '{"count":' WHERE id = 2; UPDATE alerts_log SET metadata_json = x'00' WHERE id = 3`);
  const { tables } = await importer().import(file);
  expect(tables.alerts_log).toEqual({
    ...{ imported: 3, already_there: 0, left_out: 0, in_part: 2 },
    reason: 'row 2: metadata_json must hold an object as JSON; it was imported without',
  });
  expect(all('SELECT message, metadata_json FROM alerts_log ORDER BY id')).toEqual([
    { message: 'few', metadata_json: '{"count":2,"resolved_utc":1768000002}' },
    { message: 'none', metadata_json: null },
    { message: 'old', metadata_json: null },
  ]);
  expect((await importer().import(file)).tables.alerts_log).toMatchObject({ imported: 0, already_there: 3 });
});

test('a sale is what the stock fell by: a change of the stock is turned round, a rise is no sale', async () => {
  older(`${schema} INSERT INTO sales_log (timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before, inventory_after)
    VALUES (1, '', 'fell', -3, 10, 7), (2, '', 'rose', -3, 7, 10), (3, '', 'sold', 3, 10, 7), (4, '', 'odd', -2, 10, 7)`);
  const { tables } = await importer().import(file);
  expect(tables.sales_log).toMatchObject({
    ...{ imported: 2, left_out: 2 },
    reason: 'row 2: quantity_delta must hold a whole number of items by which the stock fell',
  });
  expect(all('SELECT product_name, quantity_delta FROM sales_log')).toEqual([
    { product_name: 'fell', quantity_delta: 3 },
    { product_name: 'sold', quantity_delta: 3 },
  ]);
  older(`CREATE TABLE short (timestamp_utc, product_name, quantity_delta); INSERT INTO short VALUES (1, 'x', -1);
    DROP TABLE sales_log; ALTER TABLE short RENAME TO sales_log`);
  expect((await importer().import(file)).tables.sales_log).toMatchObject({ imported: 0, left_out: 1 });
});

test('another file is refused in words and nothing is imported', async () => {
  older('CREATE TABLE customers (id INTEGER)');
  await expect(importer().import(file)).rejects.toMatchObject({ code: 'invalid_input' });
  const folder = dirname(file);
  await expect(importer().import(folder)).rejects.toMatchObject({
    ...{
      code: 'invalid_input',
      message: expect.stringContaining(`${folder} is a folder. Nothing was imported`),
    },
  });
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'no database at all, and long enough to be looked at as one'.repeat(20));
  await expect(importer().import(text)).rejects.toMatchObject({
    ...{ code: 'invalid_input', message: expect.stringContaining(`${text} is no SQLite database.`) },
  });
  await expect(importer().import(rows.storage.path)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(importer().import(`${file}.gone`)).rejects.toMatchObject({ code: 'not_found' });
  await importer().begin();
});

test('a process that is killed in mid-import neither loses nor doubles: the next start goes on', async () => {
  const snapshots = 15_000;
  older(schema + someRows + snapshotsOf(31, snapshots));
  const source = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  const code = `
    const { openStorage } = await import(${source('../../storage/service.ts')});
    const { createOlderInventory } = await import(${source('./older-inventory.ts')});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const now = () => new Date();
    const storage = await openStorage(process.argv[1], { locationId: null, timeZone: null, now });
    await createOlderInventory({ storage, log, now, fillings: { displayTime: String, expirationDays: 5 }, onImported() {} }).begin();
    setInterval(() => {}, 1000);`;
  const dataDir = dirname(rows.storage.path);
  for (let kill = 1; kill <= 2; kill += 1) {
    const before = Number(count('inventory_snapshots'));
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir]);
    const ended = once(child, 'exit');
    while (Number(count('inventory_snapshots')) === before && child.exitCode === null) await delay(1);
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(Number(count('inventory_snapshots'))).toBeLessThan(snapshots);
  }
  const last = importer();
  await last.begin();
  while (Number(count('inventory_snapshots')) < snapshots) await delay(5);
  await last.close();
  expect(
    all('SELECT COUNT(*) AS all_rows, COUNT(DISTINCT frame_number) AS frames FROM inventory_snapshots'),
  ).toEqual([{ all_rows: snapshots, frames: snapshots }]);
  expect(['product_freshness', 'sales_log', 'alerts_log'].map(count)).toEqual([1, 1, 3]);
});
