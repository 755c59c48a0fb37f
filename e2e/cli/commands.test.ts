import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import type { Verification } from '../../src-main/contract/verify-shapes.ts';
import { backhaul, type CommandResult, startBackhaul } from '../support/command-line.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('commands');
let cloud: TestCloud;
let proxy: CuttingProxy;

beforeAll(async () => {
  cloud = await startTestCloud();
  proxy = await startCuttingProxy(cloud.url);
});

afterAll(async () => {
  await proxy.close();
  await cloud.close();
  folder.remove();
});

beforeEach(() => {
  proxy.treat(() => 'pass');
  proxy.delay(0);
});

/** A box of its own on the shared cloud, with 70 state records in two sessions. */
async function box(name: string, states = 70) {
  const locationId = `store_${name}`;
  const dataDir = join(folder.path, name);
  const env = {
    SUPABASE_URL: proxy.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
  };
  const recording = makeRecording({ locationId, states, sessions: 2 });
  const run = (...args: string[]): Promise<CommandResult> => backhaul(args, { dataDir, env });
  expect((await backhaul(['ingest'], { dataDir, env, input: ndjson(recording.lines) })).code).toBe(0);
  return {
    dataDir,
    env,
    locationId,
    recording,
    run,
    sync: (...flags: string[]) => run('sync', '--json', '--mode', ...(flags.length > 0 ? flags : ['full'])),
    /** changes the file as another program does */
    change(sql: string): void {
      const db = new Database(join(dataDir, 'detection_data.db'), { timeout: 5000 });
      db.exec(sql);
      db.close();
    },
  };
}

