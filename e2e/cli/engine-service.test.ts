import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import { backhaul, projectRoot, type RunningCommand, startBackhaul } from '../support/command-line.ts';
import { nothingRunsOn, processesOf } from '../support/processes.ts';
import { askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('service');
const locationId = 'store_service';
let cloud: TestCloud;
let env: Record<string, string>;
const running: RunningCommand[] = [];

beforeAll(async () => {
  cloud = await startTestCloud();
  env = {
    SUPABASE_URL: cloud.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
  };
});

afterEach(async () => {
  for (const one of running.splice(0)) {
    one.kill();
    await one.finished;
  }
  // A detector outlives an engine that is killed.
  for (const { pid } of processesOf(join(folder.path, 'starts.txt'))) process.kill(pid, 'SIGKILL');
});

afterAll(async () => {
  await nothingRunsOn(folder.path);
  await cloud.close();
  folder.remove();
});

async function startEngine(
  dataDir: string,
  over: Readonly<Record<string, string>> = env,
): Promise<RunningCommand> {
  const engine = startBackhaul(['engine', '--no-api'], { dataDir, env: over });
  running.push(engine);
  await engine.says(/engine started/);
  return engine;
}

interface Address {
  readonly pid: number;
  readonly bridge: string;
  readonly control: string;
}

const addressOf = (dataDir: string): Address =>
  JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as Address;

function countStates(dataDir: string): number {
  const sql = 'SELECT (SELECT count(*) FROM division_states) + (SELECT count(*) FROM table_states) AS n';
  return askFile<{ n: number }>(dataDir, sql)[0]?.n ?? Number.NaN;
}

test('a second engine on a directory refuses, commands attach to the first, SIGTERM ends it cleanly', async () => {
  const dataDir = join(folder.path, 'one');
  const engine = await startEngine(dataDir);
  const second = await backhaul(['engine'], { dataDir, env });
  expect([second.code, second.stdout]).toEqual([4, '']);
  expect(second.stderr).toMatch(/Another Backhaul engine already runs .* Nothing was changed/);
  const recording = makeRecording({ locationId, states: 200, sessions: 2 });
  const ingest = await backhaul(['ingest', '--json'], { dataDir, env, input: ndjson(recording.lines) });
  expect([ingest.code, ingest.json()]).toMatchObject([0, { received: 203, committed: 203 }]);
  const run = (await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env })).json<RunResult>();
  expect([run.status, run.sent, run.verified]).toEqual(['success', 205, true]);
  const status = (await backhaul(['status', '--json'], { dataDir })).json<Status>();
  expect([status.verdict, status.cloud.kind, status.cloud.reachable]).toEqual(['safe', 'supabase', true]);
  expect(status.capture).toMatchObject({
    total_division_inserts: 67,
    total_table_inserts: 133,
    pending_table: 0,
  });
  expect((await backhaul(['verify'], { dataDir })).code).toBe(0);
  const { control, bridge, pid } = addressOf(dataDir);
  expect([pid, statSync(control).mode & 0o777, statSync(bridge).mode & 0o777]).toEqual([
    engine.child.pid,
    0o600,
    0o600,
  ]);
  engine.kill('SIGTERM');
  expect(await engine.finished).toMatchObject({ code: 0, signal: null, stdout: '' });
  expect([existsSync(control), existsSync(bridge), existsSync(join(dataDir, 'engine.json'))]).toEqual([
    false,
    false,
    false,
  ]);
  expect(differences(await cloudRows(cloud.sql, locationId), recording.rows)).toEqual(noDifferences);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'when the engine gets %s in the middle of an ingest, the command takes over and loses and doubles nothing',
  async (signal) => {
    const dataDir = join(folder.path, signal);
    const engine = await startEngine(dataDir);
    const recording = makeRecording({ locationId, states: 12_000, sessions: 3 });
    const torn = '{"type":"division_state"\n';
    const input = ndjson(recording.lines.map((line, seq) => ({ ...line, seq })));
    const ingest = startBackhaul(['ingest', '-', '--ack', '--json'], {
      dataDir,
      env,
      input: torn + input + torn,
    });
    await ingest.says(/"seq":2\d\d\d\}/);
    engine.kill(signal);
    await engine.finished;
    const result = await ingest.finished;
    const replies = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; seq?: number });
    expect(replies.map(({ type, seq }) => [type, seq])).toEqual([
      ['error', undefined],
      ...recording.lines.map((_, seq) => ['ack', seq]),
      ['error', undefined],
    ]);
    const summary = JSON.parse(result.stderr.trim().split('\n').at(-1) ?? '') as Record<string, number>;
    expect([result.code, summary]).toMatchObject([3, { received: recording.lines.length + 2, refused: 2 }]);
    expect(summary.committed).toBe(recording.lines.length - (summary.duplicates ?? 0));
    expect(countStates(dataDir)).toBe(12_000);
    expect((await backhaul(['status'], { dataDir })).code).toBe(0);
  },
);

