import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import type { FoundRecord } from '../../src-main/contract/find-shapes.ts';
import type { ErrorEntry, RunStatistics } from '../../src-main/contract/report-shapes.ts';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import { withCloudBoxes } from '../support/cloud-boxes.ts';
import { backhaul, type CommandResult, startBackhaul } from '../support/command-line.ts';
import { makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('reports');
const boxes = withCloudBoxes();

afterAll(() => folder.remove());

/** A box of its own on the shared cloud, with 14 state records in two sessions. */
async function box(name: string) {
  const locationId = `store_${name}`;
  const dataDir = join(folder.path, name);
  const env = {
    SUPABASE_URL: boxes.proxy.url,
    SUPABASE_PUBLISHABLE_KEY: boxes.cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await boxes.cloud.token(locationId),
  };
  const recording = makeRecording({ locationId, states: 14, sessions: 2 });
  const run = (...args: string[]): Promise<CommandResult> => backhaul(args, { dataDir, env });
  const ingest = (input: string): Promise<CommandResult> => backhaul(['ingest'], { dataDir, env, input });
  expect((await ingest(ndjson(recording.lines))).code).toBe(0);
  return {
    dataDir,
    env,
    locationId,
    recording,
    run,
    ingest,
    sync: (...flags: string[]) => run('sync', '--json', '--mode', ...(flags.length > 0 ? flags : ['full'])),
    errors: async (...flags: string[]) => {
      const result = await run('errors', '--json', ...flags);
      expect(result.code).toBe(0);
      return result.json<ErrorEntry[]>();
    },
    /** changes the file as another program does */
    change(sql: string): void {
      const db = new Database(join(dataDir, 'detection_data.db'), { timeout: 5000 });
      db.exec(sql);
      db.close();
    },
  };
}

test('errors tells a failed run, what was set aside and refused lines, each with a next step, and ends with 0', async () => {
  const store = await box('errors');
  expect(await store.errors()).toEqual([]);
  store.change(`UPDATE division_states SET state = 'BLUE' WHERE division_state_id = 1`);
  expect(
    (
      await backhaul(['sync', '--mode', 'full'], {
        dataDir: store.dataDir,
        env: { ...store.env, SUPABASE_URL: 'http://127.0.0.1:9', BACKHAUL_SYNC_ATTEMPTS: '1' },
      })
    ).code,
  ).toBe(4);
  const [offline, ...none] = await store.errors();
  expect(none).toEqual([]);
  expect(Object.keys(offline ?? {})).toEqual(
    'group code unit count firstSeen lastSeen message words nextStep resolved needsPerson streams'.split(' '),
  );
  expect(offline).toMatchObject({ group: 'network', unit: 'runs', count: 1, resolved: false });

  expect((await store.ingest('no JSON\n')).code).toBe(3);
  expect((await store.sync()).code).toBe(3);
  const found = await store.errors();
  expect(found.map(({ group, code, unit, count, resolved }) => [group, code, unit, count, resolved])).toEqual(
    expect.arrayContaining([
      ['data', '23514', 'records', 1, false],
      ['data', 'invalid_json', 'lines', 1, false],
      ['network', offline?.code, 'runs', 1, true],
    ]),
  );
  expect(found.at(-1)?.resolved).toBe(true);
  expect(found.find(({ code }) => code === '23514')?.nextStep).toContain('backhaul quarantine list');
  const people = (await store.run('errors')).stdout;
  expect(people).toMatch(/data +23514 +1 record +open +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00/);
  expect(people).toMatch(/Next step: Look at them with "backhaul quarantine list"/);

  await store.run('quarantine', 'discard', '--all');
  expect((await store.errors()).find(({ code }) => code === '23514')?.resolved).toBe(true);
});

test('a killed run is told as interrupted until the next one has ended', async () => {
  const store = await box('killed');
  boxes.proxy.delay(200);
  const sync = startBackhaul(['sync', '--mode', 'full'], { dataDir: store.dataDir, env: store.env });
  await sync.says(/Uploaded/);
  sync.kill();
  await sync.finished;
  boxes.proxy.delay(0);
  expect(await store.errors()).toMatchObject([
    { group: 'internal', code: 'interrupted', unit: 'runs', count: 1, resolved: false },
  ]);
  expect((await store.sync()).code).toBe(0);
  expect(await store.errors()).toMatchObject([{ code: 'interrupted', resolved: true }]);
});

test("history is filtered by status, mode, stream and day, and shows the store's clock", async () => {
  const store = await box('filters');
  await store.sync('full', '--stream', 'locations', 'cameras');
  await store.sync();
  await store.sync('hourly');
  store.change(`UPDATE sync_status SET started_at = '2026-03-01 17:30:00' WHERE sync_id = 2`);
  const ids = async (...flags: string[]) =>
    (await store.run('history', '--json', ...flags)).json<RunResult[]>().map(({ runId }) => runId);
  expect(await ids()).toEqual([3, 2, 1]);
  expect(await ids('--mode', 'full')).toEqual([2, 1]);
  expect(await ids('--stream', 'table_states')).toEqual([3, 2]);
  expect(await ids('--day', '2026-03-02')).toEqual([2]);
  expect(await ids('--day', '2026-03-01')).toEqual([]);
  expect(await ids('--status', 'success', '--mode', 'hourly')).toEqual([3]);
  expect((await store.run('history', '--day', '2026-03-02')).stdout).toContain('2026-03-02 01:30:00+08:00');
  for (const wrong of [
    ['--day', '2026-02-30'],
    ['--status', 'good'],
    ['--stream', 'states'],
    ['--days', '3'],
  ])
    expect((await store.run('history', ...wrong)).code).toBe(2);
});

test('history --statistics sums up the runs of the last days', async () => {
  const store = await box('statistics');
  const first = (await store.sync()).json<RunResult>();
  await store.sync('hourly');
  const told = await store.run('history', '--statistics', '--days', '2', '--json');
  const statistics = told.json<RunStatistics>();
  expect(Object.keys(statistics)).toEqual(
    'days runs successRate meanDurationMs p95DurationMs recordsPerDay failuresByGroup'.split(' '),
  );
  expect([told.code, statistics]).toMatchObject([
    0,
    { days: 2, runs: 2, successRate: 1, failuresByGroup: {} },
  ]);
  expect(statistics.recordsPerDay).toHaveLength(2);
  expect(statistics.recordsPerDay.reduce((sum, { records }) => sum + records, 0)).toBe(first.sent);
  expect((await store.run('history', '--statistics')).stdout).toMatch(
    /^2 runs in the last 30 days, 100\.0 %/,
  );
});

test('find shows a record of the bridge with its whole way, here and in the cloud', async () => {
  const store = await box('find');
  const [session = ''] = store.recording.sessions;
  const run = (await store.sync()).json<RunResult>();
  const found = await store.run('find', '--session', session, '--json');
  const records = found.json<FoundRecord[]>();
  expect([found.code, found.stderr, records.length]).toEqual([0, '', 7]);
  expect(Object.keys(records[0] ?? {})).toEqual(
    (
      'stream recordKey localId sessionId cameraId tableId frameNumber state timestampRecorded capturedAt status why ' +
      'whyCode whyValues quarantineId runId cloud cloudRow'
    ).split(' '),
  );
  for (const record of records)
    expect(record).toMatchObject({ sessionId: session, status: 'synced', cloud: 'there', runId: run.runId });
  const camera = records[0]?.cameraId ?? '';
  const minute = await store.run('find', '--camera', camera, '--at', '2025-12-13 11:00', '--json');
  const inUtc = await store.run('find', '--camera', camera, '--at', '2025-12-13T03:00Z', '--json');
  expect(minute.json<FoundRecord[]>().length).toBeGreaterThan(0);
  expect(inUtc.json()).toEqual(minute.json());
  const states = await store.run('find', '--session', session, '--stream', 'division_states', '--json');
  expect(states.json<FoundRecord[]>().every(({ stream }) => stream === 'division_states')).toBe(true);
  const people = (await store.run('find', '--session', session, '--limit', '2')).stdout;
  expect(people).toMatch(
    /^recorded +camera +table[\s\S]*Committed \d{4}-.*\+08:00\. It is in the cloud\.[\s\S]*There are more than 2/,
  );
  const table = records.find(({ tableId }) => tableId !== null);
  expect((await store.run('find', '--table', table?.tableId ?? '', '--json')).json()).toContainEqual(table);
});

test('find starts no cloud, says that it was not asked, and wants a filter', async () => {
  const dataDir = join(folder.path, 'alone');
  const lines = ndjson(makeRecording({ locationId: 'store_alone', states: 3, sessions: 1 }).lines);
  await backhaul(['ingest'], { dataDir, input: lines });
  const alone = await backhaul(['find', '--at', '2025-12-13 11:00', '--json'], { dataDir });
  expect(alone.json<FoundRecord[]>().map(({ status, cloud: there }) => [status, there])).toEqual(
    Array.from({ length: 3 }, () => ['pending', 'unknown']),
  );
  expect([alone.code, alone.stderr]).toEqual([
    0,
    expect.stringContaining('The local cloud does not run now'),
  ]);
  expect((await backhaul(['cloud', 'status', '--json'], { dataDir })).json()).toMatchObject({
    running: false,
  });
  const here = await backhaul(['find', '--camera', 'camera_35', '--no-cloud'], { dataDir });
  expect([here.code, here.stderr]).toEqual([0, '']);
  expect(here.stdout).toContain('Waits for the next run.');
  expect((await backhaul(['find', '--camera', 'camera_99', '--no-cloud'], { dataDir })).stdout).toBe(
    'No such record.\n',
  );
  for (const wrong of [[], ['--stream', 'table_states'], ['--at', 'noon'], ['--limit', '0', '--camera', 'c']])
    expect((await backhaul(['find', ...wrong], { dataDir })).code).toBe(2);
});
