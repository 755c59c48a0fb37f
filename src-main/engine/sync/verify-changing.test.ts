import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertAlert, insertFreshness, noon } from '../../../e2e/support/inventory-rows.ts';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import type { TestBox } from '../../../e2e/support/test-box.ts';
import { restoreBackup } from '../storage/service.ts';
import { comparisonOwed } from './last-verification.ts';

const boxes = withCloudBoxes();
const quiet = new AbortController().signal;
const none = { repair: false, overwrite: false, acceptLost: false };
const day = 86_400;

/** A box whose three products and three alerts, of two days, are in the cloud. */
async function boxWithSix(openBox: () => Promise<TestBox> = () => boxes.open()): Promise<TestBox> {
  const box = await openBox();
  for (const [n, product] of ['Mango', '芒果, "ripe" & (cut)', '1e3'].entries()) {
    const at = noon + (n === 2 ? day : n) + 0.123456;
    insertFreshness(box, product, at, { is_expired: n % 2, expiration_days: 0.1 + n });
    insertAlert(box, at, {
      product_name: product,
      metadata_json: ['{"b": [1.50, null], "a": {"z": 1e2}}', 'no JSON', null][n],
    });
  }
  expect(await box.run()).toMatchObject({ sent: 7, verified: true });
  return box;
}

/** What a comparison says of both streams: [stream, agrees, here, cloud, [day, missing, different, extra]...]. */
async function compared(box: TestBox, wanted: Partial<typeof none> = {}): Promise<unknown[]> {
  const { agrees, repaired, streams } = await box.sync.verify({ ...none, ...wanted }, quiet);
  const told = streams.slice(2).map((one) => [
    one.stream,
    one.agrees,
    one.local,
    one.cloud,
    ...one.sessions.map(({ sessionId, missing, different, extra }) => {
      return [sessionId, missing, different, extra];
    }),
  ]);
  return [agrees, repaired, ...told];
}

function inCloud(box: TestBox, sql: string): Promise<Record<string, unknown>[]> {
  return boxes.cloud.sql(sql, [box.locationId]);
}

const allAgree = [
  true,
  0,
  ['product_freshness', true, 3, 3, ['2026-11-20', 0, 0, 0], ['2026-11-21', 0, 0, 0]],
  ['alerts_log', true, 3, 3, ['2026-11-20', 0, 0, 0], ['2026-11-21', 0, 0, 0]],
];

test('a product and an alert that the cloud has lost are named, and go again after a repair', async () => {
  const box = await boxWithSix();
  expect(await compared(box)).toEqual(allAgree);
  await inCloud(box, `DELETE FROM "ASE_alerts_log" WHERE location_id = $1 AND product_name = 'Mango'`);
  await inCloud(box, `DELETE FROM "ASE_product_freshness" WHERE location_id = $1 AND product_name = '1e3'`);
  const found = [
    ['product_freshness', false, 3, 2, ['2026-11-20', 0, 0, 0], ['2026-11-21', 1, 0, 0]],
    ['alerts_log', false, 3, 2, ['2026-11-20', 1, 0, 0], ['2026-11-21', 0, 0, 0]],
  ];
  expect(await compared(box)).toEqual([false, 0, ...found]);
  expect(await box.run()).toMatchObject({ planned: 0, verified: false });
  expect(comparisonOwed(box.storage)).toBe(true);
  expect(await compared(box, { repair: true })).toEqual([false, 2, ...found]);
  expect(await box.run('hourly')).toMatchObject({ sent: 2, duplicates: 0, verified: true });
  expect(await compared(box)).toEqual(allAgree);
});

test('all of them gone is found by the next full run, too', async () => {
  const box = await boxWithSix();
  for (const table of ['product_freshness', 'alerts_log'])
    await inCloud(box, `DELETE FROM "ASE_${table}" WHERE location_id = $1`);
  expect(await box.run()).toMatchObject({ planned: 0, verified: false });
  expect((await compared(box, { repair: true })).slice(0, 2)).toEqual([false, 6]);
  expect(await box.run()).toMatchObject({ sent: 6, verified: true });
  expect(await compared(box)).toEqual(allAgree);
});

