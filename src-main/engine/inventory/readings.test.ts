import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { seededRandom } from '../../../e2e/support/seeded-random.ts';
import { until } from '../capture/capture-fixture.ts';
import { closeShelves, folder, open, reading, type Settings, start } from './shelf-fixture.ts';

afterEach(closeShelves);

test('counts become a snapshot every five seconds, sales with the display time of the store, and alerts', async () => {
  const shelf = await open(folder());
  const levels = [10, 8, 7, 7, 3, 3, 3];
  const { summary } = await shelf.send(
    levels.flatMap((count, index) => [
      reading(index * 5, { Mango: count }),
      reading(index * 5 + 2, { Mango: 99 }),
    ]),
  );
  expect(summary).toMatchObject({ received: 14, committed: 14, refused: 0 });
  expect(
    shelf.rows('inventory_snapshots').map((row) => [row.timestamp_utc, row.total_items, row.inventory_json]),
  ).toEqual(levels.map((count, index) => [start + index * 5, count, `{"Mango":${count}}`]));
  expect(shelf.rows('sales_log')).toMatchObject([
    {
      timestamp_est: '2026-01-10 03:30:15 PM EST',
      product_name: 'Mango',
      quantity_delta: 3,
      inventory_before: 10,
      inventory_after: 7,
    },
    {
      timestamp_est: '2026-01-10 03:30:30 PM EST',
      quantity_delta: 4,
      inventory_before: 7,
      inventory_after: 3,
    },
  ]);
  expect(shelf.rows('alerts_log')).toMatchObject([
    {
      timestamp_est: '2026-01-10 03:30:25 PM EST',
      alert_type: 'low_stock',
      severity: 'warning',
      acknowledged: 0,
    },
  ]);
  expect(shelf.rows('product_freshness')).toMatchObject([
    { product_name: 'Mango', first_seen_utc: start, is_expired: 0 },
  ]);
});

test('other names count for their product, are added up, and what is not tracked is left out', async () => {
  const shelf = await open(folder());
  await shelf.send([
    reading(0, { 'Passion Fruit': 2, 'island passion fruit ': 3, Chair: 7, 'Lemon Cake': 0 }),
  ]);
  expect(shelf.rows('inventory_snapshots')).toMatchObject([
    { inventory_json: '{"Passion Fruit":5,"Lemon Cake":0}', total_items: 5 },
  ]);
  await shelf.close();
  const all = await open(folder(), { products: [] });
  await all.send([reading(0, { Chair: 7, ['__proto__']: 1 })]);
  expect(all.rows('inventory_snapshots')).toMatchObject([{ total_items: 8 }]);
});

test('a product that the detector names no more counts as none left', async () => {
  const shelf = await open(folder());
  await shelf.send(
    [0, 5, 10, 15].map((second) =>
      reading(second, second === 0 ? { Mango: 5, Pineapple: 9 } : { Pineapple: 9 }),
    ),
  );
  expect(shelf.rows('sales_log')).toMatchObject([
    { product_name: 'Mango', quantity_delta: 5, inventory_after: 0 },
  ]);
  expect(shelf.rows('alerts_log')).toMatchObject([
    { severity: 'critical', message: 'Mango: none is left (low at 3)' },
  ]);
});

test('whatever the detector says twice after its connection broke is acknowledged and counted once', async () => {
  const once = [0, 5, 10, 15, 20].map((second) => reading(second, { Mango: 10 - second / 5 }));
  const shelf = await open(folder(), { smoothing_window: 3 });
  await shelf.send(once.slice(0, 4));
  const again = await shelf.send(once.slice(1));
  expect(again.summary).toMatchObject({ committed: 1, duplicates: 3 });
  const conflict = await shelf.send([reading(20, { Mango: 1 })]);
  expect(conflict.summary).toMatchObject({ refused: 1 });
  expect(shelf.rows('rejected_lines')).toMatchObject([{ code: 'conflict' }]);
  const bare = once.map(({ ...line }) => ({ ...line, frame_number: undefined }));
  const timed = await open(folder(), { smoothing_window: 3 });
  await timed.send(bare.slice(0, 4));
  expect((await timed.send(bare.slice(1))).summary).toMatchObject({ committed: 1, duplicates: 3 });
  expect(timed.rows('sales_log')).toEqual(shelf.rows('sales_log'));
  const seconds = await open(folder());
  const same = Array.from({ length: 20 }, () => ({ ...reading(0, { Mango: 4 }), frame_number: undefined }));
  expect((await seconds.send(same)).summary).toMatchObject({ committed: 20, duplicates: 0 });
});

