import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { startBackhaul } from '../../../e2e/support/command-line.ts';
import {
  insertAlert,
  insertFreshness,
  insertSale,
  insertSnapshot,
  noon,
} from '../../../e2e/support/inventory-rows.ts';
import { insertDivisionState, type TestBox } from '../../../e2e/support/test-box.ts';
import { createPendingCounts } from '../health/pending-counts.ts';
import { readSettled, settledCount } from './settled-ranges.ts';

const boxes = withCloudBoxes();
const quiet = new AbortController().signal;
const none = { repair: false, overwrite: false, acceptLost: false };

function inCloud(box: TestBox, table: string, columns: string): Promise<Record<string, unknown>[]> {
  return boxes.cloud.sql(
    `SELECT ${columns} FROM "ASE_${table}" WHERE location_id = $1 ORDER BY timestamp_utc`,
    [box.locationId],
  );
}

async function stream(box: TestBox, name: string) {
  const streams = await createPendingCounts(box.storage, () => performance.now()).get();
  return streams.find((one) => one.stream === name);
}

test('all four land once with equal content, and with them the location that no row names', async () => {
  const box = await boxes.open();
  insertSnapshot(box, noon + 0.123456, { frame_number: 7 });
  insertSnapshot(box, noon + 5);
  insertSale(box, noon);
  insertFreshness(box, 'Mango', noon, { is_expired: 0, expiration_days: 5.5 });
  insertAlert(box, noon);
  expect(await box.run('hourly')).toMatchObject({ status: 'success', planned: 6, sent: 6, verified: true });
  expect(
    await inCloud(
      box,
      'inventory_snapshots',
      'timestamp_utc::text AS at, frame_number, total_items, inventory_json',
    ),
  ).toEqual([
    {
      at: '2026-11-20 12:00:00.123456+00',
      frame_number: '7',
      total_items: '5',
      inventory_json: { Mango: 3, 'Passion Fruit': 2 },
    },
    {
      at: '2026-11-20 12:00:05+00',
      frame_number: null,
      total_items: '5',
      inventory_json: { Mango: 3, 'Passion Fruit': 2 },
    },
  ]);
  expect(
    await inCloud(
      box,
      'sales_log',
      'product_name, quantity_delta, inventory_before, inventory_after, timestamp_est',
    ),
  ).toEqual([
    {
      product_name: 'Mango',
      quantity_delta: '3',
      inventory_before: '10',
      inventory_after: '7',
      timestamp_est: '2026-11-20 07:00:00 AM EST',
    },
  ]);
  expect(
    await inCloud(box, 'alerts_log', 'alert_type, severity, message, metadata_json, acknowledged'),
  ).toEqual([
    {
      alert_type: 'low_stock',
      severity: 'warning',
      message: 'Mango is low: 3 left.',
      metadata_json: { count: 3 },
      acknowledged: false,
    },
  ]);
  expect(
    await boxes.cloud.sql(
      `SELECT product_name, last_seen_utc, is_expired, expiration_days FROM "ASE_product_freshness" WHERE location_id = $1`,
      [box.locationId],
    ),
  ).toEqual([
    { product_name: 'Mango', last_seen_utc: new Date(noon * 1000), is_expired: false, expiration_days: 5.5 },
  ]);
  expect(
    await boxes.cloud.sql(`SELECT product_name, quantity FROM "ASE_sales_hourly" WHERE location_id = $1`, [
      box.locationId,
    ]),
  ).toEqual([{ product_name: 'Mango', quantity: '3' }]);
  expect(await box.run()).toMatchObject({ planned: 0, verified: true });
});

