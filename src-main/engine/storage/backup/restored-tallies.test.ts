import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../../e2e/support/cloud-boxes.ts';
import { insertSale, insertSnapshot } from '../../../../e2e/support/inventory-rows.ts';
import { temporaryFolder } from '../../../../e2e/support/temporary-folder.ts';
import { insertDivisionState, type TestBox } from '../../../../e2e/support/test-box.ts';
import { restoreBackup } from '../service.ts';

const boxes = withCloudBoxes();
const quiet = new AbortController().signal;
const fortyDaysAgo = Math.floor(Date.now() / 86_400_000) * 86_400 - 40 * 86_400;

function insertAll(box: TestBox, from: number, to: number): void {
  box.other.transaction(() => {
    for (let n = from; n < to; n += 1) {
      insertSnapshot(box, fortyDaysAgo + n * 100, { frame_number: n });
      insertSale(box, fortyDaysAgo + n * 100, { product_name: `Kiwi ${n}` });
      insertDivisionState(box, n, { created_at: '2026-01-01 00:00:00' });
    }
  })();
}

async function figures(box: TestBox) {
  const { agrees, streams } = await box.sync.verify(
    { repair: false, overwrite: false, acceptLost: false },
    quiet,
  );
  const of = (name: string) => streams.find((one) => one.stream === name);
  const names = ['division_states', 'inventory_snapshots', 'sales_log'];
  const lost = (name: string) => of(name)?.sessions.reduce((sum, one) => sum + one.lost, 0);
  return {
    agrees,
    local: names.map((name) => of(name)?.local),
    cloud: names.map((name) => of(name)?.cloud),
    lost: names.map(lost),
  };
}

/** Stops the box, restores the copy and starts it; `cut` stops it once more while records are brought back. */
async function restored(box: TestBox, copy: string, cut: boolean): Promise<TestBox> {
  await box.close();
  restoreBackup(box.storage.path, copy, new Date());
  const same = { dataDir: box.dataDir, locationId: box.locationId };
  if (cut) await (await boxes.open(same)).close();
  const again = await boxes.open(same);
  await again.storage.salvage.settled();
  return again;
}

for (const sent of [false, true]) {
  const when = sent ? 'partly sent and deleted' : 'not sent';
  test(`what was deleted since a backup of records that were ${when} is still counted, and missed when the cloud loses it`, async () => {
    const folder = temporaryFolder('restored-tallies');
    try {
      let box = await boxes.open({ dataDir: folder.path });
      insertAll(box, 0, 150);
      if (sent) {
        expect(await box.run()).toMatchObject({ verified: true });
        insertAll(box, 150, 300);
      }
      const copy = join(folder.path, 'copy');
      box.other.pragma('wal_checkpoint(TRUNCATE)');
      copyFileSync(box.storage.path, copy);
      expect(await box.run()).toMatchObject({ verified: true });
      insertAll(box, 300, 420);
      expect(await box.run()).toMatchObject({ verified: true });
      const rows = sent ? 420 : 270;
      const all = { local: [rows, rows, rows], cloud: [rows, rows, rows], lost: [0, 0, 0] };
      expect(await figures(box)).toEqual({ agrees: true, ...all });
      for (const cut of sent ? [false, true] : [false]) {
        box = await restored(box, copy, cut);
        expect(await box.run()).toMatchObject({ status: 'success', verified: true, quarantined: 0 });
        expect(await figures(box)).toEqual({ agrees: true, ...all });
        const held = (table: string) => box.other.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
        expect(['division_states', 'inventory_snapshots', 'sales_log'].map(held)).toEqual([0, 100, 100]);
      }
      await loseInCloud(box, 120, 130);
      expect(await figures(box)).toEqual({
        agrees: false,
        local: all.local,
        cloud: [rows - 10, rows - 10, rows - 10],
        lost: [10, 10, 10],
      });
    } finally {
      folder.remove();
    }
  });
}

async function loseInCloud({ locationId }: TestBox, from: number, to: number): Promise<void> {
  const between = [locationId, fortyDaysAgo + from * 100, fortyDaysAgo + to * 100];
  const times = 'timestamp_utc >= to_timestamp($2) AND timestamp_utc < to_timestamp($3)';
  for (const table of ['ASE_inventory_snapshots', 'ASE_sales_log'])
    await boxes.cloud.sql(`DELETE FROM "${table}" WHERE location_id = $1 AND ${times}`, between);
  await boxes.cloud.sql(
    'DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number >= $2 AND frame_number < $3',
    [locationId, from, to],
  );
}
