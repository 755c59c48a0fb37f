import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { readEnvironment } from '../config/environment.ts';
import { fileSecrets } from '../secrets/service.ts';
import { latestVersion } from '../storage/migrations/list.ts';
import { applicationId as storedId } from '../storage/open-database.ts';
import { openStorage } from '../storage/service.ts';
import { lockBytes, writersOf } from './file-locks.ts';
import { fine, sizeText } from './finding.ts';
import { applicationId, latestSchema } from './known-schema.ts';
import { createPatient } from './patient.ts';
import { runCheck } from './run-check.ts';
import { lookAtDatabase, runProbe } from './run-probe.ts';
import { type CheckResult, examine } from './service.ts';

const folder = temporaryFolder('doctor-unit');
afterAll(() => folder.remove());

const variables = { PATH: process.env.PATH ?? '' };

async function newBox(name: string): Promise<string> {
  const dataDir = join(folder.path, name);
  const storage = await openStorage(dataDir, { locationId: null, timeZone: null, now: () => new Date() });
  await storage.close();
  return dataDir;
}

async function checked(dataDir: string, now: Date, name: string): Promise<readonly CheckResult[]> {
  const { diagnosis } = await examine({ dataDir, environment: readEnvironment(variables), now: () => now });
  return diagnosis.checks.filter((check) => check.name === name);
}

test('the newest schema that is known here is the newest migration', () => {
  expect([applicationId, latestSchema]).toEqual([storedId, latestVersion]);
});

test('a check that throws and one that hangs are findings, and stop no other', async () => {
  const patient = createPatient(folder.path, readEnvironment({}), fileSecrets(folder.path), () => new Date());
  const check = (look: () => Promise<never>) => runCheck({ name: 'one', withinMs: 50, look }, patient);
  expect(await check(() => Promise.reject(new Error('no such thing')))).toMatchObject([
    {
      name: 'one',
      level: 'warning',
      message: expect.stringContaining('could not be looked at: no such thing'),
    },
  ]);
  expect(await check(() => new Promise<never>(() => {}))).toMatchObject([
    { name: 'one', level: 'warning', message: expect.stringContaining('did not come to an end') },
  ]);
  const calm = { name: 'two', withinMs: 50, look: () => [fine('well')] };
  expect(await runCheck(calm, patient)).toMatchObject([{ name: 'two', level: 'ok' }]);
});

test('a clock before any possible year is critical', async () => {
  const dataDir = await newBox('clock');
  const [found] = await checked(dataDir, new Date('1970-01-02T00:00:00Z'), 'clock');
  expect(found).toMatchObject({ level: 'critical', message: expect.stringContaining('which cannot be') });
  expect((await checked(dataDir, new Date(), 'clock')).map(({ level }) => level)).toEqual(['ok']);
});

test('looking at a database that is in use sees what was committed and leaves no file behind', async () => {
  const dataDir = await newBox('in-use');
  const path = join(dataDir, 'detection_data.db');
  const before = readdirSync(dataDir);
  expect((await lookAtDatabase(path)).state).toBe('read');
  expect(readdirSync(dataDir)).toEqual(before);
  const db = new Database(path);
  db.exec(`INSERT INTO rejected_lines (code) VALUES ('no_json')`);
  const during = readdirSync(dataDir);
  expect(await lookAtDatabase(path)).toMatchObject({
    facts: { refusedLately: [{ code: 'no_json', lines: 1 }] },
  });
  expect(readdirSync(dataDir)).toEqual(during);
  db.close();
});

test('an older file answers what it can', async () => {
  const path = join(folder.path, 'older.db');
  const db = new Database(path);
  db.exec(`CREATE TABLE division_states (location_id TEXT, synced_to_cloud INTEGER);
    INSERT INTO division_states VALUES ('a', 0), ('a', NULL), ('b', 1), ('', 0)`);
  db.close();
  const look = await lookAtDatabase(path);
  expect(look).toMatchObject({
    state: 'read',
    facts: {
      applicationId: 0,
      settings: {},
      locations: [
        { locationId: 'a', rows: 2, unsent: 2 },
        { locationId: 'b', rows: 1, unsent: 0 },
      ],
      quarantined: null,
      otherSyncAt: null,
    },
  });
});

test('a file that is locked against readers is told from a damaged one', async () => {
  const path = join(folder.path, 'exclusive.db');
  const db = new Database(path);
  db.exec('CREATE TABLE a (b); BEGIN EXCLUSIVE');
  expect(await lookAtDatabase(path)).toMatchObject({ state: 'unreadable', code: 'SQLITE_BUSY' });
  db.close();
});

