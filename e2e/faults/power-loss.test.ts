import { randomInt } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { cutPower, stepsOf } from './power-loss-cuts.ts';
import { createDisk } from './power-loss-disk.ts';
import { checkOrder } from './power-loss-order.ts';
import { type Traced, traceEngine, traceIngest } from './power-loss-trace.ts';

const folder = temporaryFolder('power');

afterAll(() => folder.remove());

describe.each([
  {
    name: 'an engine with a producer on its socket',
    trace: traceEngine,
    commits: 100,
    restarts: 3,
    cuts: 220,
  },
  { name: 'ingest --ack', trace: traceIngest, commits: 4, restarts: 1, cuts: 80 },
])('$name', ({ trace, commits, restarts, cuts }) => {
  let traced: Traced;

  beforeAll(async () => {
    traced = await trace(folder.path);
  });

  test('acknowledges each line after the sync of its commit, and overwrites nothing that is not synced elsewhere', () => {
    const order = checkOrder(traced);
    expect(order.faults.slice(0, 20)).toEqual([]);
    expect(new Set(traced.acks.map(({ seq }) => seq)).size).toBe(traced.sent.length + 3);
    expect(order.commits).toBeGreaterThanOrEqual(commits);
    expect(order.restarts).toBeGreaterThanOrEqual(restarts);
  });

  test('leaves files that the model of a disk has byte for byte', () => {
    const disk = createDisk();
    for (const { run } of stepsOf(traced.events, disk)) run();
    const seen = disk.seen();
    expect([...seen.keys()]).toEqual([traced.database]);
    expect(seen.get(traced.database)?.equals(readFileSync(traced.database))).toBe(true);
    expect(existsSync(`${traced.database}-wal`)).toBe(false);
  });

  test('has every acknowledged line once in a sound file, wherever the power is cut', async () => {
    const seed = randomInt(2 ** 31);
    const faults = await cutPower({ ...traced, folder: folder.path, cuts, seed });
    expect(faults.slice(0, 20), faults.length > 0 ? kept(traced, seed, cuts) : '').toEqual([]);
  });

  test.each([
    {
      left: 'its log',
      pathOf: (database: string) => `${database}-wal`,
      fault: /precedes the sync of its commit/,
    },
    { left: 'its database', pathOf: (database: string) => database, fault: /before the database is synced/ },
    { left: 'its folder', pathOf: dirname, fault: /precedes the sync of the folder/ },
  ])('would be seen not to sync $left', ({ pathOf, fault }) => {
    const path = pathOf(traced.database);
    const events = traced.events.filter((event) => event.kind !== 'sync' || event.path !== path);
    expect(checkOrder({ ...traced, events }).faults.join('\n')).toMatch(fault);
  });

  test('would be seen to lose lines if it did not sync its log', async () => {
    const events = traced.events.filter(({ kind, path }) => kind !== 'sync' || !path.endsWith('-wal'));
    const faults = await cutPower({ ...traced, events, folder: folder.path, cuts: 20, seed: 1 });
    expect(faults.join('\n')).toMatch(/line \d+ is there 0 times/);
  });
});

/** Keeps what is needed to see a failure again, and says how. */
function kept({ file }: Traced, seed: number, cuts: number): string {
  const place = join(mkdtempSync(join(tmpdir(), 'backhaul-power-loss-')), 'trace.txt');
  copyFileSync(file, place);
  return `seen again with: node e2e/faults/power-loss-replay.ts ${place} ${seed} ${cuts}`;
}