test('a recording that is brought again sells nothing twice, however long it is; a clock that was set back does not hide what is new', async () => {
  const lines = Array.from({ length: 5600 }, (_, index) =>
    reading(index * 0.2, { Mango: 5600 - Math.floor(index / 80) }),
  );
  const shelf = await open(folder());
  await shelf.send(lines);
  const sales = shelf.rows('sales_log');
  const snapshots = shelf.rows('inventory_snapshots');
  expect([sales.length > 50, snapshots.length]).toEqual([true, 224]);
  expect((await shelf.send(lines)).summary).toMatchObject({ duplicates: lines.length, committed: 0 });
  expect([shelf.rows('sales_log'), shelf.rows('inventory_snapshots')]).toEqual([sales, snapshots]);
  const back = [0, 5, 10, 15].map((second) =>
    reading(second + 1, { Mango: 5 }, { frame_number: 90_000 + second }),
  );
  expect((await shelf.send(back)).summary).toMatchObject({ committed: 4 });
  expect(shelf.rows('sales_log').length).toBe(sales.length + 1);
});

test('lines that are no counts are refused with the place and the reason, and kept', async () => {
  const shelf = await open(folder());
  const refused = [
    { counts: { Mango: -1 } },
    { counts: { Mango: 1.5 } },
    { counts: [1] },
    { counts: { ' ': 1 } },
    { counts: {}, timestamp_utc: 1e13 },
    { counts: {}, timestamp_utc: 'tomorrow' },
    { counts: {}, timestamp_utc: {} },
    { counts: {}, frame_number: -1 },
  ];
  const { summary, replies } = await shelf.send(
    refused.map((line, seq) => ({ type: 'inventory', seq, ...line })),
  );
  expect(summary).toMatchObject({ refused: refused.length, committed: 0 });
  const [shape, time] = ['invalid_shape', 'impossible_time'];
  expect(replies.map(({ code }) => code)).toEqual([shape, shape, shape, shape, time, time, shape, shape]);
  expect(replies[0]).toMatchObject({
    message: 'counts["Mango"] must be a whole number from 0 to 2147483647, got -1',
  });
  expect(shelf.rows('rejected_lines').length).toBe(refused.length);
});

test('an engine that is stopped at any point of a sequence goes on as if it never had been', async () => {
  for (const seed of [1, 2, 3]) {
    const random = seededRandom(seed);
    const settings: Settings = {
      ...{ snapshot_interval: 2, smoothing_window: 3, absence_minutes: 1, alert_cooldown_minutes: 1 },
      ...{ expiration_days: 0.001, sale_cooldown_seconds: 7 },
    };
    let [mango, cake] = [9, 4];
    const lines = Array.from({ length: 150 }, (_, index) => {
      if (random.chance(0.3)) mango = Math.max(0, mango - random.whole(0, 3));
      if (random.chance(0.08)) mango += 9;
      if (random.chance(0.1)) cake = cake === 0 ? 5 : 0;
      return reading(index * 1.5, { Mango: mango, ...(cake === 0 ? {} : { 'Lemon Cake': cake }) });
    });
    const whole = await open(folder(), settings);
    await whole.send(lines);
    const dir = folder();
    for (let from = 0; from < lines.length; ) {
      const some = random.whole(1, 20);
      const part = await open(dir, settings);
      await part.send(lines.slice(from, from + some));
      await part.close();
      from += some;
    }
    const parts = await open(dir, settings);
    for (const table of ['inventory_snapshots', 'product_freshness', 'sales_log', 'alerts_log']) {
      expect(parts.rows(table)).toEqual(whole.rows(table));
      expect(whole.rows(table).length).toBeGreaterThan(1);
    }
    expect(parts.inventory.now()).toEqual(whole.inventory.now());
    await whole.close();
    await parts.close();
  }
});