function ownerOf(dataDir: string): number | null {
  const path = join(dataDir, 'engine.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid : null;
}

const streams =
  'locations cameras camera_rois videos sessions division_states table_states inventory_snapshots product_freshness sales_log alerts_log'.split(
    ' ',
  );

function expectSums(run: RunResult): void {
  for (const one of [run, ...run.streams]) {
    expect(one.planned).toBe(one.sent + one.duplicates + one.quarantined + one.failed);
  }
  for (const name of ['planned', 'sent', 'duplicates', 'quarantined', 'failed'] as const) {
    expect(run.streams.reduce((sum, one) => sum + one[name], 0)).toBe(run[name]);
  }
}

test('status, history and verify of an empty box are calm, complete and end with 0', async () => {
  const dataDir = join(folder.path, 'empty');
  const status = await backhaul(['status', '--json'], { dataDir });
  const value = status.json<Status>();
  expect(status.code).toBe(0);
  for (const name of 'verdict reasons streams lastRun nextRunAt capture cloud'.split(' ')) {
    expect(value).toHaveProperty(name);
  }
  expect(value.streams.map(({ stream }) => stream)).toEqual(streams);
  expect(Object.keys(value.streams[0] ?? {})).toEqual(
    'stream pending synced quarantined discarded oldestPendingAt'.split(' '),
  );
  expect([value.verdict, value.lastRun, value.cloud]).toMatchObject([
    'waiting',
    null,
    { kind: 'local', reachable: false, url: null },
  ]);
  expect(value.reasons.every(({ message }) => message.length > 10)).toBe(true);
  expect((await backhaul(['history', '--json'], { dataDir })).json()).toEqual([]);
  const cloudStatus = await backhaul(['cloud', 'status', '--json'], { dataDir });
  expect([cloudStatus.code, cloudStatus.json()]).toEqual([
    0,
    { running: false, url: null, apiKey: null, postgres: null },
  ]);
});

test('a dry run plans the same, contacts no cloud and changes nothing', async () => {
  const store = await box('dry');
  const dump = (): unknown =>
    [
      'division_states',
      'table_states',
      'sync_status',
      'sync_history',
      'sync_marks',
      'sync_quarantine',
      'cameras',
    ].map((name) => askFile(store.dataDir, `SELECT * FROM ${name}`));
  const before = dump();
  const asked = proxy.requests().size;
  const dry = await store.sync('full', '--dry-run');
  const planned = dry.json<RunResult>();
  expect([dry.code, planned]).toMatchObject([0, { dryRun: true, runId: null, verified: false, failed: 0 }]);
  expectSums(planned);
  expect(dump()).toEqual(before);
  expect(proxy.requests().size).toBe(asked);
  const offline = await backhaul(['sync', '--mode', 'full', '--dry-run', '--json'], {
    dataDir: store.dataDir,
    env: { ...store.env, SUPABASE_URL: 'http://127.0.0.1:9' },
  });
  expect([offline.code, offline.json<RunResult>().planned]).toEqual([0, planned.planned]);
  const real = (await store.sync()).json<RunResult>();
  expect(real.planned).toBe(planned.planned);
  expect(real.streams.map(({ stream, planned: n }) => [stream, n])).toEqual(
    planned.streams.map(({ stream, planned: n }) => [stream, n]),
  );
});

test('an hourly run leaves older records and says how many; a full run takes them', async () => {
  const store = await box('hourly');
  store.change(
    `UPDATE division_states SET created_at = datetime('now', '-121 minutes') WHERE frame_number < 60`,
  );
  store.change(
    `UPDATE table_states SET created_at = datetime('now', '-119 minutes') WHERE frame_number < 60`,
  );
  const [old] = askFile<{ n: number }>(
    store.dataDir,
    `SELECT count(*) AS n FROM division_states WHERE created_at < datetime('now', '-2 hours')`,
  );
  expect(old?.n).toBeGreaterThan(3);
  const hourly = await store.sync('hourly');
  const run = hourly.json<RunResult>();
  expect([hourly.code, run.mode, run.stranded, run.verified]).toEqual([0, 'hourly', old?.n, true]);
  expectSums(run);
  const status = (await store.run('status', '--json')).json<Status>();
  expect(status.streams.find(({ stream }) => stream === 'division_states')?.pending).toBe(old?.n);
  expect(status.verdict).toBe('waiting');
  const people = await store.run('sync', '--mode', 'hourly');
  expect(people.stdout).toContain(`${old?.n} older records wait for a full run`);
  const full = (await store.sync()).json<RunResult>();
  expect([full.sent, full.stranded]).toEqual([old?.n, 0]);
  expect(differences(await cloudRows(cloud.sql, store.locationId), store.recording.rows)).toEqual(
    noDifferences,
  );
});

test('--stream takes only what it names; states wait for parents that are not there yet', async () => {
  const store = await box('streams');
  const states = await store.sync('full', '--stream', 'division_states');
  const run = states.json<RunResult>();
  expect(run.streams.map(({ stream }) => stream)).toEqual(['division_states']);
  expect([states.code, run.sent, run.failed, run.quarantined]).toEqual([3, 0, run.planned, 0]);
  expect(run.streams[0]?.error).toMatch(/session is not confirmed/);
  const parents = await store.sync('full', '--stream', 'locations', 'cameras', 'sessions');
  expect([parents.code, parents.json<RunResult>().sent]).toEqual([0, 1 + 2 + 2]);
  const again = await store.sync('full', '--stream', 'division_states', '--stream', 'table_states');
  expect([again.code, again.json<RunResult>().sent]).toEqual([0, 70]);
});

test('runs are in the history as sync printed them, newest first', async () => {
  const store = await box('history');
  const first = (await store.sync()).json<RunResult>();
  const second = (await store.sync('hourly')).json<RunResult>();
  expect(Object.keys(first).sort()).toEqual(
    (
      'runId mode trigger status dryRun planned sent duplicates quarantined failed stranded verified durationMs ' +
      'deleted startedAt error faultCode errorGroup errorCode streams'
    )
      .split(' ')
      .sort(),
  );
  expect(Object.keys(first.streams[0] ?? {})).toEqual(
    'stream planned sent duplicates quarantined failed bytes error errorGroup errorCode'.split(' '),
  );
  const runs = (await store.run('history', '--json')).json<RunResult[]>();
  const comparable = ({ durationMs: _durationMs, startedAt: _startedAt, ...run }: RunResult) => run;
  expect(runs.map(comparable)).toEqual([comparable(second), comparable(first)]);
  expect((await store.run('history', '--limit', '1', '--json')).json<RunResult[]>()).toHaveLength(1);
  expect(first.trigger).toBe('cli');
});

test('verify finds a row that is missing and one that was changed, and says in which session', async () => {
  const store = await box('verify');
  expect((await store.sync()).code).toBe(0);
  const agreed = (await store.run('verify', '--json')).json<Verification>();
  expect(Object.keys(agreed.streams[0]?.sessions[0] ?? {})).toEqual(
    'sessionId agrees local cloud expired'.split(' '),
  );
  const [one] = store.recording.sessions;
  const place = [store.locationId, one];
  await cloud.sql(
    'DELETE FROM "ASE_division_states" WHERE location_id = $1 AND session_id = $2 AND frame_number = 0',
    place,
  );
  const missing = await store.run('verify', '--json');
  expect([missing.code, missing.json<Verification>().agrees]).toEqual([3, false]);
  const wrong = missing
    .json<Verification>()
    .streams.map(({ stream, agrees, sessions }) => [
      stream,
      agrees,
      sessions
        .filter((session) => !session.agrees)
        .map(({ sessionId, local, cloud: there }) => [sessionId, local - there]),
    ]);
  expect(wrong).toEqual([
    ['division_states', false, [[one, 1]]],
    ['table_states', true, []],
  ]);
  await cloud.sql(
    `UPDATE "ASE_table_states" SET customers_count = customers_count + 1 WHERE location_id = $1 AND session_id = $2
       AND frame_number = (SELECT max(frame_number) FROM "ASE_table_states" WHERE location_id = $1 AND session_id = $2)`,
    place,
  );
  const changed = (await store.run('verify', '--json')).json<Verification>();
  expect(changed.streams.map(({ agrees }) => agrees)).toEqual([false, false]);
  const sync = await store.sync();
  expect([sync.code, sync.json<RunResult>().verified]).toEqual([3, false]);
  const status = await store.run('status', '--json');
  expect([status.code, status.json<Status>().verdict]).toEqual([0, 'attention']);
});

test('SIGINT ends a sync between two batches; what was sent is marked, the rest goes next', async () => {
  const store = await box('cancelled', 1200);
  writeFileSync(join(store.dataDir, 'config.json'), '{ "sync": { "batchSize": 50, "lanes": 1 } }');
  proxy.delay(40);
  const sync = startBackhaul(['sync', '--mode', 'full', '--json'], {
    dataDir: store.dataDir,
    env: store.env,
  });
  const inserted = (): number => proxy.requests().get('POST /rest/v1/ASE_division_states') ?? 0;
  const before = inserted();
  await expect.poll(inserted, { timeout: 45_000 }).toBeGreaterThan(before + 2);
  sync.kill('SIGINT');
  const result = await sync.finished;
  const run = result.json<RunResult>();
  expect([result.code, run.status]).toEqual([3, 'cancelled']);
  expectSums(run);
  const [marked] = askFile<{ n: number }>(
    store.dataDir,
    'SELECT count(*) AS n FROM division_states WHERE synced_to_cloud = 1',
  );
  const sent = run.streams.find(({ stream }) => stream === 'division_states');
  expect(marked?.n).toBe((sent?.sent ?? 0) + (sent?.duplicates ?? 0));
  proxy.delay(0);
  expect((await store.sync()).code).toBe(0);
  expect(differences(await cloudRows(cloud.sql, store.locationId), store.recording.rows)).toEqual(
    noDifferences,
  );
});

test('commands at the same moment share one engine, and nothing is sent twice', async () => {
  const store = await box('crowd', 600);
  proxy.delay(20);
  const results = await Promise.all([
    store.sync(),
    store.sync(),
    store.sync('hourly'),
    store.run('status', '--json'),
    store.run('history', '--json'),
    backhaul(['ingest', '--json'], {
      dataDir: store.dataDir,
      env: store.env,
      input: ndjson(store.recording.lines),
    }),
  ]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  const runs = (await store.run('history', '--json')).json<RunResult[]>();
  expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBe(600 + 1 + 2 + 2);
  expect(runs.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(0);
  expect(differences(await cloudRows(cloud.sql, store.locationId), store.recording.rows)).toEqual(
    noDifferences,
  );
});

test('SIGTERM while ingest waits for more input commits what came and prints the summary', async () => {
  const dataDir = join(folder.path, 'terminated');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'config.json'), '{ "capture": { "flushIntervalMs": 10000 } }');
  const lines = ndjson(makeRecording({ locationId: 'store_t', states: 20, sessions: 1 }).lines);
  const ingest = startBackhaul(['ingest', '--json'], { dataDir, openInput: true });
  ingest.child.stdin?.write(lines);
  // Whoever is there first owns the engine, and stays as long as another uses it.
  await expect.poll(() => ownerOf(dataDir), { timeout: 45_000 }).toBe(ingest.child.pid);
  const waiting = async (): Promise<number> => {
    const status = await backhaul(['status', '--json'], { dataDir });
    const { pending_division, pending_table } = status.json<Status>().capture;
    return pending_division + pending_table;
  };
  await expect.poll(waiting, { timeout: 45_000 }).toBe(20);
  ingest.kill('SIGTERM');
  const result = await ingest.finished;
  expect([result.code, result.signal, result.json()]).toMatchObject([
    0,
    null,
    { received: 22, committed: 22, refused: 0 },
  ]);
});

test('for people there are words and tables, and a reader that closes early is no fault', async () => {
  const store = await box('people');
  const sync = await store.run('sync', '--mode', 'full');
  expect(sync.stdout).toMatch(/Planning a full run[\s\S]*table_states +\d+[\s\S]*Success, verified/);
  expect((await store.run('status')).stdout).toMatch(/^SAFE: All 75 records are safe in the cloud/);
  expect((await store.run('history')).stdout).toMatch(/success, verified/);
  expect((await store.run('verify')).stdout).toMatch(/Everything marked as sent is in the cloud/);
  const closed = startBackhaul(['status'], { dataDir: store.dataDir, env: store.env });
  closed.child.stdout?.destroy();
  const result = await closed.finished;
  expect([result.code, result.stderr]).toEqual([0, '']);
});
