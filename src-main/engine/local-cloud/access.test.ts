import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevice, type Device, sendParents, temporaryDataDir } from './cloud-under-test.ts';
import { issueToken, type LocalCloudLease, openLocalCloud } from './service.ts';

const folder = temporaryDataDir();
const session = '20251213_143500_camera_35';
let lease: LocalCloudLease;
let storeA: Device;
let storeB: Device;
let readerOfA: Device;
let anonymous: Device;

beforeAll(async () => {
  lease = await openLocalCloud(folder.dataDir, {});
  const token = (locationId: string, readOnly: boolean) =>
    issueToken(folder.dataDir, { locationId, readOnly, ttlSeconds: 600 });
  storeA = createDevice(lease.connection, await token('store_a', false));
  storeB = createDevice(lease.connection, await token('store_b', false));
  readerOfA = createDevice(lease.connection, await token('store_a', true));
  anonymous = createDevice(lease.connection, null);
  await sendParents(storeA, 'store_a', session);
  await sendParents(storeB, 'store_b', session);
}, 30_000);

afterAll(async () => {
  await lease.close();
  folder.remove();
});

function divisionState(frame: number, change: object = {}): object {
  return {
    location_id: 'store_a',
    session_id: session,
    camera_id: 'camera_35',
    frame_number: frame,
    timestamp_video: frame / 25,
    timestamp_recorded: '2025-12-13 14:35:00.5+08:00',
    state: 'RED',
    walking_area_waiters: 0,
    service_area_waiters: 0,
    total_staff: 0,
    ...change,
  };
}

const stateKey = 'location_id,session_id,camera_id,frame_number';

test('two stores may both have a camera_35 and the same session', async () => {
  expect((await storeA.select('ASE_sessions?select=location_id')).body).toEqual([{ location_id: 'store_a' }]);
  expect((await storeB.select('ASE_sessions?select=location_id')).body).toEqual([{ location_id: 'store_b' }]);
});

test('sending rows again leaves one of each, and the answer counts what was really inserted', async () => {
  const first = await storeA.insertOrIgnore('ASE_division_states', stateKey, [
    divisionState(1),
    divisionState(2),
  ]);
  expect([first.status, first.headers.get('content-range')]).toEqual([201, '*/2']);
  const again = await storeA.insertOrIgnore(
    'ASE_division_states',
    stateKey,
    [1, 2, 3].map((n) => divisionState(n)),
  );
  expect([again.status, again.headers.get('content-range')]).toEqual([201, '*/1']);
  const rows = await storeA.select(
    'ASE_division_states?select=frame_number,timestamp_recorded&order=frame_number',
  );
  expect(rows.body).toEqual(
    [1, 2, 3].map((n) => ({ frame_number: n, timestamp_recorded: '2025-12-13T06:35:00.5+00:00' })),
  );
});

test('a store neither reads nor writes what belongs to another', async () => {
  await storeA.insertOrIgnore('ASE_division_states', stateKey, [divisionState(10)]);
  expect((await storeB.select('ASE_division_states')).body).toEqual([]);
  const forged = await storeB.insert('ASE_division_states', divisionState(11));
  expect([forged.status, forged.body]).toMatchObject([403, { code: '42501' }]);
  await storeB.call('PATCH', '/rest/v1/ASE_division_states?frame_number=eq.10', { state: 'GREEN' });
  const moved = await storeA.call('PATCH', '/rest/v1/ASE_division_states?frame_number=eq.10', {
    location_id: 'store_b',
  });
  expect(moved.status).toBe(403);
  const untouched = await storeA.select('ASE_division_states?frame_number=eq.10&select=location_id,state');
  expect(untouched.body).toEqual([{ location_id: 'store_a', state: 'RED' }]);
});

test('a read-only token reads and is refused every write', async () => {
  expect((await readerOfA.select('ASE_locations?select=location_id')).body).toEqual([
    { location_id: 'store_a' },
  ]);
  expect((await readerOfA.insert('ASE_division_states', divisionState(20))).status).toBe(403);
  expect((await readerOfA.insertOrIgnore('ASE_division_states', stateKey, [divisionState(20)])).status).toBe(
    403,
  );
  expect((await readerOfA.call('PATCH', '/rest/v1/ASE_locations', { city: 'Elsewhere' })).status).toBe(403);
});