test('another content in the cloud is different, whichever column it is in, and in other words the same', async () => {
  const box = await boxWithSix();
  const metadata = '{"a": {"z": 100.0}, "b": [15e-1, null]}';
  const changes = [
    ['product_freshness', 'is_expired = true', 'is_expired = false'],
    ['product_freshness', 'expiration_days = 0.11', 'expiration_days = 0.1'],
    ['product_freshness', `first_seen_utc = first_seen_utc + interval '1 us'`, '-'],
    ['product_freshness', `last_seen_utc = last_seen_utc - interval '40 days'`, '-'],
    ['alerts_log', 'acknowledged = true', 'acknowledged = false'],
    ['alerts_log', `message = ''`, `message = 'Mango is low: 3 left.'`],
    ['alerts_log', `metadata_json = '{"a": {"z": 100}, "b": [1.5, 0]}'`, `metadata_json = '${metadata}'`],
  ] as const;
  for (const [table, change, back] of changes) {
    const put = (values: string) =>
      inCloud(box, `UPDATE "ASE_${table}" SET ${values} WHERE location_id = $1 AND product_name = 'Mango'`);
    await put(change);
    const { streams, repaired } = await box.sync.verify({ ...none, repair: true }, quiet);
    expect(repaired).toBe(0);
    const wrong = streams.filter(({ agrees }) => !agrees);
    const sessions = [{ missing: 0, different: 1 }, { agrees: true }];
    expect(wrong, change).toMatchObject([{ stream: table, sessions }]);
    await put(
      back === '-' ? change.replace(/[-+](?= interval)/, (sign) => (sign === '+' ? '-' : '+')) : back,
    );
  }
  expect(await compared(box)).toEqual(allAgree);
});

test('what differs goes again where a person lets it overwrite the cloud', async () => {
  const box = await boxWithSix();
  await inCloud(box, `UPDATE "ASE_alerts_log" SET acknowledged = true WHERE location_id = $1`);
  expect((await compared(box, { repair: true, overwrite: true })).slice(0, 2)).toEqual([false, 3]);
  expect(await box.run()).toMatchObject({ sent: 0, duplicates: 3, verified: true });
  expect(await compared(box)).toEqual(allAgree);
});

test('what waits, what was acknowledged or seen again since, and what the cloud has beside is no fault', async () => {
  const box = await boxWithSix();
  insertAlert(box, noon + 100, { alert_type: 'flood' });
  expect(await box.run()).toMatchObject({ quarantined: 1, verified: true });
  box.other.exec(`UPDATE alerts_log SET acknowledged = 1 WHERE product_name = 'Mango' AND alert_type = 'low_stock';
    UPDATE product_freshness SET last_seen_utc = ${noon + 90} WHERE product_name = 'Mango';
    DELETE FROM product_freshness WHERE product_name = '1e3'`);
  insertAlert(box, noon + 200);
  insertFreshness(box, 'Not sent yet', noon);
  expect(await compared(box)).toEqual([
    true,
    0,
    ['product_freshness', true, 1, 2, ['2026-11-20', 0, 0, 1]],
    ['alerts_log', true, 2, 3, ['2026-11-20', 0, 0, 1], ['2026-11-21', 0, 0, 0]],
  ]);
  expect((await compared(box, { repair: true, overwrite: true })).slice(0, 2)).toEqual([true, 0]);
});

test('what other writers left of another type is compared as the text that it became', async () => {
  const box = await boxes.open();
  insertAlert(box, noon, { message: Buffer.from('Mango'), metadata_json: '{"__proto__": 1e400, "": [{}]}' });
  insertFreshness(box, 'Mango', noon, { expiration_days: 'three' });
  box.other.prepare('UPDATE product_freshness SET product_name = ?').run(Buffer.from('Mango'));
  expect(await box.run()).toMatchObject({ sent: 3, failed: 0, verified: true });
  await inCloud(box, `UPDATE "ASE_alerts_log" SET message = 'Mango' WHERE location_id = $1`);
  expect((await box.sync.verify(none, quiet)).streams[3]).toMatchObject({ sessions: [{ different: 1 }] });
});

test('more rows than a page of the cloud are compared in pages, in questions that it has time for', async () => {
  const box = await boxes.openProxied();
  box.other.transaction(() => {
    for (let n = 0; n < 1001; n += 1) insertFreshness(box, `Product, ${n}`, noon + n);
  })();
  await box.run();
  const tooLarge = { status: 413, body: '{}', headers: { 'content-type': 'application/json' } };
  boxes.proxy.treat(({ url = '' }) =>
    url.includes('ASE_product_freshness') && url.includes('limit=1000') ? tooLarge : 'pass',
  );
  expect((await compared(box))[2]).toMatchObject(['product_freshness', true, 1001, 1001, {}]);
  await inCloud(
    box,
    `DELETE FROM "ASE_product_freshness" WHERE location_id = $1 AND product_name LIKE '%, 99_'`,
  );
  expect((await compared(box))[2]).toMatchObject(['product_freshness', false, 1001, 991, {}]);
});

