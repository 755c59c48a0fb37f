import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QuarantineEntry } from '../../src-main/contract/quarantine-shapes.ts';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import type { Verification } from '../../src-main/contract/verify-shapes.ts';
import { backhaul } from '../support/command-line.ts';
import { askFile } from '../support/reading.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('window');
const locationId = 'mianyang_hotpot_1958';
const dataDir = join(folder.path, 'store');
let cloud: TestCloud;
let env: Record<string, string>;

beforeAll(async () => {
  cloud = await startTestCloud();
  env = {
    SUPABASE_URL: cloud.url,
    SUPABASE_ANON_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
    // The computer's zone is not the store's.
    TZ: 'America/Los_Angeles',
  };
  makeFile();
});

afterAll(async () => {
  await cloud.close();
  folder.remove();
});

/**
 * 200 states in a file of the older scripts, every second one 30 hours old; one state that no CHECK lets in, five equal
 * copies of another, and one copy that differs.
 */
function makeFile(): void {
  mkdirSync(dataDir, { mode: 0o700 });
  const db = new Database(join(dataDir, 'detection_data.db'));
  db.exec(`
    CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
      camera_id TEXT NOT NULL, location_id TEXT NOT NULL, frame_number INTEGER NOT NULL, timestamp_video REAL NOT NULL,
      timestamp_recorded TIMESTAMP, state TEXT NOT NULL, walking_area_waiters INTEGER DEFAULT 0,
      service_area_waiters INTEGER DEFAULT 0, total_staff INTEGER DEFAULT 0, screenshot_path TEXT,
      synced_to_cloud BOOLEAN DEFAULT 0, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE sync_status (sync_id INTEGER PRIMARY KEY AUTOINCREMENT, location_id TEXT, sync_type TEXT,
      last_sync_time TIMESTAMP, records_synced INTEGER, status TEXT, error_message TEXT);`);
  const insert = db.prepare(`INSERT INTO division_states (session_id, camera_id, location_id, frame_number,
    timestamp_video, timestamp_recorded, state, created_at)
    VALUES ('20251213_143500_camera_35', 'camera_35', '${locationId}', ?, ?, '2026-11-20 14:35:00', ?, datetime('now', ?))`);
  const add = (frame: number, state: string, age: string): void => void insert.run(frame, frame, state, age);
  for (let frame = 0; frame < 200; frame += 1)
    add(frame, frame === 50 ? 'BLUE' : 'GREEN', frame % 2 === 0 ? '-30 hours' : '-5 minutes');
  for (let copy = 0; copy < 5; copy += 1) add(51, 'GREEN', '-4 minutes');
  add(53, 'RED', '-4 minutes');
  db.close();
}

async function run<T>(args: readonly string[]): Promise<{ readonly code: number | null; readonly value: T }> {
  const result = await backhaul([...args, '--json'], { dataDir, env });
  return { code: result.code, value: result.json<T>() };
}

function divisions(result: RunResult) {
  return result.streams.find(({ stream }) => stream === 'division_states');
}

const countCloud = async (): Promise<number> => {
  const rows = await cloud.sql<{ n: number }>(
    'SELECT count(*)::int AS n FROM "ASE_division_states" WHERE location_id = $1',
    [locationId],
  );
  return rows[0]?.n ?? 0;
};

test('an hourly run sends exactly the window and names the stranded', async () => {
  const { code, value } = await run<RunResult>(['sync', '--mode', 'hourly']);
  expect(divisions(value)).toMatchObject({
    planned: 106,
    sent: 100,
    duplicates: 5,
    quarantined: 1,
    failed: 0,
  });
  expect([code, value.stranded]).toEqual([3, 100]);
  expect(await countCloud()).toBe(100);
  const human = await backhaul(['sync', '--mode', 'hourly'], { dataDir, env });
  expect([human.code, human.stdout]).toEqual([
    0,
    expect.stringContaining('100 older records wait for a full run'),
  ]);
  expect(human.stdout).toMatch(new RegExp(`Mode: hourly run. Location: ${locationId}`));
});