test('no device deletes, and no token at all gets nothing', async () => {
  expect((await storeA.call('DELETE', '/rest/v1/ASE_division_states?frame_number=gt.0')).status).toBe(403);
  expect((await anonymous.select('ASE_locations')).status).toBe(401);
  expect((await anonymous.insert('ASE_division_states', divisionState(30))).status).toBe(401);
  expect((await anonymous.call('POST', '/rest/v1/rpc/backhaul_purge', {})).status).toBe(401);
  expect((await storeA.call('POST', '/rest/v1/rpc/backhaul_purge', {})).status).toBe(403);
});

test('what no store can mean is refused with its own code', async () => {
  const codeOf = async (change: object) => {
    const answer = await storeA.insert('ASE_division_states', divisionState(40, change));
    return [answer.status, (answer.body as { code: string }).code];
  };
  expect(await codeOf({ state: 'BLUE' })).toEqual([400, '23514']);
  expect(await codeOf({ total_staff: -1 })).toEqual([400, '23514']);
  expect(await codeOf({ session_id: '20250101_000000_unknown' })).toEqual([409, '23503']);
  const table = { ...divisionState(41), table_id: 'T1', state: 'RED' };
  const {
    walking_area_waiters: _w,
    service_area_waiters: _s,
    total_staff: _t,
    ...row
  } = table as Record<string, unknown>;
  expect((await storeA.insert('ASE_table_states', row)).body).toMatchObject({ code: '23514' });
});

test('an upsert of a parent changes it, and the free text of older files keeps no parent out', async () => {
  const video = {
    location_id: 'store_a',
    camera_id: 'camera_35',
    video_filename: 'a.mp4',
    video_date: 'yesterday, about noon',
    start_time: '14:35',
  };
  const key = 'location_id,camera_id,video_filename';
  expect((await storeA.upsert('ASE_videos', key, video)).status).toBe(201);
  expect((await storeA.upsert('ASE_videos', key, { ...video, duration_seconds: 9.5 })).status).toBeLessThan(
    300,
  );
  expect((await storeA.select('ASE_videos?select=duration_seconds')).body).toEqual([
    { duration_seconds: 9.5 },
  ]);
  const rois = { location_id: 'store_a', camera_id: 'camera_35', roi_identifier: 'T1', roi_version: null };
  const roiKey = 'location_id,camera_id,roi_identifier,roi_version';
  await storeA.upsert('ASE_camera_rois', roiKey, rois);
  await storeA.upsert('ASE_camera_rois', roiKey, {
    ...rois,
    polygon_points: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  });
  expect((await storeA.select('ASE_camera_rois?select=polygon_points')).body).toEqual([
    {
      polygon_points: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
  ]);
});

test('bookkeeping needs no parent', async () => {
  const storeC = createDevice(
    lease.connection,
    await issueToken(folder.dataDir, { locationId: 'store_c', readOnly: false, ttlSeconds: 60 }),
  );
  const run = { location_id: 'store_c', run_key: '5b0c0a3e-3f5f-4f43-9d3c-0c62a4d5a001', status: 'success' };
  expect((await storeC.upsert('ASE_sync_status', 'location_id,run_key', run)).status).toBe(201);
});

test('the analyst sees every store and changes nothing', async () => {
  const client = new pg.Client({ ...lease.connection.postgres });
  await client.connect();
  try {
    const seen = await client.query('select location_id from "ASE_locations" order by 1');
    expect(seen.rows.map((row) => row.location_id)).toEqual(['store_a', 'store_b']);
    await client.query('set default_transaction_read_only = off');
    await expect(client.query('delete from "ASE_locations"')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('select * from backhaul_auth.refresh_tokens')).rejects.toMatchObject({
      code: '42501',
    });
  } finally {
    await client.end();
  }
});