test('an alert that was acknowledged or has resolved itself, and a product seen again, go again', async () => {
  const box = await boxes.open();
  insertAlert(box, noon);
  insertFreshness(box, 'Mango', noon);
  await box.run();
  box.other.exec(`UPDATE alerts_log SET acknowledged = 1, metadata_json = '{"resolved_utc":${noon + 60}}';
    UPDATE product_freshness SET last_seen_utc = ${noon + 90}`);
  expect(await stream(box, 'alerts_log')).toMatchObject({ pending: 1, synced: 0 });
  expect(await box.run()).toMatchObject({ planned: 2, sent: 2, duplicates: 0 });
  expect(await inCloud(box, 'alerts_log', 'acknowledged, metadata_json')).toEqual([
    { acknowledged: true, metadata_json: { resolved_utc: noon + 60 } },
  ]);
  expect(
    await boxes.cloud.sql(`SELECT last_seen_utc FROM "ASE_product_freshness" WHERE location_id = $1`, [
      box.locationId,
    ]),
  ).toEqual([{ last_seen_utc: new Date((noon + 90) * 1000) }]);
});

test('rows that an older file brought a second time travel once; a copy with other content is set aside', async () => {
  const box = await boxes.open();
  for (const _ of [1, 2, 3]) {
    insertSnapshot(box, noon);
    insertSale(box, noon);
  }
  insertSnapshot(box, noon, { total_items: 9 });
  insertAlert(box, noon);
  insertAlert(box, noon, { acknowledged: 1 });
  expect(await box.run()).toMatchObject({
    sent: 4,
    duplicates: 4,
    quarantined: 1,
    failed: 0,
    verified: true,
  });
  expect(await inCloud(box, 'inventory_snapshots', 'total_items')).toEqual([{ total_items: '5' }]);
  expect(await inCloud(box, 'alerts_log', 'acknowledged')).toEqual([{ acknowledged: true }]);
  expect(await box.run()).toMatchObject({ planned: 0, status: 'success' });
  expect(await stream(box, 'inventory_snapshots')).toMatchObject({ pending: 0, synced: 3, quarantined: 1 });
});

test('one bad sale in a thousand is set aside alone; retried, given up and, as a snapshot, edited', async () => {
  const box = await boxes.open();
  box.other.transaction(() => {
    for (let n = 0; n < 1000; n += 1) insertSale(box, noon + n, n === 500 ? { inventory_after: -1 } : {});
    insertSnapshot(box, noon, { total_items: -1 });
    insertSnapshot(box, noon + 5, { total_items: 'many' });
    insertSnapshot(box, noon + 10, { inventory_json: 'no JSON' });
    insertSnapshot(box, noon + 15, { inventory_json: '[1, 2.5]' });
    insertAlert(box, noon, { metadata_json: '{' });
    insertAlert(box, noon + 1, { alert_type: 'flood' });
  })();
  expect(await box.run()).toMatchObject({
    status: 'partial',
    sent: 1003,
    quarantined: 4,
    failed: 0,
    verified: true,
  });
  const entries = (await box.sync.quarantine.page({ limit: 10, resolved: false, beforeId: null })).entries;
  expect(
    entries.map(({ stream, code, column, correctable }) => [stream, code, column, correctable]).sort(),
  ).toEqual([
    ['alerts_log', '23514', 'alert_type', false],
    ['inventory_snapshots', '23514', 'total_items', true],
    ['inventory_snapshots', 'invalid_shape', 'total_items', true],
    ['sales_log', '23514', 'inventory_after', false],
  ]);
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0 });
  expect(await box.sync.quarantine.retry({ stream: 'sales_log' })).toMatchObject({ done: 1 });
  expect(await stream(box, 'sales_log')).toMatchObject({ pending: 1, synced: 999, quarantined: 0 });
  expect(await box.run()).toMatchObject({ planned: 1, quarantined: 1 });
  await box.sync.quarantine.discard({ stream: 'sales_log' });
  expect(await stream(box, 'sales_log')).toMatchObject({
    pending: 0,
    synced: 999,
    quarantined: 0,
    discarded: 1,
  });
  const snapshot =
    entries.find(({ code, stream }) => code === '23514' && stream === 'inventory_snapshots')?.id ?? 0;
  expect(box.sync.quarantine.fields(snapshot).map(({ name, kind }) => [name, kind])).toEqual([
    ['total_items', 'whole'],
    ['inventory_json', 'json'],
  ]);
  await box.sync.quarantine.edit(snapshot, { total_items: 5 });
  expect(await box.run()).toMatchObject({ status: 'success', planned: 1, sent: 1, verified: true });
  expect(await inCloud(box, 'inventory_snapshots', 'inventory_json')).toMatchObject([
    {},
    { inventory_json: 'no JSON' },
    { inventory_json: [1, 2.5] },
  ]);
});