test('an inventory of an older program goes on where its tables end', async () => {
  const dir = folder();
  const first = await open(dir);
  await first.send([0, 5, 10].map((second) => reading(second, { Mango: 3 })));
  first.box.storage.reader.pragma('query_only');
  await first.box.storage.transaction((db) => db.exec('DELETE FROM inventory_tracker'));
  await first.close();
  const second = await open(dir);
  expect(second.inventory.now()).toMatchObject({
    total_items: 3,
    open_alerts: 1,
    products: [{ first_seen_utc: start }],
  });
  await second.send([15, 20, 25].map((at) => reading(at, { Mango: 1 })));
  expect(second.rows('sales_log')).toMatchObject([{ quantity_delta: 2, inventory_before: 3 }]);
  expect(second.rows('alerts_log').length).toBe(1);
});

test('what an older program kept under another name of a product counts for the product', async () => {
  const dir = folder();
  const first = await open(dir);
  await first.box.storage.transaction((db) => {
    db.exec(`INSERT INTO inventory_snapshots (timestamp_utc, total_items, inventory_json)
      VALUES (${start}, 5, '{"Island Passion Fruit":3,"Passion Fruit":2}')`);
    db.exec(`INSERT INTO product_freshness (product_name, first_seen_utc, last_seen_utc)
      VALUES ('Island Passion Fruit', ${start - 86_400}, ${start}), ('Passion Fruit', ${start - 60}, ${start})`);
  });
  await first.close();
  const second = await open(dir);
  await second.send([5, 10, 15].map((at) => reading(at, { 'Passion Fruit': 4 })));
  expect(second.inventory.now().products).toMatchObject([
    { product_name: 'Passion Fruit', count: 4, first_seen_utc: start - 86_400 },
  ]);
  expect(second.rows('sales_log')).toMatchObject([{ quantity_delta: 1, inventory_before: 5 }]);
});

test('an acknowledged alert stays open until its cause is gone, and a later one is not acknowledged', async () => {
  const shelf = await open(folder(), { alert_cooldown_minutes: 0 });
  await shelf.send([0, 5].map((second) => reading(second, { Mango: 1 })));
  const [alert] = await shelf.inventory.alerts({ limit: 20, open: true });
  expect(await shelf.inventory.acknowledge(alert?.id ?? 0)).toMatchObject({
    acknowledged: true,
    resolved_utc: null,
  });
  expect(shelf.inventory.now()).toMatchObject({ open_alerts: 1, unacknowledged_alerts: 0 });
  await shelf.send([reading(10, { Mango: 9 })]);
  expect(shelf.rows('alerts_log').map((row) => JSON.parse(String(row.metadata_json)))).toEqual([
    { count: 1, threshold: 3, resolved_utc: start + 10 },
  ]);
  await shelf.send([15, 20].map((second) => reading(second, { Mango: 1 })));
  expect(shelf.inventory.now()).toMatchObject({ open_alerts: 1, unacknowledged_alerts: 1 });
  await expect(shelf.inventory.acknowledge(99)).rejects.toMatchObject({ code: 'not_found' });
});

