import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries } from './binaries.ts';
import { createDevice, sendParents, temporaryDataDir } from './cloud-under-test.ts';
import { chooseLauncher } from './launcher.ts';
import { localCloudPaths } from './paths.ts';
import { postmasterIsReady } from './postmaster.ts';
import {
  adminConnectionString,
  issueToken,
  type LocalCloudConnection,
  localCloudStatus,
  openLocalCloud,
  startLocalCloud,
  stopLocalCloud,
} from './service.ts';
import { supervisorLockIsHeld } from './supervisor-lock.ts';

const door = new URL('./service.ts', import.meta.url).href;
let folder: ReturnType<typeof temporaryDataDir>;
let paths: ReturnType<typeof localCloudPaths>;

beforeEach(() => {
  folder = temporaryDataDir();
  paths = localCloudPaths(folder.dataDir);
});

afterEach(async () => {
  await stopLocalCloud(folder.dataDir);
  folder.remove();
});

test('a cloud started by a command lives in a closed folder and ends with its lease', async () => {
  expect(await localCloudStatus(folder.dataDir)).toEqual({ running: false, held: false, connection: null });
  expect(existsSync(paths.folder)).toBe(false);
  const lease = await openLocalCloud(folder.dataDir, {});
  expect(lease.owned).toBe(true);
  expect((await localCloudStatus(folder.dataDir)).connection).toEqual(lease.connection);
  const processes = cloudProcesses();
  expect(statSync(folder.dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(paths.secrets).mode & 0o777).toBe(0o600);
  expect(argumentsOf(processes)).not.toMatch(secretWords());
  let exits = 0;
  lease.onExit(() => {
    exits += 1;
  });
  await lease.close();
  expect(processes.filter(isAlive)).toEqual([]);
  expect((await localCloudStatus(folder.dataDir)).running).toBe(false);
  expect(exits).toBe(0);
});

test('a second user joins the running cloud, and it stays until the last of them is done', async () => {
  const owner = await openLocalCloud(folder.dataDir, {});
  const guest = await openLocalCloud(folder.dataDir, {});
  expect([guest.owned, guest.connection]).toEqual([false, owner.connection]);
  await owner.close();
  expect(await answers(guest.connection)).toBe(true);
  await guest.close();
  expect((await localCloudStatus(folder.dataDir)).running).toBe(false);
});

test('two that open it at the same moment share one cloud', async () => {
  const [one, other] = await Promise.all([openLocalCloud(folder.dataDir), openLocalCloud(folder.dataDir)]);
  expect(one.connection).toEqual(other.connection);
  expect([one.owned, other.owned].filter(Boolean)).toHaveLength(1);
  await Promise.all([one.close(), other.close()]);
});

test('cloud start makes a detached cloud that outlives its starter and holds none of its pipes', async () => {
  const starter = runNode(
    `import { startLocalCloud } from '${door}'; await startLocalCloud(process.argv[1]);`,
  );
  const [code] = await once(starter, 'close'); // waits for the pipes too, not only for the process
  expect(code).toBe(0);
  const status = await localCloudStatus(folder.dataDir);
  expect(status.running).toBe(true);
  const guest = await openLocalCloud(folder.dataDir, {});
  await guest.close();
  expect((await localCloudStatus(folder.dataDir)).running).toBe(true);
  expect(await stopLocalCloud(folder.dataDir)).toEqual({ stopped: true });
  expect(await stopLocalCloud(folder.dataDir)).toEqual({ stopped: false });
  expect(await localCloudStatus(folder.dataDir)).toEqual({ running: false, held: true, connection: null });
  await expect(openLocalCloud(folder.dataDir, { respectHold: true })).rejects.toMatchObject({
    details: { held: true },
  });
  expect(await startLocalCloud(folder.dataDir)).toEqual(status.connection);
  expect((await localCloudStatus(folder.dataDir)).held).toBe(false);
});

test('cloud start takes over the cloud of a command, and cloud stop tells the one that uses it', async () => {
  const lease = await openLocalCloud(folder.dataDir, {});
  const exited = new Promise<void>((resolve) => lease.onExit(resolve));
  await startLocalCloud(folder.dataDir);
  const guest = await openLocalCloud(folder.dataDir, {});
  await lease.close();
  expect(await answers(guest.connection)).toBe(true);
  const guestExited = new Promise<void>((resolve) => guest.onExit(resolve));
  await stopLocalCloud(folder.dataDir);
  await guestExited;
  const late = await Promise.race([exited.then(() => 'told'), delay(100, 'not told after close')]);
  expect(late).toBe('not told after close');
});

test('an attached cloud dies with its killed owner, database and all', async () => {
  const owner = runNode(
    `import { openLocalCloud } from '${door}'; await openLocalCloud(process.argv[1]);
     process.stdout.write('ready'); setInterval(() => {}, 1000);`,
  );
  await once(owner.stdout ?? owner, 'data');
  const processes = cloudProcesses();
  expect(processes.length).toBeGreaterThanOrEqual(3);
  owner.kill('SIGKILL');
  await gone(processes);
});

test('a killed supervisor takes its children along, and the next start finds every record', async () => {
  const connection = await startLocalCloud(folder.dataDir);
  await writeLocation(connection, 'store_k');
  const processes = cloudProcesses();
  process.kill(supervisorPid(), 'SIGKILL');
  const again = await openLocalCloud(folder.dataDir, {});
  expect(again.connection).toEqual(connection);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(await readLocations(again.connection, 'store_k')).toEqual([{ location_id: 'store_k' }]);
  await again.close();
});

test('a server process that is killed comes back, and meanwhile the answer is 503', async () => {
  const lease = await openLocalCloud(folder.dataDir, {});
  await writeLocation(lease.connection, 'store_p');
  for (const pid of cloudProcesses().filter((each) => each !== supervisorPid())) killIfAlive(pid);
  const token = await issueToken(folder.dataDir, { locationId: 'store_p', readOnly: true, ttlSeconds: 60 });
  const device = createDevice(lease.connection, token);
  expect((await device.select('ASE_locations')).status).toBe(503);
  await expect.poll(async () => (await device.select('ASE_locations')).status, { timeout: 45_000 }).toBe(200);
  await lease.close();
});

test('a postmaster.pid of no process, of another program or of a zombie does not keep it from starting', async () => {
  await (await openLocalCloud(folder.dataDir, {})).close();
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const zombie = Number(String((await once(parent.stdout, 'data'))[0]));
  await expect.poll(() => isAlive(zombie)).toBe(false);
  for (const pid of [4_000_000, process.pid, zombie]) {
    const lines = [pid, paths.database, 1763783000, 5432, '', '127.0.0.1', ''];
    writeFileSync(join(paths.database, 'postmaster.pid'), lines.join('\n'));
    const lease = await openLocalCloud(folder.dataDir, {});
    expect(await answers(lease.connection)).toBe(true);
    await lease.close();
  }
  parent.kill();
});

test('a PostgreSQL of this directory that runs without its supervisor is shut down and replaced', async () => {
  const before = await openLocalCloud(folder.dataDir, {});
  await before.close();
  const { postgres } = findBinaries();
  const port = before.connection.postgres.port;
  const options = ['-D', paths.database, '-p', String(port), '-c', 'unix_socket_directories='];
  const command = chooseLauncher(paths.database, paths.folder, postgres).wrap(
    { file: postgres, args: options },
    'TERM',
  );
  const orphan = spawn(command.file, [...command.args], { stdio: 'ignore' });
  const ended = once(orphan, 'exit');
  await expect.poll(() => postmasterIsReady(paths.database, orphan.pid ?? 0), { timeout: 45_000 }).toBe(true);
  const lease = await openLocalCloud(folder.dataDir, {});
  expect((await ended)[0]).toBe(0);
  expect(lease.connection).toEqual(before.connection);
  expect(await answers(lease.connection)).toBe(true);
  await lease.close();
});

test('a port that another program has taken is replaced, and the others stay', async () => {
  const first = await openLocalCloud(folder.dataDir, {});
  await first.close();
  const port = Number(new URL(first.connection.url).port);
  const foreign = createServer().listen(port, '127.0.0.1');
  await once(foreign, 'listening');
  const second = await openLocalCloud(folder.dataDir, {});
  expect(second.connection.url).not.toBe(first.connection.url);
  expect(second.connection.postgres).toEqual(first.connection.postgres);
  await second.close();
  foreign.close();
});

test('a start that fails says where to look', async () => {
  const lease = await openLocalCloud(folder.dataDir, {});
  await lease.close();
  writeFileSync(join(paths.database, 'PG_VERSION'), '9.6\n');
  const failure = openLocalCloud(folder.dataDir, {});
  await expect(failure).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('postgres.log'),
  });
  writeFileSync(join(paths.database, 'PG_VERSION'), '18\n');
});

