import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import type { Verification } from '../../src-main/contract/verify-shapes.ts';
import { backhaul } from '../support/command-line.ts';
import { askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('older-file');
const locationId = 'mianyang_hotpot_1958';
let cloud: TestCloud;
let env: Record<string, string>;

beforeAll(async () => {
  cloud = await startTestCloud();
  env = {
    SUPABASE_URL: cloud.url,
    SUPABASE_ANON_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
    // The computer's zone is not the store's.
    TZ: 'America/New_York',
  };
});

afterAll(async () => {
  await cloud.close();
  folder.remove();
});

/** A file as the store scripts left it, with everything they were careless about. */
function olderFile(name: string): { readonly dataDir: string; readonly rows: readonly string[] } {
  const dataDir = join(folder.path, name);
  mkdirSync(dataDir, { mode: 0o700 });
  const db = new Database(join(dataDir, 'detection_data.db'));
  db.pragma('foreign_keys = OFF');
  db.exec(`
    CREATE TABLE locations (location_id TEXT PRIMARY KEY, city TEXT NOT NULL, restaurant_name TEXT NOT NULL,
      commercial_area TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE cameras (camera_id TEXT PRIMARY KEY, location_id TEXT NOT NULL, camera_name TEXT,
      camera_ip_address TEXT NOT NULL, status TEXT DEFAULT 'active', created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
      FOREIGN KEY (location_id) REFERENCES locations(location_id));
    CREATE TABLE sessions (session_id TEXT PRIMARY KEY, camera_id TEXT NOT NULL, video_id INTEGER NOT NULL,
      location_id TEXT NOT NULL, start_time TIMESTAMP NOT NULL, FOREIGN KEY (camera_id) REFERENCES cameras(camera_id));
    CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
      camera_id TEXT NOT NULL, location_id TEXT NOT NULL, frame_number INTEGER NOT NULL, timestamp_video REAL NOT NULL,
      timestamp_recorded TIMESTAMP, state TEXT NOT NULL, walking_area_waiters INTEGER DEFAULT 0,
      service_area_waiters INTEGER DEFAULT 0, total_staff INTEGER DEFAULT 0, screenshot_path TEXT,
      synced_to_cloud BOOLEAN DEFAULT 0, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
      FOREIGN KEY (session_id) REFERENCES sessions(session_id));
    CREATE TABLE table_states (table_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
      camera_id TEXT NOT NULL, location_id TEXT NOT NULL, frame_number INTEGER NOT NULL, timestamp_video REAL NOT NULL,
      timestamp_recorded TIMESTAMP, table_id TEXT NOT NULL, state TEXT NOT NULL, customers_count INTEGER DEFAULT 0,
      waiters_count INTEGER DEFAULT 0, synced_to_cloud BOOLEAN DEFAULT 0, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE sync_status (sync_id INTEGER PRIMARY KEY AUTOINCREMENT, location_id TEXT, sync_type TEXT,
      last_sync_time TIMESTAMP, records_synced INTEGER, status TEXT, error_message TEXT);
    CREATE TABLE sync_queue (id INTEGER PRIMARY KEY, table_name TEXT, payload TEXT, synced BOOLEAN DEFAULT 0);
    CREATE UNIQUE INDEX odd_names ON sync_queue (table_name, id);
    CREATE VIEW todays_states AS SELECT * FROM division_states WHERE date(timestamp_recorded) = date('now');
    INSERT INTO sync_queue (table_name, payload) VALUES ('division_states', '{"kept":true}');
    INSERT INTO sync_status (location_id, sync_type, last_sync_time, records_synced, status)
      VALUES ('${locationId}', 'full', datetime('now', '-2 days'), 17, 'success'),
        ('${locationId}', 'hourly', datetime('now', '-1 days'), 0, 'in_progress');
    INSERT INTO locations (location_id, city, restaurant_name, commercial_area) VALUES ('${locationId}', '绵阳', '1958', '商业区');
    INSERT INTO cameras (camera_id, location_id, camera_ip_address) VALUES ('camera_35', '${locationId}', '10.0.0.35');
    INSERT INTO sessions (session_id, camera_id, video_id, location_id, start_time)
      VALUES ('20251213_143500_camera_35', 'camera_35', 1, '${locationId}', '2025-12-13 14:35:00');
  `);
  const insertDivision =
    db.prepare(`INSERT INTO division_states (session_id, camera_id, location_id, frame_number,
    timestamp_video, timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff, synced_to_cloud,
    created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 2, 3, ?, ?)`);
  const insertTable = db.prepare(`INSERT INTO table_states (session_id, camera_id, location_id, frame_number,
    timestamp_video, timestamp_recorded, table_id, state, customers_count, waiters_count, synced_to_cloud)
    VALUES (?, ?, ?, ?, ?, ?, ?, 'BUSY', 2, 0, ?)`);
  const rows: string[] = [];
  const startMs = Date.UTC(2025, 11, 13, 6, 35);
  const flags = [0, null, 0, null];
  for (let frame = 0; frame < 200; frame += 1) {
    // Half of the sessions were never written down.
    const session = frame % 2 === 0 ? '20251213_143500_camera_35' : '20251213_143500_camera_36';
    const camera = frame % 2 === 0 ? 'camera_35' : 'camera_36';
    const recordedMs = startMs + frame * 1000;
    const naive = new Date(recordedMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    const texts = [naive, naive.replace(' ', 'T'), new Date(recordedMs).toISOString(), `${naive}+08:00`];
    const key = [session, camera, locationId, frame, frame * 1.0, texts[frame % 4]] as const;
    insertDivision.run(...key, 'GREEN', flags[frame % 4], '2025-12-13 06:40:00');
    insertTable.run(...key, '"T\'1', flags[frame % 4]);
    const head = [locationId, session, camera, frame, frame, recordedMs];
    rows.push(JSON.stringify(['division', ...head, 'GREEN', 1, 2, 3]));
    rows.push(JSON.stringify(['table', ...head, 'BUSY', 2, 0, '"T\'1']));
  }
  // Ten copies; one that differs; one of another store; one with a time that was never; one by a day that is none.
  const session = '20251213_143500_camera_35';
  for (let frame = 0; frame < 20; frame += 2) {
    const naive = `2025-12-13 14:35:${String(frame).padStart(2, '0')}`;
    insertDivision.run(
      session,
      'camera_35',
      locationId,
      frame,
      frame * 1.0,
      naive,
      'GREEN',
      0,
      '2025-12-13 06:41:00',
    );
  }
  insertDivision.run(
    session,
    'camera_35',
    locationId,
    40,
    40,
    '2025-12-13 14:35:40',
    'RED',
    0,
    '2025-12-13 06:41:00',
  );
  insertDivision.run(session, 'camera_35', 'chengdu_02', 900, 1, '2025-12-13 14:35:00', 'RED', 0, null);
  insertDivision.run(session, 'camera_35', locationId, 901, 1, '2025-02-30 14:35:00', 'RED', null, null);
  insertDivision.run(session, 'camera_35', locationId, 902, 1, 'yesterday', 'RED', 0, '2025-12-13 06:41:00');
  db.close();
  return { dataDir, rows: rows.sort() };
}

test('a file of the older scripts goes to the cloud whole: copies once, what cannot go is set aside and explained', async () => {
  const { dataDir, rows } = olderFile('careless');
  const before = await backhaul(['status', '--json'], { dataDir, env });
  const status = before.json<Status>();
  expect([before.code, status.locationId, status.timeZone]).toEqual([0, locationId, 'Asia/Shanghai']);
  const pending = Object.fromEntries(status.streams.map(({ stream, pending: n }) => [stream, n]));
  expect(pending).toMatchObject({ division_states: 214, table_states: 200, locations: 1 });
  expect(readdirSync(dataDir).filter((name) => name.startsWith('detection_data.db.backup-'))).toHaveLength(1);
  const dry = (
    await backhaul(['sync', '--mode', 'full', '--dry-run', '--json'], { dataDir, env })
  ).json<RunResult>();
  const sync = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  const run = sync.json<RunResult>();
  expect([sync.code, run.status, run.verified]).toEqual([3, 'partial', true]);
  expect(run.streams.filter(({ stream }) => stream.endsWith('_states'))).toMatchObject([
    { stream: 'division_states', planned: 214, sent: 200, duplicates: 10, quarantined: 4, failed: 0 },
    { stream: 'table_states', planned: 200, sent: 200, duplicates: 0, quarantined: 0, failed: 0 },
  ]);
  expect(dry.streams.slice(5, 7).map(({ planned }) => planned)).toEqual([214, 200]);
  expect(
    askFile(dataDir, 'SELECT code, count(*) AS n FROM sync_quarantine GROUP BY code ORDER BY code'),
  ).toEqual([
    { code: 'conflict', n: 1 },
    { code: 'impossible_time', n: 2 },
    { code: 'wrong_location', n: 1 },
  ]);
  expect(differences(await cloudRows(cloud.sql, locationId), rows)).toEqual(noDifferences);
  const again = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir, env });
  expect([again.code, again.json<RunResult>()]).toMatchObject([0, { planned: 0, sent: 0, verified: true }]);
  const verification = (await backhaul(['verify', '--json'], { dataDir, env })).json<Verification>();
  expect(verification.streams.map(({ agrees, local, cloud: there }) => [agrees, local, there])).toEqual([
    [true, 200, 200],
    [true, 200, 200],
  ]);
  const after = (await backhaul(['status', '--json'], { dataDir, env })).json<Status>();
  expect(after.streams.find(({ stream }) => stream === 'division_states')).toMatchObject({
    pending: 0,
    quarantined: 4,
  });
  expect(after.verdict).toBe('attention');
});

