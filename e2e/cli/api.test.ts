import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, listenTo } from '../../src-main/engine/api/api-fixture.ts';
import { openProducer } from '../support/bridge-producer.ts';
import { backhaul, type RunningCommand, startBackhaul } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('api-process');
const running: RunningCommand[] = [];
/** A cloud that does not answer. */
const env = {
  SUPABASE_URL: 'http://127.0.0.1:9',
  SUPABASE_PUBLISHABLE_KEY: `sb_publishable_${'x'.repeat(30)}`,
};

afterEach(async () => {
  for (const one of running.splice(0)) {
    one.kill();
    await one.finished;
  }
});
afterAll(() => folder.remove());

async function start(
  name: string,
  args: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
) {
  const dataDir = join(folder.path, name);
  const engine = startBackhaul(['engine', ...args], { dataDir, env: { ...env, ...more } });
  running.push(engine);
  await engine.says(/engine started/);
  return { dataDir, engine };
}

interface Address {
  readonly bridge: string;
  readonly api: { readonly port: number | null; readonly fault: string | null } | null;
}

const addressOf = (dataDir: string): Address =>
  JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as Address;

test('an engine whose port is taken captures all the same, says so, and answers when the port is free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { readonly port: number };
  const { dataDir, engine } = await start('taken', [], { BACKHAUL_API_PORT: String(port) });
  expect(addressOf(dataDir).api).toMatchObject({
    port: null,
    fault: expect.stringMatching(
      new RegExp(`^Port ${port} on 127.0.0.1 is taken by another program. Capture and sync go on`),
    ),
  });
  await engine.says(/the API cannot be made yet; it is tried again.*is taken by another program/);
  const producer = await openProducer(addressOf(dataDir).bridge);
  producer.say(10);
  await expect.poll(() => producer.acked.length).toBe(10);
  producer.close();
  const doctor = await backhaul(['doctor'], { dataDir, env });
  expect(doctor.stdout).toMatch(new RegExp(`warning .*api.*Port ${port} on 127.0.0.1 is taken`, 'i'));
  other.close();
  await engine.says(/the API is there now/);
  await expect.poll(() => addressOf(dataDir).api).toEqual({ port, fault: null });
  expect((await ask(port, '/health')).status).toBe(200);
  engine.kill('SIGTERM');
  expect((await engine.finished).code).toBe(0);
});

test('an engine with --no-api opens no port', async () => {
  const { dataDir, engine } = await start('none', ['--no-api']);
  expect(addressOf(dataDir).api).toBeNull();
  expect(listeningPorts(engine.child.pid ?? 0)).toEqual([]);
});

test('a thousand who listen, half of them asleep, keep no record waiting', async () => {
  const { dataDir, engine } = await start('crowd');
  const { bridge, api } = addressOf(dataDir);
  const port = api?.port ?? 0;
  const producer = await openProducer(bridge);
  const alone = await slowestAck(producer, 1000);
  const sockets = await openCrowd(port, 1000);
  const before = residentBytes(engine);
  const crowded = await slowestAck(producer, 1500);
  expect([producer.refused.length, producer.acked.length]).toEqual([0, producer.sent]);
  // How much longer, in milliseconds, README has; here only that they do not wait for those who sleep.
  expect(crowded).toBeLessThan(alone + 5000);
  expect((await ask(port, '/health')).status).toBe(200);
  const late = await listenTo(port);
  await late.until((told) => new Set(told.map(({ type }) => type)).size === 6);
  late.socket.terminate();
  expect(residentBytes(engine) - before).toBeLessThan(150e6);
  for (const socket of sockets) socket.terminate();
  producer.close();
});

/** Opens them fifty at a time; every second one reads nothing. */
async function openCrowd(port: number, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: 50 }, () => new WebSocket(`ws://127.0.0.1:${port}/ws`));
    await Promise.all(some.map((socket) => once(socket, 'open')));
    for (const [index, socket] of some.entries()) if (index % 2 === 0) socket.pause();
    sockets.push(...some);
  }
  return sockets;
}

/** Twenty records a second; milliseconds until the slowest of them was acknowledged. */
async function slowestAck(
  producer: Awaited<ReturnType<typeof openProducer>>,
  forMs: number,
): Promise<number> {
  let slowest = 0;
  for (const began = performance.now(); performance.now() - began < forMs; ) {
    const said = performance.now();
    producer.say(1);
    while (producer.acked.length < producer.sent) {
      if (performance.now() - said > 10_000) throw new Error('a record was not acknowledged');
      await delay(2);
    }
    slowest = Math.max(slowest, performance.now() - said);
    await delay(Math.max(0, 50 - (performance.now() - said)));
  }
  return slowest;
}

function residentBytes({ child }: RunningCommand): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** TCP ports that a process listens on. */
function listeningPorts(pid: number): number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`)
      .map((name) => linkOf(`/proc/${pid}/fd/${name}`))
      .flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []),
  );
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
    .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
