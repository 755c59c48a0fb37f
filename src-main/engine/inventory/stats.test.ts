import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeptRows, openKeptRows } from './kept-rows-fixture.ts';
import { createStats } from './stats.ts';

let rows: KeptRows;
let elapsedMs = 0;

beforeEach(async () => {
  rows = await openKeptRows(() => new Date());
  elapsedMs = 0;
});
afterEach(() => rows.close());

const openStats = () => createStats({ storage: rows.storage, monotonicMs: () => elapsedMs });

test('counts what is there, and the journal with the file', async () => {
  rows.snapshot(100.5, { Mango: 3 });
  rows.sale(101, 'Mango', 1);
  rows.freshness('Mango', 100, false);
  rows.alert(102, 'Mango', { metadata_json: '{"resolved_utc":103}' });
  rows.alert(104, 'Mango', { metadata_json: null });
  rows.alert(105, 'Mango', { metadata_json: 'no json' });
  const stats = await openStats()();
  expect(stats).toMatchObject({
    database_path: rows.storage.path,
    snapshot_count: 1,
    sales_count: 1,
    freshness_count: 1,
    alerts_count: 3,
    open_alerts: 2,
    oldest_snapshot_utc: 100.5,
    newest_snapshot_utc: 100.5,
  });
  const before = stats.database_size_mb;
  rows.db.exec(`INSERT INTO rejected_lines (line) VALUES (zeroblob(3 * 1048576))`);
  expect((await openStats()()).database_size_mb).toBeGreaterThanOrEqual(before + 3);
});

test('nothing kept has no times', async () => {
  expect(await openStats()()).toMatchObject({
    snapshot_count: 0,
    oldest_snapshot_utc: null,
    newest_snapshot_utc: null,
  });
});

test('new snapshots and lost old ones are seen at once, others when a minute has gone', async () => {
  const stats = openStats();
  const count = async (): Promise<number> => (await stats()).snapshot_count;
  for (let at = 1; at <= 10; at += 1) rows.snapshot(at, {});
  expect(await count()).toBe(10);
  rows.snapshot(11, {});
  expect(await count()).toBe(11);
  expect((await stats()).newest_snapshot_utc).toBe(11);
  rows.db.exec('DELETE FROM inventory_snapshots WHERE timestamp_utc < 4');
  expect(await count()).toBe(8);
  expect((await stats()).oldest_snapshot_utc).toBe(4);
  rows.db.exec('DELETE FROM inventory_snapshots WHERE timestamp_utc = 6');
  elapsedMs += 60_000;
  expect(await count()).toBe(7);
});