test('what else was in the file is as it was, and its old runs are in the history, none running', async () => {
  const dataDir = join(folder.path, 'careless');
  expect(askFile(dataDir, 'SELECT payload FROM sync_queue')).toEqual([{ payload: '{"kept":true}' }]);
  expect(askFile(dataDir, 'SELECT count(*) AS n FROM todays_states')).toEqual([{ n: 0 }]);
  expect(
    askFile(dataDir, `SELECT "notnull" AS n FROM pragma_table_info('sessions') WHERE name = 'video_id'`),
  ).toEqual([{ n: 1 }]);
  const unique = `SELECT name FROM pragma_index_list('division_states') WHERE "unique" = 1`;
  expect(askFile(dataDir, unique)).toEqual([]);
  const runs = (await backhaul(['history', '--json'], { dataDir, env })).json<RunResult[]>();
  expect(runs.map(({ status }) => status)).toEqual(['success', 'partial', 'interrupted', 'success']);
  expect(runs.at(-1)).toMatchObject({ mode: 'full', sent: 17 });
  expect((await backhaul(['history'], { dataDir, env })).code).toBe(0);
});

test('rows that older scripts marked and that are nowhere in the cloud are found, unless the cloud let them go by age', async () => {
  const { dataDir } = olderFile('marked');
  const db = new Database(join(dataDir, 'detection_data.db'));
  db.pragma('foreign_keys = OFF');
  db.exec(`
    DELETE FROM division_states WHERE frame_number >= 200 OR state = 'RED';
    UPDATE division_states SET synced_to_cloud = 1, session_id = 'recent', timestamp_recorded = datetime('now', '+8 hours')
      WHERE frame_number % 2 = 0;
    UPDATE division_states SET synced_to_cloud = 1, session_id = 'long ago', timestamp_recorded = '2020-12-13 14:35:00'
      WHERE frame_number % 2 = 1;
    UPDATE table_states SET synced_to_cloud = 1;`);
  db.close();
  const verify = await backhaul(['verify', '--json'], { dataDir, env });
  const verification = verify.json<Verification>();
  expect([verify.code, verification.agrees]).toEqual([3, false]);
  const [divisions, tables] = verification.streams;
  expect(divisions?.sessions).toEqual([
    { sessionId: 'long ago', agrees: true, local: 100, cloud: 0, expired: true },
    { sessionId: 'recent', agrees: false, local: 100, cloud: 0, expired: false },
  ]);
  expect([tables?.agrees, tables?.local, tables?.cloud]).toEqual([true, 200, 200]);
});
