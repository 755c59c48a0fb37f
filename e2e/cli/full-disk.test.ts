import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HealthReport } from '../../src-main/contract/health-shapes.ts';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { type BridgeProducer, openProducer } from '../support/bridge-producer.ts';
import { backhaul, type CommandResult, type RunningCommand, startBackhaul } from '../support/command-line.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { openSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

/** Promise 4 of SPEC 14: a full disk is told, nothing acknowledged is lost, and all goes on by itself. */

let cloud: TestCloud;
let proxy: CuttingProxy;
let env: Record<string, string>;
let disk: SmallDisk;
let dataDir: string;
const running: RunningCommand[] = [];

beforeAll(async () => {
  cloud = await startTestCloud();
  proxy = await startCuttingProxy(cloud.url);
  env = {
    SUPABASE_URL: proxy.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token('store_1'),
  };
});
beforeEach(async () => {
  disk = await openSmallDisk('12m');
  dataDir = join(disk.path, 'data');
});
afterEach(async () => {
  proxy.onAnswer(() => undefined);
  for (const one of running.splice(0)) {
    one.kill();
    await one.finished;
  }
  await disk.close();
});
afterAll(async () => {
  await proxy?.close();
  await cloud?.close();
});

const run = (...args: readonly string[]): Promise<CommandResult> =>
  backhaul(args, { dataDir, env, program: disk.program });

async function startEngine(more: Readonly<Record<string, string>> = {}): Promise<RunningCommand> {
  const engine = startBackhaul(['engine'], { dataDir, env: { ...env, ...more }, program: disk.program });
  running.push(engine);
  await engine.says(/engine started/);
  return engine;
}

const produce = (session: string, padding = 500): Promise<BridgeProducer> =>
  openProducer(disk.seen(join(dataDir, 'bridge.sock')), session, padding);

const stored = (session: string): unknown =>
  disk.ask(
    join(dataDir, databaseFileName),
    `SELECT count(*) AS rows, count(DISTINCT frame_number) AS frames FROM division_states WHERE session_id = '${session}'`,
  )[0];

async function stopEngine(engine: RunningCommand): Promise<void> {
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);
}

test('a disk that fills up stops the acknowledgements, is told in every way, and when there is room all goes on by itself', async () => {
  const engine = await startEngine();
  const detector = await produce('s1');
  detector.say(300);
  await expect.poll(() => detector.acked.length).toBe(300);
  disk.fill();
  detector.say(3000);
  await engine.says(/capture stopped acknowledging/);
  const ackedBefore = detector.acked.length;

  const status = await run('status', '--json');
  const { verdict, reasons } = status.json<Status>();
  expect([status.code, verdict]).toEqual([0, 'stopped']);
  expect(reasons[0]?.code).toBe('capture_stopped');
  expect(reasons[0]?.message).toMatch(/The disk is full\. What was acknowledged is safe; free some space/);
  const health = await run('health', '--json');
  const { level, checks } = health.json<HealthReport>();
  const critical = checks.filter((check) => check.level === 'critical').map(({ name }) => name);
  expect([health.code, level, critical]).toEqual([0, 'critical', ['capture', 'disk']]);
  const doctor = await run('doctor');
  expect([doctor.code, doctor.stdout]).toEqual([
    5,
    expect.stringMatching(/CRITICAL +disk: The disk is full/),
  ]);
  const sync = await run('sync', '--mode', 'full');
  expect([sync.code, sync.stderr]).toEqual([5, expect.stringMatching(/disk is full.*free some space/)]);
  expect(detector.acked.length).toBe(ackedBefore);

  disk.free();
  await expect.poll(() => detector.acked.length).toBe(3300);
  expect(stored('s1')).toEqual({ rows: 3300, frames: 3300 });
  expect(detector.refused).toEqual([]);
  const after = (await run('sync', '--mode', 'full', '--json')).json<RunResult>();
  expect([after.status, after.verified, after.sent + after.duplicates]).toEqual(['success', true, 3303]);
  await stopEngine(engine);
});

test('on a full disk an engine starts, says why it takes nothing, is found by commands, and begins when there is room', async () => {
  dataDir = join(disk.path, 'fresh');
  disk.fill();
  const engine = await startEngine();
  const detector = await produce('s2');
  detector.say(10);
  await engine.says(/capture stopped acknowledging.*disk is full/);
  expect(existsSync(disk.seen(join(dataDir, 'engine.json')))).toBe(false);
  const status = (await run('status', '--json')).json<Status>();
  expect([status.verdict, status.reasons[0]?.message]).toEqual([
    'stopped',
    expect.stringContaining('The disk is full'),
  ]);
  expect(detector.acked).toEqual([]);
  disk.free();
  await expect.poll(() => detector.acked.length).toBe(10);
  await expect.poll(() => existsSync(disk.seen(join(dataDir, 'engine.json')))).toBe(true);
  expect(stored('s2')).toEqual({ rows: 10, frames: 10 });
  const log = readFileSync(disk.seen(join(dataDir, 'logs', 'engine.log')), 'utf8');
  expect(log).toContain('capture acknowledges again');
  await stopEngine(engine);
});