test('a comparison that the cloud breaks off, or a person, has said nothing and is still owed', async () => {
  const box = await boxWithSix(() => boxes.openProxied({ attempts: 1 }));
  await inCloud(box, `DELETE FROM "ASE_alerts_log" WHERE location_id = $1`);
  box.other.exec(`UPDATE product_freshness SET last_seen_utc = last_seen_utc + 1`);
  let asked = 0;
  boxes.proxy.treat(({ url = '', method }) => {
    const isRead = method === 'GET' && url.includes('ASE_product_freshness');
    if (isRead) asked += 1;
    return isRead && asked % 2 === 0 ? 'reset before' : 'pass';
  });
  expect(await box.run('hourly')).toMatchObject({ sent: 3, verified: false });
  expect(asked).toBe(2);
  expect(comparisonOwed(box.storage)).toBe(true);
  await expect(box.sync.verify({ ...none, repair: true }, quiet)).rejects.toMatchObject({
    code: 'unavailable',
  });
  const abort = new AbortController();
  boxes.proxy.treat(({ url = '' }) => {
    if (url.includes('alert_id')) abort.abort(new Error('enough'));
    return 'pass';
  });
  await expect(box.sync.verify({ ...none, repair: true }, abort.signal)).rejects.toThrow('enough');
  // What is owed is all that is held: also what this run does not send.
  expect(await box.run('hourly')).toMatchObject({ planned: 0, verified: false });
});

test('an hourly run compares what it sent of them, and asks nothing where it sent none', async () => {
  const box = await boxWithSix(() => boxes.openProxied({ attempts: 1 }));
  insertAlert(box, noon + 100);
  const confirmed = { status: 201, body: '', headers: { 'content-range': '*/1' } };
  boxes.proxy.treat(({ url = '', method }) =>
    url.includes('ASE_alerts_log') && method === 'POST' ? confirmed : 'pass',
  );
  expect(await box.run('hourly')).toMatchObject({ sent: 1, verified: false });
  boxes.proxy.treat(() => 'pass');
  expect((await compared(box, { repair: true })).slice(0, 2)).toEqual([false, 1]);
  expect(await box.run('hourly')).toMatchObject({ sent: 1, verified: true });
  let asked = 0;
  boxes.proxy.treat(({ url = '' }) => {
    if (url.includes('select=row_key')) asked += 1;
    return 'pass';
  });
  expect(await box.run('hourly')).toMatchObject({ planned: 0, verified: true });
  expect(asked).toBe(0);
});

test('rows that the cloud has purged after its 90 days are expired, and retention deletes no row of a day that disagrees', async () => {
  const box = await boxes.open();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const past = nowSeconds - 95 * day;
  const old = (Math.floor(nowSeconds / day) - 40) * day + day / 2;
  box.other.transaction(() => {
    insertAlert(box, past);
    insertFreshness(box, 'Mango', past);
    for (let n = 0; n < 101; n += 1) insertAlert(box, old + n / 1000);
  })();
  expect(await box.run('hourly')).toMatchObject({ sent: 104, verified: true });
  const held = (): unknown => box.other.prepare('SELECT count(*) FROM alerts_log').pluck().get();
  expect(held()).toBe(100);
  await boxes.cloud.sql('SELECT public.backhaul_purge_inventory()');
  const { agrees, streams } = await box.sync.verify(none, quiet);
  expect(agrees).toBe(true);
  expect(streams[2]?.sessions).toMatchObject([{ expired: true, agrees: true, local: 1, cloud: 0 }]);
  box.other.transaction(() => {
    for (let n = 0; n < 100; n += 1) insertAlert(box, nowSeconds - n);
  })();
  await inCloud(
    box,
    `DELETE FROM "ASE_alerts_log" WHERE location_id = $1 AND extract(microsecond FROM timestamp_utc) = 7000`,
  );
  expect(await box.run()).toMatchObject({ verified: false });
  expect(held()).toBe(200);
});

test('after a restore products are as they were seen last, alerts as they were acknowledged, and both agree', async () => {
  const folder = temporaryFolder('restored-freshness');
  try {
    const box = await boxWithSix(() => boxes.open({ dataDir: folder.path }));
    const copy = join(folder.path, 'copy');
    box.other.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(box.storage.path, copy);
    box.other.exec(`UPDATE alerts_log SET acknowledged = 1 WHERE product_name = 'Mango';
      UPDATE product_freshness SET last_seen_utc = ${noon + 90} WHERE product_name = 'Mango';
      UPDATE product_freshness SET is_expired = 1 WHERE product_name = '1e3'`);
    expect(await box.run()).toMatchObject({ sent: 3, verified: true });
    await box.close();
    restoreBackup(box.storage.path, copy, new Date());
    const again = await boxes.open({ dataDir: folder.path, locationId: box.locationId });
    await again.storage.salvage.settled();
    expect(await again.run()).toMatchObject({ verified: true });
    expect(await compared(again)).toEqual(allAgree);
    const seen = `SELECT last_seen_utc = to_timestamp(${noon + 90}) AS seen FROM "ASE_product_freshness"
      WHERE location_id = $1 AND product_name = 'Mango'`;
    expect(await inCloud(again, seen)).toEqual([{ seen: true }]);
  } finally {
    folder.remove();
  }
});
