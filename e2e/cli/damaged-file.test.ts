import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import { attachEngine } from '../../src-main/engine/rpc/attach.ts';
import { doctor } from '../support/broken-box.ts';
import { backhaul, startBackhaul } from '../support/command-line.ts';
import { askFile } from '../support/reading.ts';
import { type Line, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('damaged');
const pageSize = 4096;
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});

afterAll(async () => {
  await cloud.close();
  folder.remove();
});

async function place(name: string): Promise<{ dataDir: string; env: Record<string, string> }> {
  const dataDir = join(folder.path, name);
  mkdirSync(dataDir, { mode: 0o700 });
  const token = await cloud.token(name);
  const env = { SUPABASE_URL: cloud.url, SUPABASE_ANON_KEY: cloud.apiKey, BACKHAUL_DEVICE_TOKEN: token };
  return { dataDir, env };
}

/** States whose number can be read in the bytes of the file. */
function lines(locationId: string, from: number, to: number): Line[] {
  return Array.from({ length: to - from }, (_, index) => ({
    type: 'division_state',
    seq: from + index,
    session_id: '20251213_143500_camera_35',
    camera_id: 'camera_35',
    location_id: locationId,
    frame_number: from + index,
    timestamp_video: (from + index) / 10,
    timestamp_recorded: '2025-12-13 14:35:00+08:00',
    state: 'GREEN',
    walking_area_waiters: 1,
    service_area_waiters: 0,
    screenshot_path: `/shots/#${String(from + index).padStart(6, '0')}#.jpg`,
  }));
}

/** Fills the leaf pages of a table or index with something else, from one of them on. */
function garble(dataDir: string, name: string, from: number, count: number): void {
  const path = join(dataDir, 'detection_data.db');
  const sql = `SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno LIMIT ? OFFSET ?`;
  const pages = askFile<{ pageno: number }>(dataDir, sql, name, count, from);
  expect(pages.length).toBeGreaterThan(0);
  const file = openSync(path, 'r+');
  for (const { pageno } of pages)
    writeSync(file, Buffer.alloc(pageSize, 0xa7), 0, pageSize, (pageno - 1) * pageSize);
  closeSync(file);
}

function legible(dataDir: string): number[] {
  const text = readFileSync(join(dataDir, 'detection_data.db'), 'latin1');
  const numbers = [...text.matchAll(/\/shots\/#(\d{6})#\.jpg/g)].map(([, number]) => Number(number));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function setAside(dataDir: string): Buffer[] {
  return readdirSync(dataDir)
    .filter((name) => /\.damaged-\d+T\d+Z$/.test(name))
    .map((name) => readFileSync(join(dataDir, name)));
}

/** Frame numbers in the cloud, in order, the same twice where there are two. */
async function inCloud(locationId: string): Promise<number[]> {
  const sql = 'SELECT frame_number::int AS n FROM "ASE_division_states" WHERE location_id = $1 ORDER BY 1';
  return (await cloud.sql<{ n: number }>(sql, [locationId])).map(({ n }) => n);
}

/** Sends lines to a running engine; resolves with the longest pause between two acknowledgements, milliseconds. */
async function send(dataDir: string, some: readonly Line[]): Promise<number> {
  const socket = connect(join(dataDir, 'bridge.sock'));
  socket.write(ndjson(some));
  let longest = 0;
  let last = performance.now();
  let acked = 0;
  for await (const line of createInterface({ input: socket })) {
    const answer = JSON.parse(line) as { type: string; seq?: number };
    if (answer.type !== 'ack') continue;
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    acked = answer.seq ?? 0;
    if (acked === some.at(-1)?.seq) break;
  }
  socket.destroy();
  expect(acked).toBe(some.at(-1)?.seq);
  return longest;
}

async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer) || performance.now() > deadline) return answer;
    await delay(10);
  }
}