test('an answer that is lost after the cloud took the batch doubles nothing, whichever batches were marked', async () => {
  const box = await boxes.openProxied({ attempts: 1, batchSize: 100 });
  for (let n = 0; n < 400; n += 1) insertSnapshot(box, noon + n);
  let seen = 0;
  boxes.proxy.treat(({ url = '' }) => {
    if (!url.includes('ASE_inventory_snapshots')) return 'pass';
    seen += 1;
    return seen === 2 ? 'lose answer' : 'pass';
  });
  await box.run();
  boxes.proxy.treat(() => 'pass');
  const again = await box.reopen();
  expect(await again.run()).toMatchObject({ status: 'success', failed: 0, verified: true });
  expect(await inCloud(again, 'inventory_snapshots', 'frame_number')).toHaveLength(400);
  expect(readSettled(again.storage.reader, 'inventory_snapshots')).toEqual([{ first: 1n, last: 400n }]);
  await again.close();
});

test('killed after the cloud took a batch and before it was marked, the next run doubles nothing', async () => {
  const box = await boxes.openProxied({ batchSize: 100 });
  box.other.transaction(() => {
    for (let n = 0; n < 500; n += 1) insertSnapshot(box, noon + n);
  })();
  const config = { location: { id: box.locationId }, sync: { batchSize: 100, lanes: 1 } };
  writeFileSync(join(box.dataDir, 'config.json'), JSON.stringify(config));
  const env = {
    SUPABASE_URL: boxes.proxy.url,
    SUPABASE_ANON_KEY: boxes.cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await boxes.cloud.token(box.locationId),
  };
  const sync = startBackhaul(['sync', '--mode', 'full'], { dataDir: box.dataDir, env, group: true });
  let answers = 0;
  boxes.proxy.onAnswer(({ url = '' }) => {
    if (!url.includes('ASE_inventory_snapshots')) return;
    answers += 1;
    if (answers === 3) sync.kill();
  });
  expect((await sync.finished).signal).toBe('SIGKILL');
  boxes.proxy.onAnswer(() => undefined);
  const marked = settledCount(readSettled(box.storage.reader, 'inventory_snapshots'));
  const before = (await inCloud(box, 'inventory_snapshots', 'frame_number')).length;
  expect(before).toBeGreaterThan(marked);
  const run = await box.run();
  expect(run).toMatchObject({
    status: 'success',
    duplicates: before - marked,
    sent: 500 - before,
    verified: true,
  });
  expect(await inCloud(box, 'inventory_snapshots', 'frame_number')).toHaveLength(500);
});

