import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { HealthReport } from '../../src-main/contract/health-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { type BridgeProducer, openProducer } from '../support/bridge-producer.ts';
import {
  backhaul,
  type CommandOptions,
  mainFile,
  type RunningCommand,
  startBackhaul,
} from '../support/command-line.ts';
import { askFile } from '../support/reading.ts';
import { openSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Promise 4 of SPEC 14: a permission, a disk or a file that goes away under a running engine. */

const withinMs = 6000;
/** No local cloud beside it: nothing here is sent. */
const env = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_none' };
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function startEngine(options: CommandOptions): Promise<RunningCommand> {
  const engine = startBackhaul(['engine'], { env, ...options });
  cleanUp.push(async () => {
    engine.kill();
    await engine.finished;
  });
  await engine.says(/engine started/);
  return engine;
}

function newDirectory(): string {
  const folder = temporaryFolder('lost');
  cleanUp.push(() => folder.remove());
  const dataDir = join(folder.path, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  return dataDir;
}

async function acknowledged(producer: BridgeProducer, count: number): Promise<void> {
  await expect.poll(() => producer.acked.length, { timeout: withinMs }).toBe(count);
}

const stored = (dataDir: string): unknown =>
  askFile(dataDir, 'SELECT count(*) AS rows, count(DISTINCT frame_number) AS frames FROM division_states')[0];

/** Without a capability, whoever runs the test: root is mapped to an ordinary user. */
const ordinaryUser = {
  program: ['unshare', '--user', '--map-user=1000', '--map-group=1000', process.execPath, mainFile],
} as const;

test('a permission that is lost stops the acknowledgements and is named; given back, all goes on by itself', async () => {
  const dataDir = newDirectory();
  const options = { dataDir, env, ...ordinaryUser };
  const engine = await startEngine(options);
  const detector = await openProducer(join(dataDir, 'bridge.sock'));
  cleanUp.push(() => detector.close());
  detector.say(20);
  await acknowledged(detector, 20);
  const file = join(dataDir, databaseFileName);
  const losses = [
    [file, 0o400, 0o600],
    [dataDir, 0o500, 0o700],
    [dataDir, 0o000, 0o700],
  ] as const;
  for (const [path, closed, open] of losses) {
    chmodSync(path, closed);
    cleanUp.push(() => chmodSync(path, open));
    const before = detector.acked.length;
    detector.say(20);
    await engine.says(/capture stopped acknowledging.*permission to write/);
    if (closed === 0o500) {
      const status = await backhaul(['status', '--json'], options);
      const { verdict, reasons } = status.json<Status>();
      expect([status.code, verdict, reasons[0]?.code]).toEqual([0, 'stopped', 'read_only']);
      expect(reasons[0]?.message).toMatch(/permission .* is gone\. .* give it back/);
    }
    expect(detector.acked.length).toBe(before);
    chmodSync(path, open);
    await acknowledged(detector, before + 20);
  }
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);

  chmodSync(dataDir, 0o500);
  const refused = await backhaul(['engine'], options);
  expect([refused.code, refused.stderr]).toEqual([
    5,
    expect.stringMatching(/cannot be used: EACCES.*make this one writable/),
  ]);
  const asked = await backhaul(['status', '--json'], options);
  expect([asked.code, asked.json<Status>().verdict]).toEqual([0, 'stopped']);
  expect(asked.json<Status>().streams.find(({ stream }) => stream === 'division_states')?.pending).toBe(80);
  chmodSync(dataDir, 0o700);
  expect(stored(dataDir)).toEqual({ rows: 80, frames: 80 });
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'an engine that starts after a %s, when its database may not be written, takes records once it may',
  async (end) => {
    const dataDir = newDirectory();
    const options = { dataDir, env, ...ordinaryUser };
    const first = await startEngine(options);
    const before = await openProducer(join(dataDir, 'bridge.sock'), 's1');
    before.say(20);
    await acknowledged(before, 20);
    before.close();
    first.kill(end);
    await first.finished;
    const files = readdirSync(dataDir).filter((name) => name.startsWith(databaseFileName));
    for (const name of files) chmodSync(join(dataDir, name), 0o400);
    const engine = await startEngine(options);
    await engine.says(/permission to write/);
    const detector = await openProducer(join(dataDir, 'bridge.sock'), 's2');
    cleanUp.push(() => detector.close());
    detector.say(20);
    await engine.says(/capture stopped acknowledging/);
    expect(detector.acked).toEqual([]);
    for (const name of files) chmodSync(join(dataDir, name), 0o600);
    await acknowledged(detector, 20);
    expect(askFile(dataDir, 'SELECT count(*) AS n FROM division_states')).toEqual([{ n: 40 }]);
  },
);

test('a disk that gives errors stops the acknowledgements until it gives none', async () => {
  const dataDir = newDirectory();
  const engine = await startEngine({ dataDir, env });
  const detector = await openProducer(join(dataDir, 'bridge.sock'));
  cleanUp.push(() => detector.close());
  const limitFiles = (to: string): void => {
    const { status } = spawnSync('prlimit', ['--pid', String(engine.child.pid), `--fsize=${to}:unlimited`]);
    expect(status).toBe(0);
  };
  detector.say(50);
  await acknowledged(detector, 50);
  limitFiles('4096');
  detector.say(50);
  await engine.says(/capture stopped acknowledging.*disk I\/O error/);
  expect(detector.acked.length).toBe(50);
  limitFiles('unlimited');
  await acknowledged(detector, 100);
  expect(stored(dataDir)).toEqual({ rows: 100, frames: 100 });
});

test('a disk that becomes read-only and writable again is told and got over; an engine that starts on one says so', async () => {
  const disk = await openSmallDisk('12m');
  cleanUp.push(() => disk.close());
  const dataDir = join(disk.path, 'data');
  const options = { dataDir, env, program: disk.program };
  const engine = await startEngine(options);
  const detector = await openProducer(disk.seen(join(dataDir, 'bridge.sock')));
  detector.say(30);
  await acknowledged(detector, 30);
  disk.readOnly(dataDir);
  detector.say(30);
  await engine.says(/capture stopped acknowledging.*is read-only/);
  const health = await backhaul(['health', '--json'], options);
  const capture = health.json<HealthReport>().checks.find(({ name }) => name === 'capture');
  expect([health.code, capture?.level, capture?.message]).toEqual([
    0,
    'critical',
    expect.stringMatching(/read-only\. What was acknowledged is safe; make it writable again/),
  ]);
  expect(detector.acked.length).toBe(30);
  disk.writable(dataDir);
  await acknowledged(detector, 60);
  detector.close();
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);

  disk.readOnly(dataDir);
  const refused = await backhaul(['engine'], options);
  expect([refused.code, refused.stderr]).toEqual([5, expect.stringMatching(/EROFS/)]);
  const status = await backhaul(['status', '--json'], options);
  const { verdict, streams } = status.json<Status>();
  const pending = streams.find(({ stream }) => stream === 'division_states')?.pending;
  expect([status.code, verdict, pending]).toEqual([0, 'stopped', 60]);
  const history = await backhaul(['history'], options);
  expect([history.code, history.stderr]).toEqual([
    0,
    expect.stringMatching(/EROFS.*What could be read is told/),
  ]);
  disk.writable(dataDir);
  await startEngine(options);
});

test('a database that is removed, moved or loses its journal under a running engine loses no acknowledged record', async () => {
  const dataDir = newDirectory();
  const engine = await startEngine({ dataDir, env });
  const detector = await openProducer(join(dataDir, 'bridge.sock'));
  cleanUp.push(() => detector.close());
  const file = join(dataDir, databaseFileName);
  const accidents = [
    () => rmSync(file),
    () => ['', '-wal', '-shm'].forEach((end) => void rmSync(file + end)),
    () => renameSync(file, `${file}.moved`),
    () => rmSync(`${file}-wal`),
    () => rmSync(`${file}-shm`),
  ];
  for (const [index, accident] of accidents.entries()) {
    detector.say(100);
    await acknowledged(detector, index * 200 + 100);
    accident();
    detector.say(100);
    await acknowledged(detector, index * 200 + 200);
  }
  expect(stored(dataDir)).toEqual({ rows: 1000, frames: 1000 });
  expect(engine.output().match(/Everything it held was written to/g)).toHaveLength(3);
  expect(engine.output().match(/What it held is in the database now/g)).toHaveLength(2);

  // A file that somebody put in its place is used from then on; what was open is kept beside it.
  const copy = `${file}.copy`;
  spawnSync('sh', ['-c', 'cp "$0" "$1" && rm -f "$0-wal" "$0-shm" && mv "$1" "$0"', file, copy]);
  detector.say(100);
  await engine.says(/Another file was put in the place.*Everything it held was written to .*rescued/);
  await acknowledged(detector, 1100);
  expect(readdirSync(dataDir).filter((name) => name.includes('.rescued-'))).toHaveLength(1);

  // While the whole folder is away nothing is acknowledged and nothing new is begun in its place.
  const folder = join(dataDir, '..');
  renameSync(dataDir, `${folder}/away`);
  detector.say(100);
  await engine.says(/capture stopped acknowledging.*folder of/);
  expect([detector.acked.length, readdirSync(folder)]).toEqual([1100, ['away']]);
  renameSync(`${folder}/away`, dataDir);
  await acknowledged(detector, 1200);
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);
  expect((stored(dataDir) as { frames: number }).frames).toBeGreaterThanOrEqual(200);
});
