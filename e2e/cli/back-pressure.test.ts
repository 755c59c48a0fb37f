import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { type BridgeProducer, openProducer, stateLine } from '../support/bridge-producer.ts';
import { type RunningCommand, startBackhaul } from '../support/command-line.ts';
import { askFile } from '../support/reading.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** SPEC 4.2: when the disk cannot keep up the bridge stops reading; nothing is dropped, and memory stays flat. */

const env = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_none' };
const mostGrowthMegabytes = 60;
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Holds the write lock: first without a pause until told, then most of the time, as a disk at a tenth of its speed. */
const slowDisk = `
  const db = new (require('node:sqlite').DatabaseSync)(process.argv[1], { timeout: 10000 });
  const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  let held = true;
  process.stdin.on('data', () => { held = false; });
  db.exec('BEGIN IMMEDIATE');
  process.stdout.write('held');
  const go = () => {
    if (held) return setTimeout(go, 10);
    db.exec('COMMIT');
    sleep(8);
    db.exec('BEGIN IMMEDIATE');
    sleep(25);
    setImmediate(go);
  };
  go();`;

interface SlowDisk {
  /** lets some writes through from now on */
  trickle(): void;
  end(): Promise<void>;
}

async function slowDown(dataDir: string): Promise<SlowDisk> {
  const child: ChildProcess = spawn(process.execPath, ['-e', slowDisk, join(dataDir, databaseFileName)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  cleanUp.push(end);
  await once(child.stdout ?? child, 'data');
  return { trickle: () => void child.stdin?.write('go'), end };
}

/** Megabytes that a process has in memory now, and at its highest so far. */
function memoryOf({ child }: RunningCommand): { readonly now: number; readonly peak: number } {
  const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

function start(...args: Parameters<typeof startBackhaul>): RunningCommand {
  const command = startBackhaul(...args);
  cleanUp.push(async () => {
    command.kill();
    await command.finished;
  });
  return command;
}

const sum = (producers: readonly BridgeProducer[]): number =>
  producers.reduce((total, { acked }) => total + acked.length, 0);

test('producers far faster than the disk wait, are served alike, and the engine does not grow', async () => {
  const { path: dataDir, remove } = temporaryFolder('pressure');
  cleanUp.push(remove);
  const engine = start(['engine'], { dataDir, env });
  await engine.says(/engine started/);
  const open = (name: string): Promise<BridgeProducer> => openProducer(join(dataDir, 'bridge.sock'), name);
  const producers = await Promise.all(['a', 'b', 'c'].map(open));
  cleanUp.push(() => producers.forEach((one) => void one.close()));
  for (const one of producers) one.say(2000);
  await expect.poll(() => sum(producers), { timeout: 45_000 }).toBe(6000);
  const before = memoryOf(engine).now;

  const disk = await slowDown(dataDir);
  for (const one of producers) one.say(20_000);
  await delay(1500);
  expect(sum(producers)).toBe(6000);
  expect(producers.map(({ takes }) => takes)).toEqual([false, false, false]);
  disk.trickle();
  await expect.poll(() => sum(producers), { timeout: 45_000, interval: 10 }).toBeGreaterThan(25_000);
  const shares = producers.map(({ acked }) => acked.length);
  const { peak } = memoryOf(engine);
  await disk.end();
  await expect.poll(() => sum(producers), { timeout: 45_000 }).toBe(66_000);

  expect(peak - before).toBeLessThan(mostGrowthMegabytes);
  // None starves; how even it is depends on what else the machine does.
  expect(Math.min(...shares) / Math.max(...shares)).toBeGreaterThan(0.3);
  for (const { acked, refused, sent } of producers) {
    expect(acked).toEqual(Array.from({ length: sent }, (_, frame) => frame));
    expect(refused).toEqual([]);
  }
  const sql =
    'SELECT session_id, count(*) AS rows, count(DISTINCT frame_number) AS frames FROM division_states GROUP BY 1';
  expect(askFile(dataDir, sql)).toEqual(
    ['a', 'b', 'c'].map((session_id) => ({ session_id, rows: 22_000, frames: 22_000 })),
  );
});

test('ingest reads no more from a pipe than the disk takes', async () => {
  const { path: dataDir, remove } = temporaryFolder('pipe');
  cleanUp.push(remove);
  const ingest = start(['ingest', '-', '--json'], { dataDir, env, openInput: true });
  const input = ingest.child.stdin;
  const say = (from: number, to: number): boolean | undefined =>
    input?.write(Array.from({ length: to - from }, (_, index) => stateLine(from + index, 'p')).join(''));
  say(0, 10_000);
  const rows = (): unknown => {
    try {
      return askFile(dataDir, 'SELECT count(*) AS n FROM division_states')[0];
    } catch {
      return null;
    }
  };
  await expect.poll(rows, { timeout: 45_000 }).toEqual({ n: 10_000 });
  const before = memoryOf(ingest).now;
  const disk = await slowDown(dataDir);
  say(10_000, 62_000);
  await delay(1000);
  expect(input?.writableNeedDrain).toBe(true);
  const unread = input?.writableLength ?? 0;
  disk.trickle();
  await delay(1000);
  const { peak } = memoryOf(ingest);
  await disk.end();
  input?.end();
  expect(peak - before).toBeLessThan(mostGrowthMegabytes);
  expect(unread).toBeGreaterThan(5_000_000);
  const result = await ingest.finished;
  expect([result.code, result.json()]).toMatchObject([
    0,
    { received: 62_000, committed: 62_000, refused: 0 },
  ]);
});
