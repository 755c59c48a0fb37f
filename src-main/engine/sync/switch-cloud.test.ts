import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import {
  insertAlert,
  insertFreshness,
  insertSale,
  insertSnapshot,
} from '../../../e2e/support/inventory-rows.ts';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { insertDivisionState, openTestBox, type TestBox, targetOf } from '../../../e2e/support/test-box.ts';
import { stopLocalCloud } from '../local-cloud/service.ts';

const boxes = withCloudBoxes();
const quiet = new AbortController().signal;
const old = '2026-01-01 00:00:00';

function held(box: TestBox): number {
  return box.other.prepare('SELECT count(*) FROM division_states').pluck().get() as number;
}

test('leaving the local cloud brings back what only it still holds, and all of it arrives in the new one', async () => {
  const folder = temporaryFolder('switch');
  const locationId = 'store_switch';
  const first = await openTestBox(boxes.cloud, { locationId, dataDir: folder.path }, { kind: 'local' });
  for (let frame = 0; frame < 1500; frame += 1)
    insertDivisionState(first, frame, {
      created_at: old,
      timestamp_recorded: '2026-11-20 12:00:00.25+08:00',
    });
  for (let frame = 1500; frame < 1600; frame += 1) insertDivisionState(first, frame);
  const longAgo = Date.now() / 1000 - 40 * 86_400;
  first.other.transaction(() => {
    for (let n = 0; n < 150; n += 1) {
      insertSnapshot(first, longAgo + n + 0.123456);
      insertSale(first, longAgo + n);
      insertAlert(first, longAgo + n, { acknowledged: n % 2 });
      insertFreshness(first, `Product ${n}`, longAgo + n);
    }
  })();
  expect(await first.run()).toMatchObject({ deleted: 1500 + 200, verified: true });
  const box = await boxes.reopen(first, await targetOf(boxes.cloud, locationId));
  expect(await box.run()).toMatchObject({ status: 'failed', faultCode: 'misconfigured' });
  expect(await box.sync.switchCloud({ leaveBehind: false }, quiet)).toMatchObject({
    marked: 100 + 200,
    broughtOver: 1500 + 200,
    leftBehind: 0,
  });
  expect(held(box)).toBe(1600);
  expect(await box.run()).toMatchObject({ status: 'success', sent: 1603 + 600, verified: true });
  for (const table of ['inventory_snapshots', 'product_freshness', 'sales_log', 'alerts_log'])
    expect(
      await boxes.cloud.sql(`SELECT location_id FROM "ASE_${table}" WHERE location_id = $1`, [locationId]),
    ).toHaveLength(150);
  const rows = await boxes.cloud.sql(
    `SELECT count(*)::int AS n, count(DISTINCT frame_number)::int AS frames, min(timestamp_recorded) AS at
     FROM "ASE_division_states" WHERE location_id = $1`,
    [locationId],
  );
  expect(rows).toEqual([{ n: 1600, frames: 1600, at: new Date('2026-11-20T04:00:00Z') }]);
  await stopLocalCloud(folder.path);
  folder.remove();
});

test('leaving the local cloud also brings back a record whose key only a discarded copy holds', async () => {
  const folder = temporaryFolder('switch-copy');
  const locationId = 'store_copy';
  const first = await openTestBox(boxes.cloud, { locationId, dataDir: folder.path }, { kind: 'local' });
  insertDivisionState(first, 3);
  await first.run();
  insertDivisionState(first, 3, { state: 'RED' });
  await first.run();
  await first.sync.quarantine.discard({});
  first.other.exec(`UPDATE division_states SET created_at = '${old}'`);
  expect(await first.run()).toMatchObject({ deleted: 1 });
  const box = await boxes.reopen(first, await targetOf(boxes.cloud, locationId));
  expect(await box.sync.switchCloud({ leaveBehind: false }, quiet)).toMatchObject({ broughtOver: 1 });
  expect(await box.run()).toMatchObject({ status: 'success', verified: true });
  const rows = await boxes.cloud.sql(`SELECT state FROM "ASE_division_states" WHERE location_id = $1`, [
    locationId,
  ]);
  expect(rows).toEqual([{ state: 'GREEN' }]);
  await stopLocalCloud(folder.path);
  folder.remove();
});