test('a full run sends the rest, and two are in quarantine with the reason', async () => {
  const { code, value } = await run<RunResult>(['sync', '--mode', 'full']);
  expect(divisions(value)).toMatchObject({ planned: 100, sent: 99, quarantined: 1, failed: 0 });
  expect([code, value.status, value.stranded, value.verified]).toEqual([3, 'partial', 0, true]);
  expect(await countCloud()).toBe(199);
  const { value: entries } = await run<QuarantineEntry[]>(['quarantine', 'list']);
  expect(entries.map(({ code: why }) => why).sort()).toEqual(['23514', 'conflict']);
  expect(entries.find((entry) => entry.code === '23514')).toMatchObject({
    stream: 'division_states',
    recordKey: '20251213_143500_camera_35/50/camera_35',
    attempts: 1,
    resolution: 'open',
    message: expect.stringContaining('violates check constraint'),
  });
  const { value: status } = await run<Status>(['status']);
  expect(status.verdict).toBe('attention');
  expect(status.streams.find(({ stream }) => stream === 'division_states')).toMatchObject({
    pending: 0,
    quarantined: 2,
    synced: 204,
  });
});

test('verified rows older than a day are gone here, and both sides agree all the same', async () => {
  expect(askFile(dataDir, 'SELECT count(*) AS n FROM division_states')).toEqual([{ n: 107 }]);
  const { code, value } = await run<Verification>(['verify']);
  expect([code, value.agrees, value.streams[0]]).toMatchObject([0, true, { local: 199, cloud: 199 }]);
  const cleaned = await run<{ deleted: Record<string, number>; freedBytes: number }>([
    'cleanup',
    '--older-than',
    '0s',
  ]);
  // Of the key with a differing copy nothing goes before a person has decided.
  expect([cleaned.code, cleaned.value.deleted.division_states]).toEqual([0, 104]);
  expect((await run<Verification>(['verify'])).value).toMatchObject({ agrees: true });
});

test('a record is discarded, another retried after the rule has changed, and everything is settled', async () => {
  const { value: entries } = await run<QuarantineEntry[]>(['quarantine', 'list']);
  const conflict = entries.find((entry) => entry.code === 'conflict')?.id ?? 0;
  const discarded = await run(['quarantine', 'discard', String(conflict)]);
  expect(discarded).toEqual({ code: 0, value: { matched: 1, done: 1, stillOpen: 0 } });
  await cloud.sql(`ALTER TABLE "ASE_division_states" DROP CONSTRAINT "ASE_division_states_state_check"`);
  expect(await run(['quarantine', 'retry', '--all'])).toEqual({
    code: 0,
    value: { matched: 1, done: 1, stillOpen: 0 },
  });
  const { code, value } = await run<RunResult>(['sync', '--mode', 'full']);
  expect([code, divisions(value)]).toMatchObject([0, { planned: 1, sent: 1 }]);
  const { value: status } = await run<Status>(['status']);
  expect(status.streams.find(({ stream }) => stream === 'division_states')).toMatchObject({
    pending: 0,
    quarantined: 0,
    discarded: 1,
  });
  expect(await countCloud()).toBe(200);
});

test('the monitoring queries that people have in their notes run as they are', () => {
  const runs = askFile(
    dataDir,
    'SELECT sync_type, last_sync_time, records_synced, status, error_message FROM sync_status ORDER BY last_sync_time DESC LIMIT 10;',
  );
  expect(runs.length).toBe(4);
  expect(runs).toContainEqual(
    expect.objectContaining({ sync_type: 'hourly', records_synced: 108, status: 'partial' }),
  );
  expect(
    askFile(
      dataDir,
      "SELECT 'division_states', COUNT(*) AS n FROM division_states WHERE synced_to_cloud = 0;",
    ),
  ).toMatchObject([{ n: 0 }]);
});
