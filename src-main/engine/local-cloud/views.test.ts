import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateCloud } from '../cloud/migrate.ts';
import { createDevice, type Device, sendParents, temporaryDataDir } from './cloud-under-test.ts';
import { adminConnectionString, issueToken, type LocalCloudLease, openLocalCloud } from './service.ts';

const folder = temporaryDataDir();
const session = '20251213_133000_camera_35';
let lease: LocalCloudLease;
let store: Device;

beforeAll(async () => {
  lease = await openLocalCloud(folder.dataDir, {});
  const token = await issueToken(folder.dataDir, { locationId: 'store_v', readOnly: false, ttlSeconds: 600 });
  store = createDevice(lease.connection, token);
  const hours = { start_time: '2025-12-13T13:30:00+08:00', end_time: '2025-12-13T15:00:00+08:00' };
  await sendParents(store, 'store_v', session, hours);
}, 30_000);

afterAll(async () => {
  await lease.close();
  folder.remove();
});

const head = (frame: number, clock: string) => ({
  location_id: 'store_v',
  session_id: session,
  camera_id: 'camera_35',
  frame_number: frame,
  timestamp_recorded: `2025-12-13T${clock}+08:00`,
});

test('the share of RED is weighed by time and split at the hours of the store', async () => {
  await store.insert('ASE_division_states', [
    { ...head(0, '13:30:00'), state: 'GREEN' },
    { ...head(100, '13:45:00'), state: 'RED' },
    { ...head(200, '14:15:00'), state: 'YELLOW' },
  ]);
  const hours = await store.select(
    'ASE_division_red_hourly?select=local_hour,observed_seconds,red_seconds,yellow_seconds,green_seconds,red_share&order=hour',
  );
  expect(hours.body).toEqual([
    {
      local_hour: '2025-12-13T13:00:00',
      observed_seconds: 1800,
      red_seconds: 900,
      yellow_seconds: 0,
      green_seconds: 900,
      red_share: 0.5,
    },
    {
      local_hour: '2025-12-13T14:00:00',
      observed_seconds: 3600,
      red_seconds: 900,
      yellow_seconds: 2700,
      green_seconds: 0,
      red_share: 0.25,
    },
  ]);
  const location = await store.select(
    'ASE_red_share_by_location?select=location_id,observed_seconds,red_share',
  );
  expect(location.body).toEqual([{ location_id: 'store_v', observed_seconds: 5400, red_share: 0.3333 }]);
  const overall = await store.select(
    'ASE_red_share_overall?select=locations,observed_seconds,red_seconds,red_share',
  );
  expect(overall.body).toEqual([
    { locations: 1, observed_seconds: 5400, red_seconds: 1800, red_share: 0.3333 },
  ]);
});

test('occupancy of a table counts how long it was busy, not how often it changed', async () => {
  const row = (frame: number, clock: string, state: string, customers: number) => ({
    ...head(frame, clock),
    table_id: 'T1',
    state,
    customers_count: customers,
    waiters_count: 0,
  });
  await store.insert('ASE_table_states', [
    row(0, '14:00:00', 'BUSY', 2),
    row(10, '14:20:00', 'CLEANING', 2),
    row(11, '14:20:01', 'BUSY', 4),
    row(12, '14:30:01', 'IDLE', 0),
  ]);
  const hours = await store.select('ASE_table_occupancy_hourly?table_id=eq.T1');
  expect(hours.body).toMatchObject([
    {
      busy_seconds: 1800,
      cleaning_seconds: 1,
      idle_seconds: 1799,
      occupancy: 0.5,
      in_use_share: 0.5003,
      average_customers: 1.33,
    },
  ]);
});

test('a mistyped zone and an impossible end of a session break no view', async () => {
  await store.upsert('ASE_locations', 'location_id', { location_id: 'store_v', timezone: 'Asia/Shangai' });
  await store.upsert('ASE_sessions', 'location_id,session_id', {
    ...{ location_id: 'store_v', session_id: '20200101_000000_camera_35', camera_id: 'camera_35' },
    ...{ start_time: '2020-01-01T00:00:00Z', end_time: '9999-01-01T00:00:00Z' },
  });
  const lone = {
    ...head(0, '00:00:00'),
    session_id: '20200101_000000_camera_35',
    timestamp_recorded: '2020-01-01T00:00:00Z',
  };
  await store.insert('ASE_division_states', { ...lone, state: 'RED' });
  const hours = await store.select('ASE_division_red_hourly?hour=lt.2021-01-01&select=local_hour');
  expect((hours.body as unknown[]).length).toBe(24);
});

test('the migrations do no harm a second time, by the command or pasted again', async () => {
  const connectionString = await adminConnectionString(folder.dataDir);
  const again = await migrateCloud(connectionString, {});
  expect(again.applied).toEqual([]);
  expect(again.already).toContain('0001_schema');
  await withClient(connectionString, (client) => client.query('delete from backhaul_migrations'));
  const pasted = await migrateCloud(connectionString, {});
  expect(pasted.applied).toEqual(again.already);
  expect((await store.select('ASE_division_states?select=frame_number')).body).toHaveLength(4);
});

test('the purge takes whole sessions that are past, their videos, and nothing younger', async () => {
  const connectionString = await adminConnectionString(folder.dataDir);
  const recent = '20991231_000000_camera_35';
  await sendParents(store, 'store_v', recent, {
    start_time: new Date(Date.now() - 100 * 86_400_000).toISOString(),
  });
  await store.insert('ASE_division_states', [
    {
      ...head(1, '00:00:00'),
      session_id: recent,
      timestamp_recorded: new Date(Date.now() - 95 * 86_400_000),
      state: 'RED',
    },
    {
      ...head(2, '00:00:00'),
      session_id: recent,
      timestamp_recorded: new Date(Date.now() - 85 * 86_400_000),
      state: 'RED',
    },
  ]);
  const video = { location_id: 'store_v', camera_id: 'camera_35' };
  await store.insert('ASE_videos', [
    { ...video, video_filename: 'old.mp4', video_date: '20200101' },
    { ...video, video_filename: 'undated.mp4', video_date: 'unknown' },
  ]);
  const purged = await withClient(connectionString, (client) =>
    client.query("select backhaul_purge('90 days') as counts"),
  );
  expect(purged.rows[0].counts).toEqual({ division_states: 4, table_states: 4, sessions: 2, videos: 1 });
  expect((await store.select('ASE_division_states?select=session_id')).body).toEqual([
    { session_id: recent },
    { session_id: recent },
  ]);
  expect((await store.select('ASE_videos?select=video_filename')).body).toEqual([
    { video_filename: 'undated.mp4' },
  ]);
});

async function withClient<T>(connectionString: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
