import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import { backhaul } from '../support/command-line.ts';
import { askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('other-writer');
const dataDir = join(folder.path, 'data');
const locationId = 'store_shared';
let cloud: TestCloud;
let env: Record<string, string>;

beforeAll(async () => {
  cloud = await startTestCloud();
  env = {
    SUPABASE_URL: cloud.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
  };
});

afterAll(async () => {
  await cloud.close();
  folder.remove();
});

/** A store script as they are: its own rows, one commit each, SQLite's default patience of 5 s. */
const storeScript = `
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
first, count, slowest, failed = int(sys.argv[2]), int(sys.argv[3]), 0.0, []
for i in range(first, first + count):
    began = time.monotonic()
    try:
        db.execute("INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video,"
            " timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff) VALUES"
            " ('script_session', 'camera_99', ?, ?, ?, '2025-12-13 12:00:00', 'GREEN', 2, 1, 3)", (sys.argv[4], i, i / 4))
    except sqlite3.OperationalError as error:
        failed.append(str(error))
    slowest = max(slowest, time.monotonic() - began)
    time.sleep(0.001)
print("%d %.3f" % (len(failed), slowest))
`;

async function runStoreScript(first: number, count: number): Promise<{ failed: number; slowest: number }> {
  const path = join(dataDir, 'detection_data.db');
  const script = spawn('python3', ['-c', storeScript, path, String(first), String(count), locationId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  script.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(script, 'close');
  const [failed = Number.NaN, slowest = Number.NaN] = output.trim().split(' ').map(Number);
  return { failed, slowest };
}

function expectedScriptRow(frame: number): string {
  const recordedMs = Date.UTC(2025, 11, 13, 4);
  const head = ['division', locationId, 'script_session', 'camera_99', frame];
  return JSON.stringify([...head, frame / 4, recordedMs, 'GREEN', 2, 1, 3]);
}

test('a store script writes into the same file while ingest and sync run, and neither side is refused', async () => {
  const recording = makeRecording({ locationId, states: 6000 });
  const [first = '', ...rest] = ndjson(recording.lines).match(/(?:.*\n){1,400}/g) ?? [];
  expect((await backhaul(['ingest'], { dataDir, env, input: first })).code).toBe(0);
  let scriptDone = false;
  const script = runStoreScript(0, 700).finally(() => {
    scriptDone = true;
  });
  const ingest = backhaul(['ingest', '--json'], {
    dataDir,
    env,
    input: (async function* () {
      for (const piece of rest) {
        await delay(60);
        yield Buffer.from(piece);
      }
    })(),
  });
  const noises: string[] = [];
  while (!scriptDone) {
    const sync = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
    noises.push(sync.stderr);
    expect(sync.code).toBe(0);
  }
  const { failed, slowest } = await script;
  expect([failed, noises.join('')]).toEqual([0, '']);
  expect(slowest).toBeLessThan(5);
  expect((await ingest).json()).toMatchObject({ refused: 0 });
  const last = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  expect([last.code, last.json<RunResult>().status]).toEqual([0, 'success']);
  const wanted = [
    ...recording.rows,
    ...Array.from({ length: 700 }, (_, frame) => expectedScriptRow(frame)),
  ].sort();
  const found = await cloudRows(cloud.sql, locationId);
  expect(differences(found, wanted)).toEqual(noDifferences);
  expect(found).toHaveLength(wanted.length);
});

test('rows that another process adds later go with the next run, with parents made for them', async () => {
  expect(await runStoreScript(5000, 3)).toMatchObject({ failed: 0 });
  const run = (await backhaul(['sync', '--mode', 'hourly', '--json'], { dataDir, env })).json<RunResult>();
  expect(run).toMatchObject({ sent: 3, duplicates: 0, failed: 0, verified: true, stranded: 0 });
  expect(
    await cloud.sql('SELECT camera_id FROM "ASE_sessions" WHERE session_id = $1', ['script_session']),
  ).toEqual([{ camera_id: 'camera_99' }]);
  expect(askFile(dataDir, 'SELECT count(*) AS n FROM division_states WHERE synced_to_cloud = 0')).toEqual([
    { n: 0 },
  ]);
});

test('a copy, a changed copy and a row of another store beside good rows: each is told apart', async () => {
  const sql = (frame: number, state: string, location = locationId): string =>
    `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video,
      timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff)
      VALUES ('script_session', 'camera_99', '${location}', ${frame}, 1, '2025-12-13 12:00:00', '${state}', 2, 1, 3);`;
  const statements = [
    sql(9001, 'RED'),
    sql(9001, 'RED'),
    sql(9001, 'GREEN'),
    sql(9002, 'RED', 'other_store'),
  ];
  const writer = spawn('python3', [
    '-c',
    'import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).executescript(sys.argv[2])',
    join(dataDir, 'detection_data.db'),
    statements.join('\n'),
  ]);
  await once(writer, 'close');
  const result = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  expect([result.code, result.json<RunResult>()]).toMatchObject([
    3,
    { status: 'partial', planned: 4, sent: 1, duplicates: 1, quarantined: 2, failed: 0 },
  ]);
  const again = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  expect([again.code, again.json<RunResult>().planned]).toEqual([0, 0]);
  expect(askFile(dataDir, 'SELECT code, resolution FROM sync_quarantine ORDER BY code')).toEqual([
    { code: 'conflict', resolution: 'open' },
    { code: 'wrong_location', resolution: 'open' },
  ]);
});
