import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { InventoryNow } from '../../src-main/contract/inventory-shapes.ts';
import { attachEngine } from '../../src-main/engine/rpc/attach.ts';
import { startBackhaul } from '../support/command-line.ts';
import { naiveInventory, type Reading } from '../support/naive-inventory.ts';
import { askFile } from '../support/reading.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('inventory');

afterAll(() => folder.remove());

/** 2026-01-10 15:30 in New York */
const start = 1_768_077_000;

/** Twenty readings a second of a shelf that is sold from, filled up and looked at badly. */
function shelf(readings: number, seed: number): Reading[] {
  const random = seededRandom(seed);
  let [mango, pineapple] = [12, 8];
  return Array.from({ length: readings }, (_, index) => {
    if (random.chance(0.004)) mango = Math.max(0, mango - random.whole(1, 3));
    if (random.chance(0.002)) mango += 10;
    if (random.chance(0.004)) pineapple = random.whole(0, 9);
    const seen = random.chance(0.1) ? Math.max(0, mango - 2) : mango;
    const counts = random.chance(0.05) ? { Mango: seen } : { Mango: seen, Pineapple: pineapple };
    return { second: index / 20, counts };
  });
}

function line({ second, counts }: Reading, index: number): string {
  const message = {
    type: 'inventory',
    seq: index,
    timestamp_utc: start + second,
    frame_number: index,
    counts,
  };
  return `${JSON.stringify(message)}\n`;
}

/** Says what is not acknowledged yet, from the first on, until the engine is gone or all is acknowledged. */
async function say(dataDir: string, lines: readonly string[], from: number, to: number): Promise<number> {
  let next = from;
  const socket = connect(join(dataDir, 'bridge.sock'));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  const replies = createInterface({ input: socket });
  replies.on('error', () => undefined);
  replies.on('line', (text) => {
    const reply = JSON.parse(text) as { type: string; seq: number };
    expect(reply).toMatchObject({ type: 'ack', seq: next });
    next += 1;
    if (next === lines.length) socket.destroy();
  });
  for (let index = from; index < to && !socket.destroyed; index += 40) {
    if (!socket.write(lines.slice(index, Math.min(index + 40, to)).join('')))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    await delay(1);
  }
  await closed;
  return next;
}

interface Sale {
  readonly timestamp_utc: number;
  readonly product_name: string;
  readonly quantity_delta: number;
  readonly inventory_before: number;
  readonly inventory_after: number;
}

test('an engine killed again and again loses no reading, tells no sale twice and none that was not', async () => {
  const dataDir = join(folder.path, 'kills');
  mkdirSync(dataDir, { mode: 0o700 });
  const readings = shelf(6000, 11);
  const lines = readings.map(line);
  const random = seededRandom(7);
  let next = 0;
  let kills = 0;
  while (next < lines.length) {
    const engine = startBackhaul(['engine', '--no-api'], { dataDir });
    await engine.says(/engine started/);
    // On a fast machine too there is something left for every life.
    const share = kills < 6 ? random.whole(300, 900) : lines.length;
    const saying = say(dataDir, lines, next, Math.min(next + share, lines.length));
    const life = kills < 6 ? delay(random.whole(30, 400)) : saying;
    await Promise.race([life, saying]);
    if (kills < 6) kills += 1;
    engine.kill();
    await engine.finished;
    next = await saying;
  }
  expect(kills).toBe(6);
  const expected = naiveInventory(readings);
  const snapshots = askFile<{ timestamp_utc: number; inventory_json: string }>(
    dataDir,
    'SELECT timestamp_utc, inventory_json FROM inventory_snapshots ORDER BY id',
  );
  expect(snapshots.map((row) => [row.timestamp_utc, JSON.parse(row.inventory_json)])).toEqual(
    expected.snapshots.map(({ second, counts }) => [start + second, counts]),
  );
  const sales = askFile<Sale>(dataDir, 'SELECT * FROM sales_log ORDER BY timestamp_utc, product_name');
  expect(expected.sales.length).toBeGreaterThan(8);
  expect(
    sales.map((row) => [
      row.timestamp_utc,
      row.product_name,
      row.quantity_delta,
      row.inventory_before,
      row.inventory_after,
    ]),
  ).toEqual(
    expected.sales.map((sale) => [start + sale.second, sale.product, sale.quantity, sale.before, sale.after]),
  );
}, 60_000);

test('an engine that is started anew says how the shelf stood, and an acknowledgement is remembered', async () => {
  const dataDir = join(folder.path, 'anew');
  mkdirSync(dataDir, { mode: 0o700 });
  const lines = [0, 5].map((second, index) => line({ second, counts: { Mango: 1 } }, index));
  const first = startBackhaul(['engine', '--no-api'], { dataDir });
  await first.says(/engine started/);
  expect(await say(dataDir, lines, 0, lines.length)).toBe(2);
  const attached = await attachEngine(dataDir);
  const before = await attached?.call('inventory.get', {});
  expect(before?.products).toMatchObject([{ product_name: 'Mango', count: 1, level: 'low' }]);
  await attached?.call('inventory.acknowledge', { id: before?.alerts[0]?.id ?? 0 });
  attached?.close();
  first.kill();
  await first.finished;
  const second = startBackhaul(['engine', '--no-api'], { dataDir });
  await second.says(/engine started/);
  const again = await attachEngine(dataDir);
  const after: InventoryNow | undefined = await again?.call('inventory.get', {});
  expect(after).toMatchObject({ total_items: 1, open_alerts: 1, unacknowledged_alerts: 0 });
  expect(after?.products[0]?.first_seen_utc).toBe(start);
  again?.close();
  second.kill('SIGTERM');
  await second.finished;
}, 30_000);