test('an ingest that takes over in the middle of a recording makes the states of an uninterrupted one', async () => {
  const demo = (name: string): string => join(projectRoot, 'resources', 'demo', name);
  const read = (name: string): string => readFileSync(demo(name), 'utf8');
  const lines = (read('plaza-session.ndjson') + read('plaza-detections.ndjson')).match(/.*\n/g) ?? [];
  const dataDir = join(folder.path, 'recording');
  const engine = await startEngine(dataDir);
  const args = ['ingest', '-', '--ack', '--zones', demo('plaza-zones.json')];
  const ingest = startBackhaul(args, { dataDir, openInput: true });
  running.push(ingest);
  ingest.child.stdin?.write(lines.slice(0, 150).join(''));
  await ingest.says(/"line":150\b/);
  process.kill(engine.child.pid ?? 0, 'SIGSTOP');
  ingest.child.stdin?.write(lines[150] ?? '');
  await delay(100);
  engine.kill('SIGKILL');
  // The producer sends nothing more before this answer: it must come from the engine that takes over.
  await ingest.says(/"line":151\b/);
  ingest.child.stdin?.end(lines.slice(151).join(''));
  const { code } = await ingest.finished;
  expect([code, countStates(dataDir)]).toEqual([0, 26]);
  expect(askFile(dataDir, 'SELECT DISTINCT session_id FROM table_states')).toEqual([
    { session_id: '20251213_143500_camera_35' },
  ]);
});

test('a producer on the bridge socket hears of a line only after it is in the file', async () => {
  const dataDir = join(folder.path, 'socket');
  await startEngine(dataDir);
  const { lines } = makeRecording({ locationId, states: 300, sessions: 1 });
  const socket = connect(addressOf(dataDir).bridge);
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  for (const [seq, line] of lines.entries()) socket.write(`${JSON.stringify({ ...line, seq })}\n`);
  let heard = 0;
  for (let reply = await replies.next(); !reply.done; reply = await replies.next()) {
    expect(JSON.parse(reply.value)).toEqual({ type: 'ack', seq: heard });
    if (heard % 50 === 49) expect(countStates(dataDir)).toBeGreaterThanOrEqual(heard - 1);
    heard += 1;
    if (heard === lines.length) break;
  }
  socket.write('torn\n{"type":"session_end","session_id":"x","seq":7}\n');
  expect(JSON.parse(String((await replies.next()).value))).toMatchObject({
    type: 'error',
    code: 'invalid_json',
  });
  expect(JSON.parse(String((await replies.next()).value))).toMatchObject({
    type: 'error',
    seq: 7,
    code: 'invalid_shape',
  });
  socket.destroy();
});

test('a detector that ends or is killed is started again, and its lines go in', async () => {
  const dataDir = join(folder.path, 'detector');
  mkdirSync(dataDir);
  const record = join(folder.path, 'starts.txt');
  const detector = `
    const { appendFileSync, readFileSync } = require('node:fs');
    appendFileSync(process.argv[1], process.pid + '\\n');
    const start = readFileSync(process.argv[1], 'utf8').split('\\n').length - 1;
    process.stderr.write('x'.repeat(300000) + '\\n');
    const say = (frame) => console.log(JSON.stringify({ type: 'division_state', session_id: 's_' + start,
      camera_id: 'c', location_id: '${locationId}', frame_number: frame, timestamp_video: 1, state: 'RED',
      walking_waiters: 0, service_waiters: 0 }));
    say(1);
    if (start === 1) process.exit(3);
    setInterval(() => {}, 1000);`;
  writeFileSync(
    join(dataDir, 'config.json'),
    JSON.stringify({ capture: { command: [process.execPath, '-e', detector, record] } }),
  );
  const starts = (): string[] =>
    existsSync(record)
      ? readFileSync(record, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [];
  const engine = await startEngine(dataDir);
  await expect.poll(() => starts().length, { timeout: 45_000 }).toBe(2);
  await expect.poll(() => countStates(dataDir), { timeout: 5000 }).toBe(2);
  process.kill(Number(starts()[1]), 'SIGKILL');
  await expect.poll(() => starts().length, { timeout: 45_000 }).toBe(3);
  await expect.poll(() => countStates(dataDir), { timeout: 5000 }).toBe(3);
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);
  expect(existsSync(`/proc/${starts()[2]}`)).toBe(false);
});