test('without persistence nothing is stored, and stock, sales and alerts are told of all the same', async () => {
  const shelf = await open(folder(), { enable_persistence: false });
  const levels = [9, 9, 1, 1, 1, 1].map((count, index) => reading(index * 5, { Mango: count }));
  expect((await shelf.send(levels)).summary).toMatchObject({ committed: 6 });
  for (const table of ['inventory_snapshots', 'sales_log', 'alerts_log'])
    expect(shelf.rows(table)).toEqual([]);
  const { inventory } = shelf;
  expect(inventory.now()).toMatchObject({ persistence_enabled: false, total_items: 1, open_alerts: 1 });
  expect(await inventory.sales({ limit: 9, product_name: 'mango' })).toMatchObject([{ quantity_delta: 8 }]);
  expect(await inventory.sales({ limit: 9, from_utc: start + 21 })).toEqual([]);
  const [alert] = await inventory.alerts({ limit: 9, open: true });
  expect(alert).toMatchObject({ product_name: 'Mango', severity: 'warning', acknowledged: false });
  expect(await inventory.stats()).toMatchObject({ sales_count: 1, alerts_count: 1, open_alerts: 1 });
  expect(await inventory.acknowledge(alert?.id ?? 0)).toMatchObject({ acknowledged: true });
  expect(inventory.now()).toMatchObject({ open_alerts: 1, unacknowledged_alerts: 0 });
  await expect(inventory.acknowledge(99)).rejects.toMatchObject({ code: 'not_found' });
  expect(await inventory.summary({ period: 'day' })).toMatchObject({
    total_sold: 8,
    alerts: { warning: 1 },
    hours: expect.arrayContaining([expect.objectContaining({ sold: 8, by_product: { Mango: 8 } })]),
  });
  await shelf.send([reading(30, { Mango: 9 })]);
  expect(await inventory.alerts({ limit: 9, open: true })).toEqual([]);
});

test('while the disk is full the live view goes on and says that nothing is stored', async () => {
  const { box, inventory, send } = await open(folder());
  await send([reading(0, { Mango: 9 })]);
  const pages = (sql: string) => box.storage.transaction((db) => Number(db.pragma(sql, { simple: true })));
  await pages(`max_page_count = ${await pages('page_count')}`);
  const sent = send(Array.from({ length: 400 }, (_, index) => reading((index + 1) * 5, { Mango: 4 })));
  await expect.poll(() => inventory.now().persistence_fault).toMatch(/disk is full/);
  expect(inventory.now().products).toMatchObject([{ product_name: 'Mango', count: 4 }]);
  await pages('max_page_count = 1073741823');
  expect((await sent).summary).toMatchObject({ committed: 400 });
  expect(inventory.now()).toMatchObject({ persistence_fault: null, total_items: 4 });
});

