import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import { backhaul, type RunningCommand, startBackhaul } from '../support/command-line.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('unattended');
const dataDir = join(folder.path, 'store');
let cloud: TestCloud;
let proxy: CuttingProxy;
let env: Record<string, string>;
let engine: RunningCommand;

beforeAll(async () => {
  cloud = await startTestCloud();
  proxy = await startCuttingProxy(cloud.url);
  env = {
    SUPABASE_URL: proxy.url,
    SUPABASE_ANON_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token('store_1'),
    BACKHAUL_SYNC_ATTEMPTS: '1',
  };
  engine = startBackhaul(['engine'], { dataDir, env, withinMs: 120_000 });
  await engine.says(/engine started/);
});

afterAll(async () => {
  engine.kill('SIGTERM');
  await engine.finished;
  await proxy.close();
  await cloud.close();
  folder.remove();
});

function states(from: number, to: number): string {
  const lines: string[] = [];
  for (let frame = from; frame < to; frame += 1) {
    lines.push(
      JSON.stringify({
        type: 'division_state',
        session_id: 's1',
        camera_id: 'camera_35',
        location_id: 'store_1',
        frame_number: frame,
        timestamp_video: frame,
        state: 'GREEN',
        walking_area_waiters: 1,
        service_area_waiters: 0,
      }),
    );
  }
  return `${lines.join('\n')}\n`;
}

async function status(): Promise<Status> {
  return (await backhaul(['status', '--json'], { dataDir, env })).json<Status>();
}

/** Asks until it is so. */
async function until<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + 40_000;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (performance.now() > deadline) throw new Error(`It never came to be so: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const inCloud = async (): Promise<number> => {
  const rows = await cloud.sql<{ n: number }>('SELECT count(*)::int AS n FROM "ASE_division_states"');
  return rows[0]?.n ?? 0;
};

test('an outage mends itself: offline says since when, and what waits goes by itself when the cloud is back', async () => {
  proxy.treat(() => 'reset before');
  await backhaul(['ingest', '-'], { dataDir, env, input: states(0, 50) });
  const failed = await backhaul(['sync', '--mode', 'hourly', '--json'], { dataDir, env });
  expect([failed.code, failed.json<RunResult>().errorGroup]).toEqual([4, 'network']);
  const offline = await until(status, (one) => one.verdict === 'offline');
  expect(offline.reasons[0]).toMatchObject({ code: 'cloud_unreachable' });
  expect(Date.parse(offline.cloud.since ?? '')).toBeLessThanOrEqual(Date.now());
  proxy.treat(() => 'pass');
  const safe = await until(status, (one) => one.verdict === 'safe');
  expect(safe.lastRun).toMatchObject({
    trigger: 'catch-up',
    mode: 'full',
    status: 'success',
    verified: true,
  });
  expect(await inCloud()).toBe(50);
});

test('head office sees the run and the heartbeat of the box', async () => {
  const ask = () =>
    cloud.sql<{ sync_type: string; verdict: string | null }>(
      `SELECT DISTINCT sync_type, verdict FROM "ASE_sync_status" WHERE location_id = 'store_1' ORDER BY 1`,
    );
  await until(ask, (rows) => rows.some((row) => row.sync_type === 'heartbeat' && row.verdict === 'safe'));
  expect((await ask()).map((row) => row.sync_type)).toContain('full');
});

test('what a person retries goes at once', async () => {
  await cloud.sql(
    `ALTER TABLE "ASE_division_states" ADD CONSTRAINT odd CHECK (frame_number <> 60) NOT VALID`,
  );
  await backhaul(['ingest', '-'], { dataDir, env, input: states(50, 70) });
  const run = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  expect([run.code, run.json<RunResult>().quarantined]).toEqual([3, 1]);
  await cloud.sql('ALTER TABLE "ASE_division_states" DROP CONSTRAINT odd');
  await backhaul(['quarantine', 'retry', '--all'], { dataDir, env });
  await until(inCloud, (count) => count === 70);
  expect((await until(status, (one) => one.verdict === 'safe')).streams.at(-2)).toMatchObject({
    quarantined: 0,
    pending: 0,
  });
});

test('a pause shows, holds the schedule back and ends with resume', async () => {
  const paused = await backhaul(['pause', '--for', '2h', '--json'], { dataDir, env });
  const { pausedUntil } = paused.json<{ pausedUntil: string }>();
  const now = await status();
  expect([now.pausedUntil, now.reasons.at(-1)?.code]).toEqual([pausedUntil, 'paused']);
  expect((await backhaul(['pause', '--for', '25h'], { dataDir, env })).code).toBe(2);
  await backhaul(['resume'], { dataDir, env });
  expect((await status()).pausedUntil).toBeNull();
});

test('the log is JSON lines and tells what happened', () => {
  const lines = readFileSync(join(dataDir, 'logs', 'engine.log'), 'utf8')
    .trim()
    .split('\n');
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages).toEqual(
    expect.arrayContaining([
      'engine started',
      'the cloud does not answer',
      'the cloud answers',
      'run finished',
    ]),
  );
  expect(lines.join('')).not.toContain(env.BACKHAUL_DEVICE_TOKEN);
});