test('in a data directory with a path of more than 100 bytes everything works as in a short one', async () => {
  const dataDir = join(folder.path, '很长的文件夹 with spaces'.repeat(4), 'data');
  const runtime = join(folder.path, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const here = { ...env, XDG_RUNTIME_DIR: runtime };
  const engine = await startEngine(dataDir, here);
  expect(Buffer.byteLength(addressOf(dataDir).control)).toBeLessThanOrEqual(100);
  const { lines } = makeRecording({ locationId, states: 20, sessions: 1 });
  const ingest = await backhaul(['ingest', '--json'], { dataDir, env: here, input: ndjson(lines) });
  expect(ingest.json()).toMatchObject({ received: 22, committed: 22 });
  // Another terminal need not have the same environment.
  expect(
    (await backhaul(['status', '--json'], { dataDir })).json<Status>().capture.total_commits,
  ).toBeGreaterThan(0);
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);
  expect((await backhaul(['sync', '--mode', 'full'], { dataDir, env: here })).code).toBe(0);
});

test('a killed engine leaves nothing in the way: the next one starts and finishes its run', async () => {
  const dataDir = join(folder.path, 'killed');
  const engine = await startEngine(dataDir);
  const recording = makeRecording({ locationId, states: 40, sessions: 1 });
  await backhaul(['ingest'], { dataDir, env, input: ndjson(recording.lines) });
  engine.kill('SIGKILL');
  await engine.finished;
  expect(existsSync(join(dataDir, 'engine.json'))).toBe(true);
  await startEngine(dataDir);
  const run = (await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env })).json<RunResult>();
  expect([run.status, run.failed]).toEqual(['success', 0]);
});

test('a sync attached to a command takes over when that command is killed, and finishes', async () => {
  const dataDir = join(folder.path, 'owner');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'config.json'), '{ "sync": { "batchSize": 10, "lanes": 1 } }');
  const recording = makeRecording({ locationId, states: 1500, sessions: 5 });
  const owner = startBackhaul(['ingest', '--ack'], { dataDir, env, openInput: true });
  running.push(owner);
  owner.child.stdin?.write(ndjson(recording.lines));
  await owner.says(/"line":1506\b/);
  const sync = startBackhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  const marked = (): number =>
    askFile<{ n: number }>(dataDir, 'SELECT count(*) AS n FROM table_states WHERE synced_to_cloud = 1')[0]
      ?.n ?? 0;
  await expect.poll(marked, { timeout: 45_000, interval: 10 }).toBeGreaterThan(50);
  owner.kill();
  const result = await sync.finished;
  expect([result.code, result.json<RunResult>().status]).toEqual([0, 'success']);
  expect(marked()).toBe(1000);
  const runs = (await backhaul(['history', '--json'], { dataDir })).json<RunResult[]>();
  expect(runs.map(({ status }) => status)).toEqual(['success', 'interrupted']);
});

test('an engine that hangs is named at once by every command, which then ends', async () => {
  const dataDir = join(folder.path, 'hanging');
  const engine = await startEngine(dataDir);
  process.kill(addressOf(dataDir).pid, 'SIGSTOP');
  try {
    const status = await backhaul(['status', '--json'], { dataDir, env });
    expect([status.code, status.stdout]).toEqual([4, '']);
    expect(status.stderr).toMatch(/process \d+\) takes the call but does not answer/);
  } finally {
    process.kill(addressOf(dataDir).pid, 'SIGCONT');
  }
  expect((await backhaul(['status', '--json'], { dataDir, env })).code).toBe(0);
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);
});
