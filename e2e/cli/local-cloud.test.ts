import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import { backhaul, projectRoot } from '../support/command-line.ts';
import { nothingRunsOn, postgresServers, processesOf } from '../support/processes.ts';
import { asAnalyst, type CloudStatus, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('local-cloud');
const dataDir = join(folder.path, 'hall');
let cloud: CloudStatus;

beforeAll(async () => {
  mkdirSync(dataDir, { mode: 0o700 });
  cloud = (await backhaul(['cloud', 'start', '--json'], { dataDir })).json<CloudStatus>();
});

afterAll(async () => {
  await backhaul(['cloud', 'stop'], { dataDir });
  await nothingRunsOn(folder.path);
  folder.remove();
});

async function token(...flags: string[]): Promise<string> {
  const { code, stdout } = await backhaul(['cloud', 'token', ...flags], { dataDir });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
  return stdout.trim();
}

const http = (path: string, bearer: string | null, init: RequestInit = {}): Promise<Response> =>
  fetch(`${cloud.url}/rest/v1/${path}`, {
    ...init,
    headers: {
      apikey: cloud.apiKey,
      'Content-Type': 'application/json',
      ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
    },
  });

test('cloud start leaves the cloud running with no pipe of its starter open, and says so again', async () => {
  expect(cloud).toMatchObject({ running: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  expect(postgresServers(dataDir)).toHaveLength(1);
  const main = join(projectRoot, 'src-main', 'cli', 'main.ts');
  const shell = spawn(
    'sh',
    [
      '-c',
      'answer=$("$0" "$1" cloud start --json --data-dir "$2"); echo "$answer" | wc -l',
      process.execPath,
      main,
      dataDir,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [text] = await once(shell.stdout.setEncoding('utf8'), 'data');
  expect(Number(text)).toBe(1);
  const again = (await backhaul(['cloud', 'status', '--json'], { dataDir })).json<CloudStatus>();
  expect(Object.keys(again)).toEqual(['running', 'url', 'apiKey', 'postgres']);
  expect([again.url, again.postgres]).toEqual([cloud.url, cloud.postgres]);
  expect(Object.keys(again.postgres).sort()).toEqual('database host password port user'.split(' '));
  expect(postgresServers(dataDir)).toHaveLength(1);
});

test('nobody else on the computer can read its secrets, and no process shows them', () => {
  const open = readdirSync(join(dataDir, 'local-cloud'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/postgres'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /secret|state|password|key/i.test(path) && (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([]);
  const shown = processesOf(dataDir).flatMap(({ args }) => args);
  expect(shown.filter((arg) => arg.includes(cloud.postgres.password) || arg.includes(cloud.apiKey))).toEqual(
    [],
  );
});

test('the analyst reads every table and view and changes nothing', async () => {
  await asAnalyst(dataDir, async (query) => {
    const relations = await query<{ name: string; kind: string }>(
      `SELECT quote_ident(relname) AS name, relkind AS kind FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1`,
    );
    expect(relations.filter(({ kind }) => kind === 'v').length).toBeGreaterThan(0);
    for (const { name } of relations) await query(`SELECT count(*) FROM ${name}`);
    for (const statement of [
      `INSERT INTO "ASE_locations" (location_id) VALUES ('mine')`,
      `UPDATE "ASE_locations" SET city = 'x'`,
      'DELETE FROM "ASE_division_states"',
      'TRUNCATE "ASE_division_states"',
      'CREATE TABLE mine (x int)',
      'DROP TABLE "ASE_locations"',
      `SELECT pg_read_file('/etc/passwd')`,
      `COPY (SELECT 1) TO PROGRAM 'true'`,
      'SET ROLE postgres',
    ]) {
      await expect(query(statement), statement).rejects.toThrow(/permission denied|must be owner|read-only/);
    }
  });
});

test('two stores on one cloud: neither reads nor writes what belongs to the other', async () => {
  const stores = ['store_a', 'store_b'].map((locationId) => ({
    locationId,
    place: join(folder.path, locationId),
    recording: makeRecording({ locationId, states: 30, sessions: 1 }),
  }));
  const tokens: Record<string, string> = {};
  for (const { locationId, place, recording } of stores) {
    tokens[locationId] = await token('--location', locationId);
    const env = {
      SUPABASE_URL: cloud.url,
      SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
      BACKHAUL_DEVICE_TOKEN: tokens[locationId] ?? '',
    };
    expect((await backhaul(['ingest'], { dataDir: place, env, input: ndjson(recording.lines) })).code).toBe(
      0,
    );
    expect((await backhaul(['sync', '--mode', 'full'], { dataDir: place, env })).code).toBe(0);
  }
  const a = tokens.store_a ?? '';
  const read = async (path: string, bearer: string | null): Promise<unknown> =>
    (await http(path, bearer)).json();
  expect(await read('ASE_division_states?select=location_id&location_id=eq.store_b', a)).toEqual([]);
  expect(await read('ASE_locations?select=location_id', a)).toEqual([{ location_id: 'store_a' }]);
  const row = { location_id: 'store_b', session_id: 's', camera_id: 'c', frame_number: 1, state: 'RED' };
  const body = JSON.stringify([{ ...row, timestamp_recorded: '2025-12-13T00:00:00Z' }]);
  expect((await http('ASE_division_states', a, { method: 'POST', body })).status).toBe(403);
  expect((await http('ASE_locations?location_id=eq.store_b', a, { method: 'DELETE' })).status).toBe(403);
  const patch = { method: 'PATCH', body: '{"city":"taken"}' };
  await http('ASE_locations?location_id=eq.store_b', a, patch);
  const steal = { method: 'PATCH', body: '{"location_id":"store_b"}' };
  expect((await http('ASE_locations?location_id=eq.store_a', a, steal)).status).toBeGreaterThanOrEqual(400);
  const question = {
    p_location: 'store_b',
    p_stream: 'division_states',
    p_sessions: stores[1]?.recording.sessions,
  };
  const asked = await http('rpc/backhaul_verify', a, { method: 'POST', body: JSON.stringify(question) });
  expect([asked.status, await asked.json()]).toEqual([200, []]);
  expect((await http('ASE_locations?select=location_id', null)).status).toBeGreaterThanOrEqual(400);
  const forged = `${a.split('.').slice(0, 2).join('.')}.c2lnbmF0dXJl`;
  expect((await http('ASE_locations', forged)).status).toBe(401);
  await asAnalyst(dataDir, async (query) => {
    for (const { locationId, recording } of stores) {
      expect(differences(await cloudRows(query, locationId), recording.rows)).toEqual(noDifferences);
    }
    expect(await query(`SELECT city FROM "ASE_locations" WHERE location_id = 'store_b'`)).toEqual([
      { city: '绵阳' },
    ]);
  });
});

test('a read-only token, one for another store and one that is none end a sync with 5 and send nothing', async () => {
  const place = join(folder.path, 'store_c');
  const base = { SUPABASE_URL: cloud.url, SUPABASE_PUBLISHABLE_KEY: cloud.apiKey };
  const recording = makeRecording({ locationId: 'store_c', states: 5, sessions: 1 });
  await backhaul(['ingest'], { dataDir: place, input: ndjson(recording.lines) });
  const tokens = [
    await token('--location', 'store_c', '--read-only'),
    await token('--location', 'store_a'),
    'no.token.atall',
  ];
  for (const bearer of tokens) {
    const env = { ...base, BACKHAUL_DEVICE_TOKEN: bearer };
    const result = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir: place, env });
    expect([result.code, result.json<RunResult>()]).toMatchObject([5, { sent: 0, quarantined: 0 }]);
    expect(result.stderr).toMatch(/token/);
    expect(result.stderr + result.stdout).not.toContain(bearer);
  }
  const rows = await asAnalyst(dataDir, (query) =>
    query(`SELECT 1 FROM "ASE_sessions" WHERE location_id = 'store_c'`),
  );
  expect(rows).toEqual([]);
});

test('cloud migrate says that nothing is left to do, and refuses what is no address', async () => {
  const done = await backhaul(['cloud', 'migrate', '--json'], { dataDir });
  expect([done.code, done.json<{ applied: string[] }>().applied]).toEqual([0, []]);
  const url = 'postgres://user:secretword@127.0.0.1:9/x';
  const closed = await backhaul(['cloud', 'migrate', '--db-url', '-'], { dataDir, input: url });
  expect([closed.code, closed.stderr]).toEqual([4, expect.not.stringContaining('secretword')]);
  expect([2, 5]).toContain(
    (await backhaul(['cloud', 'migrate', '--db-url', 'my-project'], { dataDir })).code,
  );
});

test('the local cloud of the box itself keeps its records when it is stopped and started again', async () => {
  const recording = makeRecording({ locationId: 'store_own', states: 30, sessions: 1 });
  expect((await backhaul(['ingest'], { dataDir, input: ndjson(recording.lines) })).code).toBe(0);
  expect((await backhaul(['sync', '--mode', 'full'], { dataDir })).code).toBe(0);
  const stop = await backhaul(['cloud', 'stop', '--json'], { dataDir });
  expect([stop.code, stop.json()]).toEqual([0, { stopped: true }]);
  await nothingRunsOn(dataDir);
  expect((await backhaul(['cloud', 'stop'], { dataDir })).code).toBe(0);
  expect((await backhaul(['status', '--json'], { dataDir })).json<Status>().cloud.reachable).toBe(false);
  const run = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir });
  expect([run.code, run.json<RunResult>()]).toMatchObject([0, { planned: 0, verified: true }]);
  await nothingRunsOn(dataDir);
  const again = (await backhaul(['cloud', 'start', '--json'], { dataDir })).json<CloudStatus>();
  expect(again.url).toBe(cloud.url);
  const found = await asAnalyst(dataDir, (query) => cloudRows(query, 'store_own'));
  expect(differences(found, recording.rows)).toEqual(noDifferences);
});