test('root needs no user namespace where another user can reach the programs, and says so where none can', async () => {
  const programs = join(folder.dataDir, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const starter = runNode(
    `import { startLocalCloud } from '${door}';
     process.env.PATH = process.argv[1] + '/programs:' + process.env.PATH;
     await startLocalCloud(process.argv[1]).catch((error) => {
       process.stdout.write(error.message);
       process.exitCode = error.code === 'misconfigured' ? 5 : 1;
     });`,
  );
  const words = text(starter.stdout as Readable);
  const [exit] = await once(starter, 'close');
  if (isRoot && isClosedToOthers(import.meta.dirname)) {
    expect(exit).toBe(5);
    expect(await words).toContain('Run Backhaul as an ordinary user');
  } else {
    expect(exit).toBe(0);
  }
  await writeLocation(await startLocalCloud(folder.dataDir), 'store_n');
  await stopLocalCloud(folder.dataDir);
});

test('a cancelled start leaves nothing behind', async () => {
  const opening = new AbortController();
  const failure = openLocalCloud(folder.dataDir, { signal: opening.signal });
  setTimeout(() => opening.abort(), 150);
  await expect(failure).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => supervisorLockIsHeld(paths.lock), { timeout: 45_000 }).toBe(false);
});

test('tokens are made with the cloud stopped, the superuser connection is not', async () => {
  const token = await issueToken(folder.dataDir, { locationId: '门店', readOnly: false, ttlSeconds: 60 });
  expect(token.split('.')).toHaveLength(3);
  await expect(adminConnectionString(folder.dataDir)).rejects.toMatchObject({ code: 'unavailable' });
});