test('another location is refused by the cloud, also to be read', async () => {
  const [a, b] = [await boxes.open(), await boxes.open()];
  insertSale(a, noon);
  await a.run();
  const token = await boxes.cloud.token(b.locationId);
  const ask = (method: string, path: string, body?: unknown, bearer = token) =>
    fetch(`${boxes.cloud.url}/rest/v1/${path}`, {
      method,
      headers: {
        apikey: boxes.cloud.apiKey,
        'content-type': 'application/json',
        ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const tables = ['inventory_snapshots', 'product_freshness', 'sales_log', 'alerts_log'];
  for (const table of tables) {
    expect((await ask('POST', `ASE_${table}`, [{ location_id: a.locationId }])).status).toBe(403);
    expect((await ask('GET', `ASE_${table}?select=location_id`, undefined, '')).status).toBe(401);
    expect((await ask('DELETE', `ASE_${table}?location_id=eq.${b.locationId}`)).status).toBe(403);
  }
  expect(await (await ask('GET', 'ASE_sales_log')).json()).toEqual([]);
  const days = { p_location: a.locationId, p_stream: 'sales_log', p_days: ['2026-11-20'] };
  expect(await (await ask('POST', 'rpc/backhaul_verify_days', days)).json()).toEqual([]);
  const readOnly = await boxes.cloud.token(a.locationId, { readOnly: true });
  expect(await (await ask('GET', 'ASE_sales_log', undefined, readOnly)).json()).toHaveLength(1);
  const row = { location_id: a.locationId, product_name: 'x', first_seen_utc: 'now', last_seen_utc: 'now' };
  expect((await ask('POST', 'ASE_product_freshness', [row], readOnly)).status).toBe(403);
});

test('what the cloud lost or changed is found by comparing, and goes again', async () => {
  const box = await boxes.open();
  for (let n = 0; n < 50; n += 1) {
    insertSnapshot(box, noon + n, {
      inventory_json: JSON.stringify({ 'Maui Custard': n, 芒果: 2.5, '': null }),
    });
    insertSale(box, noon + n * 86_400);
  }
  await box.run();
  await boxes.cloud.sql(
    `WITH gone AS (DELETE FROM "ASE_sales_log" WHERE location_id = $1 AND timestamp_utc < '2026-11-23')
     UPDATE "ASE_inventory_snapshots" SET inventory_json = inventory_json || '{"芒果": 4}'
       WHERE location_id = $1 AND timestamp_utc < '2026-11-20 12:00:05+00'`,
    [box.locationId],
  );
  const found = await box.sync.verify(none, quiet);
  expect(found).toMatchObject({ agrees: false });
  expect(
    found.streams
      .slice(2)
      .map(({ stream, local, cloud, sessions }) => [
        stream,
        local,
        cloud,
        sessions.filter(({ agrees }) => !agrees),
      ]),
  ).toEqual([
    [
      'inventory_snapshots',
      50,
      50,
      [expect.objectContaining({ sessionId: '2026-11-20', different: 5, missing: 0 })],
    ],
    [
      'sales_log',
      50,
      47,
      ['2026-11-20', '2026-11-21', '2026-11-22'].map((sessionId) =>
        expect.objectContaining({ sessionId, missing: 1 }),
      ),
    ],
  ]);
  expect(await box.sync.verify({ ...none, repair: true, overwrite: true }, quiet)).toMatchObject({
    repaired: 8,
  });
  expect(await box.run()).toMatchObject({ planned: 8, sent: 3, duplicates: 5, verified: true });
});

test('retention keeps the newest hundred and all that is not in the cloud, and the comparison still agrees', async () => {
  const box = await boxes.open();
  const old = Math.floor(Date.now() / 1000) - 40 * 86_400;
  box.other.transaction(() => {
    for (let n = 0; n < 300; n += 1) {
      insertSnapshot(box, old + n * 600);
      if (n % 2 === 0) insertSnapshot(box, old + n * 600);
      insertSale(box, old + n * 600, n === 3 ? { inventory_after: -1 } : {});
      insertAlert(box, old + n * 600);
      insertFreshness(box, `Product ${n}`, old + n * 600);
    }
  })();
  expect(await box.run()).toMatchObject({ quarantined: 1, verified: true });
  const held = (table: string) => box.other.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  // The copy of a key that stays does, too; the sale that was set aside waits for a decision.
  expect(['inventory_snapshots', 'sales_log', 'alerts_log', 'product_freshness'].map(held)).toEqual([
    100, 101, 100, 100,
  ]);
  expect(
    box.other.prepare('SELECT min(timestamp_utc) FROM inventory_snapshots').pluck().get(),
  ).toBeGreaterThan(old + 200 * 600);
  expect(await box.sync.verify(none, quiet)).toMatchObject({ agrees: true });
  expect(await stream(box, 'inventory_snapshots')).toMatchObject({ pending: 0, synced: 450 });
  expect(await box.run()).toMatchObject({ planned: 0, status: 'success', verified: true });
  await boxes.cloud.sql(
    `DELETE FROM "ASE_sales_log" WHERE location_id = $1 AND timestamp_utc < to_timestamp($2)`,
    [box.locationId, old + 1200],
  );
  const lost = await box.sync.verify(none, quiet);
  expect(lost.streams.find((one) => one.stream === 'sales_log')?.sessions[0]).toMatchObject({
    agrees: false,
    lost: 2,
  });
  expect(await box.sync.verify({ ...none, acceptLost: true }, quiet)).toMatchObject({ accepted: 2 });
  expect(await box.sync.verify(none, quiet)).toMatchObject({ agrees: true });
});

test('of a day whose deleted records an earlier version only counted a loss is still seen, and can be given up', async () => {
  const box = await boxes.open();
  const old = Math.floor(Date.now() / 86_400_000) * 86_400 - 40 * 86_400;
  box.other.transaction(() => {
    for (let n = 0; n < 150; n += 1) insertSale(box, old + n * 600);
  })();
  expect(await box.run()).toMatchObject({ verified: true, deleted: 50 });
  box.other.exec(`CREATE TEMP TABLE counted AS SELECT stream, session_id, '' AS camera_id, sum(row_count) AS row_count,
      0 AS frame_sum, sum(fingerprint_sum) AS fingerprint_sum FROM verified_tallies GROUP BY stream, session_id;
    DELETE FROM verified_tallies;
    INSERT INTO verified_tallies (stream, session_id, camera_id, row_count, frame_sum, fingerprint_sum)
      SELECT * FROM counted`);
  expect(await box.sync.verify(none, quiet)).toMatchObject({ agrees: true });
  await boxes.cloud.sql(
    `DELETE FROM "ASE_sales_log" WHERE location_id = $1 AND timestamp_utc < to_timestamp($2)`,
    [box.locationId, old + 1200],
  );
  const lost = await box.sync.verify(none, quiet);
  expect(lost.streams.find((one) => one.stream === 'sales_log')?.sessions[0]).toMatchObject({
    agrees: false,
    lost: 2,
  });
  expect(await box.sync.verify({ ...none, acceptLost: true }, quiet)).toMatchObject({ accepted: 2 });
  expect(await box.sync.verify(none, quiet)).toMatchObject({ agrees: true });
});

test('a project without these tables blocks their streams with the step, and no other', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  insertSale(box, noon);
  await boxes.cloud.sql(`ALTER TABLE "ASE_sales_log" RENAME TO "ASE_sales_log_away"`);
  await boxes.cloud.sql(`NOTIFY pgrst, 'reload schema'`);
  try {
    await expect
      .poll(async () => (await box.run()).streams.find((one) => one.stream === 'sales_log')?.error ?? '')
      .toMatch(/ASE_sales_log is missing in the cloud.*backhaul cloud check/);
    expect(await boxes.cloudFrames(box)).toEqual([1]);
    expect(await box.sync.verify(none, quiet)).toMatchObject({ agrees: true });
  } finally {
    await boxes.cloud.sql(`ALTER TABLE "ASE_sales_log_away" RENAME TO "ASE_sales_log"`);
    await boxes.cloud.sql(`NOTIFY pgrst, 'reload schema'`);
  }
  await expect.poll(async () => (await box.run()).status).toBe('success');
});

test('a switch of clouds makes all of it pending again', async () => {
  const box = await boxes.open();
  insertSnapshot(box, noon);
  insertSale(box, noon);
  insertAlert(box, noon);
  await box.run();
  box.other.exec(`UPDATE backhaul_settings SET value = 'another cloud' WHERE name = 'cloud'`);
  expect(await box.sync.switchCloud({ leaveBehind: true }, quiet)).toMatchObject({ marked: 2 });
  expect(await box.run()).toMatchObject({ planned: 4, duplicates: 4, verified: true });
});
