import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertRow, InventorySummary, SaleRow } from '../../src-main/contract/inventory-shapes.ts';
import { backhaul, type CommandResult } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('inventory');
const dataDir = join(folder.path, 'data');

afterAll(() => folder.remove());

const run = (...args: string[]): Promise<CommandResult> => backhaul(['inventory', ...args], { dataDir });

beforeAll(async () => {
  expect((await backhaul(['status'], { dataDir })).code).toBe(0);
  const db = new Database(join(dataDir, 'detection_data.db'), { timeout: 5000 });
  const at = (iso: string): number => Date.parse(iso) / 1000;
  const sale = db.prepare(
    `INSERT INTO sales_log (timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before, inventory_after)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  sale.run(at('2026-01-10T15:30:00-05:00'), '2026-01-10 03:30:00 PM EST', 'Mango', 3, 10, 7);
  sale.run(at('2026-01-10T15:40:00-05:00'), '2026-01-10 03:40:00 PM EST', '=Kiwi, green', 1, 2, 1);
  db.prepare(
    `INSERT INTO inventory_snapshots (timestamp_utc, total_items, inventory_json) VALUES (?, 10, ?)`,
  ).run(at('2026-01-10T15:29:00-05:00'), '{"Mango":10}');
  db.exec(`INSERT INTO alerts_log (timestamp_utc, timestamp_est, alert_type, product_name, severity, message, metadata_json)
    VALUES (1, 'x', 'low_stock', 'Mango', 'critical', 'none left', '{"resolved_utc":2}'),
    (3, 'y', 'low_stock', 'Mango', 'warning', 'few left', '{"threshold":3}')`);
  db.close();
});

test('sales and alerts are tables for people and the rows of the tables for machines', async () => {
  const [table, sales, alerts, open] = await Promise.all([
    run('sales'),
    run('sales', '--json', '--limit', '1', '--product', 'Mango'),
    run('alerts', '--json'),
    run('alerts', '--open'),
  ]);
  expect(table.stdout).toMatch(/2026-01-10 15:30:00-05:00 +Mango +3 +10 +7/);
  expect(sales.json<SaleRow[]>()).toMatchObject([
    { product_name: 'Mango', quantity_delta: 3, timestamp_est: '2026-01-10 03:30:00 PM EST' },
  ]);
  expect(alerts.json<AlertRow[]>()).toMatchObject([
    { id: 2, severity: 'warning', metadata: { threshold: 3 }, acknowledged: false, resolved_utc: null },
    { id: 1, severity: 'critical', resolved_utc: 2 },
  ]);
  expect(open.stdout).toContain('few left');
  expect(open.stdout).not.toContain('none left');
});

test('a day is exported as a table whose texts no spreadsheet runs, or as JSON, to a file or to standard output', async () => {
  const file = join(folder.path, 'day.csv');
  const [written, csv, json] = await Promise.all([
    run('export', '--day', '2026-01-10', '--out', file),
    run('export', '--day', '2026-01-10'),
    run('export', '--period', 'week', '--day', '2026-01-10', '--format', 'json'),
  ]);
  expect([written.code, csv.code, json.code]).toEqual([0, 0, 0]);
  expect(readFileSync(file, 'utf8')).toBe(csv.stdout);
  const lines = csv.stdout.split('\r\n');
  expect(lines[0]).toMatch(/^part,first_day,last_day,hour,product_name,sold,/);
  expect(lines).toContain('product,2026-01-10,2026-01-10,,Mango,3,1,10,10,10,0.3,false,');
  expect(lines).toContain(`hour,2026-01-10,2026-01-10,2026-01-10 15:00-05:00,"'=Kiwi, green",1,,,,,,,`);
  expect(lines.filter((line) => line.startsWith('hour,'))).toHaveLength(25);
  expect(json.json<InventorySummary>()).toMatchObject({ first_day: '2026-01-05', total_sold: 4 });
});

test('what cannot be is refused before anything is done', async () => {
  const results = await Promise.all([
    run('sales', '--limit', '0'),
    run('export', '--day', '2026-02-30'),
    run('ack', 'seven'),
    run('export', '--day', '2026-01-10', '--out', join(folder.path, 'nowhere', 'day.csv')),
    run('export', '--format', 'csv', '--json'),
  ]);
  expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(results.map(() => [2, '']));
  expect(results[3]?.stderr).toContain(
    `${join(folder.path, 'nowhere', 'day.csv')} cannot be written: its folder does not exist.`,
  );
});