const isRoot = process.getuid?.() === 0;

/** A checkout below a closed folder can be reached by its owner alone. */
function isClosedToOthers(path: string): boolean {
  const parent = dirname(path);
  return (statSync(path).mode & 0o001) === 0 || (parent !== path && isClosedToOthers(parent));
}

function runNode(source: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', source, folder.dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function supervisorPid(): number {
  return JSON.parse(readFileSync(paths.state, 'utf8')).pid;
}

/** The supervisor, PostgREST, PostgreSQL and what that has started. */
function cloudProcesses(): readonly number[] {
  const parents = new Map(
    execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]),
  );
  const supervisor = supervisorPid();
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === supervisor || isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow);
}

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

async function gone(processes: readonly number[]): Promise<void> {
  await expect.poll(() => processes.filter(isAlive), { timeout: 45_000 }).toEqual([]);
}

function killIfAlive(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

function argumentsOf(processes: readonly number[]): string {
  return processes.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).join('\n');
}

function secretWords(): RegExp {
  const secrets: Record<string, string> = JSON.parse(readFileSync(paths.secrets, 'utf8'));
  return new RegExp(Object.values(secrets).join('|'));
}

async function answers(connection: LocalCloudConnection): Promise<boolean> {
  return Array.isArray(await readLocations(connection, 'anyone'));
}

async function writeLocation(connection: LocalCloudConnection, locationId: string): Promise<void> {
  const token = await issueToken(folder.dataDir, { locationId, readOnly: false, ttlSeconds: 60 });
  await sendParents(createDevice(connection, token), locationId, '20251213_143500_camera_35');
}

async function readLocations(connection: LocalCloudConnection, locationId: string): Promise<unknown> {
  const token = await issueToken(folder.dataDir, { locationId, readOnly: true, ttlSeconds: 60 });
  return (await createDevice(connection, token).select('ASE_locations?select=location_id')).body;
}