test('the kernel names who holds a file for writing, and only them', async () => {
  const dataDir = await newBox('writers');
  const path = join(dataDir, 'detection_data.db');
  const db = new Database(path);
  db.exec('BEGIN IMMEDIATE');
  expect(writersOf(`${path}-shm`, lockBytes.walWrite)).toEqual([process.pid]);
  db.exec('ROLLBACK');
  expect(writersOf(`${path}-shm`, lockBytes.walWrite)).toEqual([]);
  expect(writersOf(join(dataDir, 'nothing'), lockBytes.shared)).toEqual([]);
  db.close();
});

test('a probe that hangs is left behind, one that crashes says how', async () => {
  const pipe = join(folder.path, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  expect(await runProbe('damage-probe', [pipe], 500)).toEqual({ ended: 'late' });
  expect(await runProbe('damage-probe', [join(folder.path, 'nowhere')], 10_000)).toMatchObject({
    ended: 'badly',
    reason: expect.stringContaining('ENOENT'),
  });
});

test('pipes in place of files keep nobody waiting', async () => {
  const dataDir = join(folder.path, 'pipes');
  mkdirSync(join(dataDir, 'zones'), { recursive: true });
  for (const name of ['config.json', 'detection_data.db', 'zones/camera.json']) {
    spawnSync('mkfifo', [join(dataDir, name)]);
  }
  const { diagnosis, cause } = await examine({
    dataDir,
    environment: readEnvironment(variables),
    now: () => new Date(),
  });
  const words = diagnosis.checks.map(({ name, message }) => `${name}: ${message}`).join('\n');
  expect(words).toMatch(/configuration: .*no ordinary file/);
  expect(words).toMatch(/database: .*no ordinary file/);
  expect(words).not.toMatch(/did not come to an end/);
  expect(cause).toBe('configuration');
});

test('only an unreachable cloud is a matter of waiting', async () => {
  const dataDir = await newBox('waiting');
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part({ role: 'authenticated', app_metadata: { location_id: 'a' } })}.x`;
  const cloud = {
    ...variables,
    SUPABASE_URL: 'http://127.0.0.1:2',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
    BACKHAUL_DEVICE_TOKEN: token,
  };
  const look = (more: Record<string, string>) =>
    examine({ dataDir, environment: readEnvironment({ ...cloud, ...more }), now: () => new Date() });
  expect((await look({})).cause).toBe('unreachable');
  expect((await look({ BACKHAUL_CAPTURE_COMMAND: '["/nowhere"]' })).cause).toBe('fault');
  expect((await look({ BACKHAUL_SYNC_LANES: '0' })).cause).toBe('configuration');
});

test('sizes are written as people read them', () => {
  expect([0, 500, 1536, 5 * 1024 ** 2, 200 * 1024 ** 3].map(sizeText)).toEqual([
    '0 bytes',
    '500 bytes',
    '1.5 KB',
    '5.0 MB',
    '200 GB',
  ]);
});

test('another sync program of long ago is a note, one of this week a warning', async () => {
  const dataDir = await newBox('other-sync');
  const db = new Database(join(dataDir, 'detection_data.db'));
  db.exec(
    `INSERT INTO backhaul_settings (name, value) VALUES ('other_sync', '{"at":"2026-01-01T00:00:00.000Z","rows":3}')`,
  );
  db.close();
  const levelOn = async (day: string): Promise<unknown> =>
    (await checked(dataDir, new Date(day), 'other-sync')).map(({ level }) => level);
  expect(await levelOn('2026-01-03')).toEqual(['warning']);
  expect(await levelOn('2026-02-03')).toEqual(['info']);
});

test('a last run that a person must mend, a comparison that disagreed and a dropped table are told', async () => {
  const dataDir = await newBox('last-run');
  const now = new Date();
  const levels = async (name: string): Promise<string[]> =>
    (await checked(dataDir, now, name)).map(({ level }) => level);
  expect([await levels('last-run'), await levels('comparison'), await levels('tables')]).toEqual([
    ['ok'],
    ['ok'],
    ['ok'],
  ]);
  const db = new Database(join(dataDir, 'detection_data.db'));
  db.exec(`INSERT INTO sync_status (status, fault_code, error_message, run_key)
      VALUES ('failed', 'misconfigured', 'a GRANT is missing', 'a');
    INSERT INTO backhaul_settings (name, value)
      VALUES ('last_verification', '{"at":"2026-11-20T00:00:00.000Z","agrees":false}');
    DROP TABLE division_states`);
  db.close();
  expect([await levels('last-run'), await levels('comparison'), await levels('tables')]).toEqual([
    ['critical'],
    ['warning'],
    ['critical'],
  ]);
});