test('rows of a product are found by each of its names, also those that an older program wrote by another', async () => {
  const { box, inventory } = await open(folder());
  await box.storage.transaction((db) => {
    for (const [index, name] of ['Passion Fruit', 'Island Passion Fruit', 'Mango'].entries()) {
      db.prepare(`INSERT INTO sales_log VALUES (?, ?, '', ?, 1, 2, 1, NULL)`).run(
        index + 1,
        start + index,
        name,
      );
      db.prepare(`INSERT INTO inventory_snapshots VALUES (?, ?, NULL, 1, ?, NULL)`).run(
        ...[index + 1, start + index, JSON.stringify({ [name]: 1 })],
      );
    }
  });
  for (const product_name of ['passion fruit', 'Island Passion Fruit']) {
    const ids = (await inventory.sales({ limit: 9, product_name })).map(({ id }) => id);
    const snapshots = (await inventory.snapshots({ limit: 9, product_name })).map(({ id }) => id);
    expect([ids, snapshots]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  }
});

test('a detector whose clock is set back goes on being counted', async () => {
  const shelf = await open(folder());
  await shelf.send([
    reading(86_400, { Mango: 9 }),
    ...[0, 5, 10, 15].map((second) => reading(second, { Mango: 5 })),
  ]);
  expect(shelf.rows('sales_log')).toMatchObject([{ quantity_delta: 4, timestamp_utc: start + 15 }]);
});

test('a clock that was at the wrong time for a while makes nothing older or younger when it is right again', async () => {
  const shelf = await open(folder());
  await shelf.send([0, 5].map((second) => reading(second, { Mango: 9 })));
  await shelf.send(
    [10, 15].map((second) => reading(second - start, { Mango: 9, Pineapple: 9 }, { frame_number: second })),
  );
  await shelf.send([60, 65].map((second) => reading(second, { Mango: 9, Pineapple: 9 })));
  expect(shelf.rows('product_freshness')).toMatchObject([
    { product_name: 'Mango', first_seen_utc: start, is_expired: 0 },
    { product_name: 'Pineapple', first_seen_utc: start + 55, is_expired: 0 },
  ]);
  expect(shelf.rows('alerts_log')).toEqual([]);
});

test('while no reading comes products go on ageing, and what expires is told of', async () => {
  const dir = folder();
  const shelf = await open(dir, {}, new Date(start * 1000));
  await shelf.send([reading(0, { Pineapple: 9 })]);
  await shelf.inventory.watchAges();
  expect(shelf.rows('alerts_log')).toEqual([]);
  await shelf.close();
  const later = await open(dir, {}, new Date((start + 5 * 86_400 + 60) * 1000));
  expect(later.inventory.now().products).toMatchObject([{ is_expired: true }]);
  await later.inventory.watchAges();
  await later.inventory.watchAges();
  expect(later.rows('alerts_log')).toMatchObject([{ alert_type: 'expiration', product_name: 'Pineapple' }]);
  expect(later.rows('product_freshness')).toMatchObject([{ is_expired: 1 }]);
});

test('the live view goes on while nothing can be stored, and everything is stored afterwards', async () => {
  const shelf = await open(folder());
  await shelf.send([reading(0, { Mango: 9 })]);
  const other = new Database(shelf.box.storage.path);
  other.exec('BEGIN IMMEDIATE');
  const sending = shelf.send([5, 10, 15].map((second) => reading(second, { Mango: 4 })));
  await until(() => shelf.inventory.now().total_items === 4);
  expect(shelf.inventory.now().read_at_utc).toBe(start + 15);
  expect(shelf.rows('inventory_snapshots').length).toBe(1);
  other.exec('ROLLBACK');
  other.close();
  expect((await sending).summary).toMatchObject({ committed: 3 });
  expect(shelf.rows('sales_log')).toMatchObject([{ quantity_delta: 5 }]);
});

test('an alert that an older program kept under another name of the product ends with its cause', async () => {
  const dir = folder();
  const first = await open(dir);
  await first.box.storage.transaction((db) =>
    db.exec(`INSERT INTO alerts_log (timestamp_utc, timestamp_est, alert_type, product_name, severity, message)
      VALUES (${start - 60}, 'x', 'low_stock', 'Kilauea Lemon Cake', 'warning', 'low')`),
  );
  await first.close();
  const second = await open(dir);
  await second.send([0, 5, 10].map((second) => reading(second, { 'Lemon Cake': 2 })));
  expect(second.inventory.now()).toMatchObject({ open_alerts: 1 });
  await second.send([reading(15, { 'Lemon Cake': 9 })]);
  expect(second.inventory.now()).toMatchObject({ open_alerts: 0 });
  expect(second.rows('alerts_log').map((row) => JSON.parse(String(row.metadata_json)))).toEqual([
    { resolved_utc: start + 15 },
  ]);
});

test('an alert that comes back open with a backup ends when the engine that had seen it end goes on', async () => {
  const dir = folder();
  const first = await open(dir);
  await first.send([0, 5].map((second) => reading(second, { Mango: 1 })));
  await first.send([reading(10, { Mango: 9 })]);
  await first.box.storage.transaction((db) => db.exec(`UPDATE alerts_log SET metadata_json = '{"count":1}'`));
  await first.close();
  const second = await open(dir);
  expect(second.inventory.now()).toMatchObject({ open_alerts: 1 });
  await second.send([reading(15, { Mango: 9 })]);
  expect(second.inventory.now()).toMatchObject({ open_alerts: 0 });
  expect(await second.inventory.alerts({ limit: 5, open: true })).toEqual([]);
});

test('what was first seen while the clock stood in 1970 is young when it is set', async () => {
  const shelf = await open(folder());
  await shelf.send([
    ...[10, 15, 20].map((at) => ({
      type: 'inventory',
      timestamp_utc: at,
      frame_number: at,
      counts: { Mango: 9 },
    })),
    ...[0, 5].map((second) => reading(second, { Mango: 9 })),
  ]);
  expect(shelf.inventory.now().products).toMatchObject([{ first_seen_utc: start - 10, is_expired: false }]);
  expect(shelf.rows('alerts_log')).toEqual([]);
});