test('a file that is damaged while capture goes on is replaced at once; all that is whole is in the cloud once', async () => {
  const { dataDir, env } = await place('store_running');
  await backhaul(['ingest'], { dataDir, input: ndjson(lines('store_running', 0, 1500)) });
  const engine = startBackhaul(['engine'], { dataDir, env });
  await engine.says(/engine started/);
  garble(dataDir, 'division_states', 10, 2);
  garble(dataDir, 'backhaul_division_states_session', 0, 1000);
  const whole = legible(dataDir);
  expect(whole.length).toBeGreaterThan(1400);
  expect(await send(dataDir, lines('store_running', 1500, 1700))).toBeLessThan(20_000);
  const status = async (): Promise<Status> =>
    (await backhaul(['status', '--json'], { dataDir })).json<Status>();
  await engine.says(/what could be read of a damaged database was brought back/);
  const told = (await status()).reasons.find(({ code }) => code === 'database_damaged');
  expect(told?.values.recovered).toBe(whole.length);
  expect(told?.message).toMatch(/set aside as .*records were brought back.*acknowledge/);
  const run = (await backhaul(['sync', '--mode', 'full', '--json'], { dataDir })).json<RunResult>();
  expect([run.status, run.verified]).toEqual(['success', true]);
  const captured = Array.from({ length: 200 }, (_, index) => 1500 + index);
  expect(await inCloud('store_running')).toEqual([...whole, ...captured]);
  expect((await doctor(dataDir)).of('set-aside-files')).toMatch(
    /^warning: .*was set aside on .* rows came back/,
  );
  expect((await backhaul(['errors', '--acknowledge', 'damage'], { dataDir })).stderr).toMatch(
    /Noted as seen: 1/,
  );
  expect((await status()).verdict).toBe('safe');
  engine.kill('SIGTERM');
  await engine.finished;
  expect(setAside(dataDir)).toHaveLength(1);
});

test('killed in the middle of bringing records back, it goes on at the next start and doubles nothing', async () => {
  const { dataDir, env } = await place('store_killed');
  await backhaul(['ingest'], { dataDir, input: ndjson(lines('store_killed', 0, 5000)) });
  garble(dataDir, 'division_states', 20, 1);
  const path = join(dataDir, 'detection_data.db');
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(pageSize), 0, pageSize, 0);
  closeSync(file);
  const before = readFileSync(path);
  const whole = legible(dataDir);
  const said = await doctor(dataDir);
  expect(said.of('database')).toMatch(
    /^critical: .*Do not delete it. Starting the engine.*brings back what can be read/,
  );
  const count = async (): Promise<number> => {
    if (setAside(dataDir).length === 0) return 0;
    try {
      return askFile<{ n: number }>(dataDir, 'SELECT count(*) AS n FROM division_states')[0]?.n ?? 0;
    } catch {
      return 0; // not made yet
    }
  };
  const engine = startBackhaul(['engine'], { dataDir, env });
  const reached = await until(count, (rows) => rows > 500);
  engine.kill();
  await engine.finished;
  expect(await count()).toBeLessThan(whole.length);
  expect(reached).toBeGreaterThan(500);
  const sync = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  const run = sync.json<RunResult>();
  expect([sync.code, run.status, run.verified]).toEqual([0, 'success', true]);
  expect(await inCloud('store_killed')).toEqual(whole);
  const { reasons } = (await backhaul(['status', '--json'], { dataDir, env })).json<Status>();
  expect(reasons.find(({ code }) => code === 'database_damaged')?.values.recovered).toBe(whole.length);
  expect(setAside(dataDir).map((kept) => kept.equals(before))).toEqual([true]);
});

test('no run is called verified while records of a damaged file are still on their way back', async () => {
  const { dataDir, env } = await place('store_early');
  await backhaul(['ingest'], { dataDir, input: ndjson(lines('store_early', 0, 6000)) });
  garble(dataDir, 'division_states', 10, 2);
  garble(dataDir, 'backhaul_division_states_unsynced', 0, 1000);
  const whole = legible(dataDir);
  const engine = startBackhaul(['engine'], { dataDir, env });
  await engine.says(/engine started/);
  const attached = await attachEngine(dataDir);
  const verified: boolean[] = [];
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; ) {
    const answer = await attached?.call('sync.start', { mode: 'full' }).catch(() => null);
    const held = (await inCloud('store_early')).length;
    verified.push(answer?.run.verified === true);
    if (answer?.run.verified) expect(held).toBe(whole.length);
    if (held === whole.length && answer?.run.verified) break;
  }
  expect(verified.at(-1)).toBe(true);
  expect(verified).toContain(false);
  attached?.close();
  engine.kill('SIGTERM');
  await engine.finished;
}, 60_000);
