import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { createPendingCounts } from '../health/pending-counts.ts';
import { openStorage, type Storage } from '../storage/service.ts';
import { logSource } from './log-source.ts';
import { inventorySnapshots } from './streams/inventory-snapshots.ts';

const folder = temporaryFolder('log-source');
afterAll(() => folder.remove());

const snapshots = 100_000;

async function filled(): Promise<Storage> {
  const storage = await openStorage(folder.path, {
    locationId: 'store_1',
    timeZone: null,
    now: () => new Date(),
  });
  for (let from = 0; from < snapshots; from += 10_000) {
    await storage.transaction((db) =>
      db.exec(`INSERT INTO inventory_snapshots (timestamp_utc, total_items, inventory_json)
        WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + 9999})
        SELECT 1.7e9 + i * 5, i % 50, '{"Mango":' || (i % 50) || '}' FROM n`),
    );
  }
  await storage.transaction((db) =>
    db.exec(`INSERT INTO sync_marks (stream, record_key, content_hash) VALUES ('locations', 'store_1', 'x')`),
  );
  return storage;
}

test('a hundred thousand snapshots travel in pages, leave one mark, and what is settled is neither read nor counted again', async () => {
  const storage = await filled();
  const asked: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const watched: Storage = Object.create(storage, {
    background: {
      value: {
        ...storage.background,
        all: (sql: string, parameters: readonly unknown[] = []) => {
          if (/FROM inventory_snapshots/.test(sql)) asked.push({ sql, parameters });
          return storage.background.all(sql, parameters);
        },
      },
    },
  });
  const source = logSource({
    storage: watched,
    table: inventorySnapshots,
    locationId: 'store_1',
    now: () => new Date(),
    touched: () => undefined,
  });
  let clock = 0;
  const counts = createPendingCounts(watched, () => clock);
  const count = async () => {
    clock += 2000;
    return (await counts.get()).find(({ stream }) => stream === 'inventory_snapshots');
  };
  expect(await count()).toMatchObject({ pending: snapshots, synced: 0 });
  expect(await source.plan({ createdAfter: null }, false)).toMatchObject({ planned: snapshots });
  let pages = 0;
  for await (const { items } of source.batches(() => 1000)) {
    expect(items.length).toBe(1000);
    pages += 1;
    await source.mark(items);
    if (pages === 60) {
      // In the middle of a run nothing of what was counted before is counted again.
      asked.splice(0);
      expect(await count()).toMatchObject({ pending: 40_000, synced: 60_000 });
      expect(
        asked.filter(({ sql }) => /^SELECT count/.test(sql)).map(({ parameters }) => parameters),
      ).toEqual([[BigInt(snapshots + 1), BigInt(snapshots)]]);
    }
  }
  expect(pages).toBe(100);
  const marks = `SELECT content_hash AS first, record_key AS last FROM sync_marks WHERE stream = 'inventory_snapshots'`;
  expect(storage.reader.prepare(marks).all()).toEqual([{ first: '1', last: String(snapshots) }]);
  await storage.transaction((db) =>
    db.exec(
      `INSERT INTO inventory_snapshots (timestamp_utc, total_items, inventory_json) VALUES (1.8e9, 1, '{}'), (1.8e9 + 5, 1, '{}')`,
    ),
  );
  asked.splice(0);
  expect(await count()).toMatchObject({ pending: 2, synced: snapshots });
  expect(await source.plan({ createdAfter: null }, false)).toMatchObject({ planned: 2 });
  // Every question leads by an id to what is not settled; none goes through the table.
  for (const { sql, parameters } of asked) {
    const steps = storage.reader.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as {
      detail: string;
    }[];
    expect(steps.filter(({ detail }) => /SCAN (s|inventory_snapshots)\b/.test(detail))).toEqual([]);
    const [first, last] = parameters;
    if (typeof first === 'bigint' && typeof last === 'bigint' && first > 0n)
      expect(last - first).toBeLessThan(2n);
  }
  await storage.close();
});