test('where no further file can be made an engine starts and commands answer, and the bridge listens when one can', async () => {
  expect((await run('status')).code).toBe(0);
  disk.filesLeft(0);
  const status = await run('status', '--json');
  const { verdict, reasons } = status.json<Status>();
  expect([status.code, verdict]).toEqual([0, 'stopped']);
  expect(reasons[0]?.message).toMatch(/acknowledged is safe.*df -i/);
  const engine = await startEngine();
  await engine.says(/the socket of the bridge cannot be made yet/);
  disk.filesLeft(null);
  await expect.poll(() => existsSync(disk.seen(join(dataDir, 'engine.json')))).toBe(true);
  const detector = await produce('s4');
  detector.say(10);
  await expect.poll(() => detector.acked.length).toBe(10);
  expect((await run('status', '--json')).json<Status>().verdict).not.toBe('stopped');
  await stopEngine(engine);
});

test('commands that only ask answer on a full disk without an engine, and ingest waits until there is room', async () => {
  disk.fill();
  const status = await run('status', '--json');
  expect([status.code, status.json<Status>().verdict]).toEqual([0, 'stopped']);
  expect((await run('health')).code).toBe(0);
  const lines = Array.from({ length: 200 }, (_, frame) =>
    JSON.stringify({
      ...{
        type: 'table_state',
        session_id: 's3',
        camera_id: 'camera_1',
        location_id: 'store_1',
        table_id: 'T1',
      },
      ...{ frame_number: frame, timestamp_video: frame, state: 'BUSY', customers_count: 2, waiters_count: 0 },
    }),
  );
  const ingest = startBackhaul(['ingest', '-', '--json'], {
    ...{ dataDir, env, program: disk.program },
    input: `${lines.join('\n')}\n`,
  });
  running.push(ingest);
  await ingest.says(/Capture has stopped, nothing is lost: .*The disk is full/);
  disk.free();
  const result = await ingest.finished;
  expect([result.code, result.json()]).toMatchObject([0, { received: 200, committed: 200, refused: 0 }]);
  expect(result.stderr).toContain('Capture goes on.');
});

test('a sync that cannot mark what it sent ends with the reason; the next finds it in the cloud and marks it', async () => {
  const first = await startEngine();
  const detector = await produce('s4', 0);
  detector.say(3000);
  await expect.poll(() => detector.acked.length, { timeout: 45_000 }).toBe(3000);
  // Its journal is emptied, so that no mark fits into it.
  await stopEngine(first);
  // What this test counts is sent by the runs that it asks for.
  const engine = await startEngine({ BACKHAUL_SYNC_CATCH_UP: 'false' });
  // The cloud has committed it; the answer is passed on to a full disk.
  proxy.onAnswer(({ method, url }) => {
    if (method === 'POST' && url?.includes('ASE_division_states')) disk.fill();
  });
  const full = await run('sync', '--mode', 'full', '--json');
  const broken = full.json<RunResult>();
  expect([full.code, broken.faultCode, broken.errorGroup]).toEqual([5, 'storage', 'storage']);
  expect(broken.error).toMatch(/disk is full/);
  expect((await run('cleanup', '--older-than', '0s')).code).toBe(5);
  proxy.onAnswer(() => undefined);
  disk.free();
  const again = (await run('sync', '--mode', 'full', '--json')).json<RunResult>();
  expect([again.status, again.verified, again.failed]).toEqual(['success', true, 0]);
  expect(again.duplicates).toBeGreaterThan(0);
  const open = (): unknown =>
    disk.ask(
      join(dataDir, databaseFileName),
      "SELECT count(*) AS n FROM sync_status WHERE status = 'running'",
    );
  await expect.poll(open).toEqual([{ n: 0 }]);
  const inCloud = await cloud.sql(
    `SELECT count(*)::int AS rows FROM "ASE_division_states" WHERE session_id = 's4'`,
  );
  expect(inCloud).toEqual([{ rows: 3000 }]);
  expect((await run('cleanup', '--older-than', '0s')).code).toBe(0);
  expect(stored('s4')).toEqual({ rows: 0, frames: 0 });
  await stopEngine(engine);
});
