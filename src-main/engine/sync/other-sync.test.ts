import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertDivisionState, openTestBox, type TestBox } from '../../../e2e/support/test-box.ts';
import { startTestCloud, type TestCloud } from '../../../e2e/support/test-cloud.ts';
import { lastSigns } from '../health/camera-signs.ts';
import { lastDay, otherSync } from '../health/facts.ts';

let cloud: TestCloud;
let box: TestBox;

beforeAll(async () => {
  cloud = await startTestCloud();
  box = await openTestBox(cloud);
});

afterAll(async () => {
  await box?.close();
  await cloud?.close();
});

test('records that another script marks after our plan, and runs that it records, are noticed', async () => {
  insertDivisionState(box, 1, { synced_to_cloud: 1 });
  box.other.exec(
    `INSERT INTO sync_status (sync_type, last_sync_time, status) VALUES ('full', datetime('now'), 'success')`,
  );
  insertDivisionState(box, 2);
  await box.run();
  await box.run();
  expect(otherSync(box.storage, new Date())).toEqual({ rows: 0, runs: 0 });
  insertDivisionState(box, 3, { synced_to_cloud: 1 });
  insertDivisionState(box, 4);
  await box.run();
  expect(otherSync(box.storage, new Date())).toEqual({ rows: 1, runs: 0 });
  box.other.exec(
    `INSERT INTO sync_status (sync_type, last_sync_time, status) VALUES ('full', datetime('now'), 'success')`,
  );
  await box.run();
  expect(otherSync(box.storage, new Date())).toEqual({ rows: 1, runs: 1 });
  expect(otherSync(box.storage, new Date(Date.now() + 8 * 86_400_000))).toEqual({ rows: 0, runs: 0 });
});

test('what failed and what contradicts in the last day is counted, and each camera’s last sign', async () => {
  insertDivisionState(box, 10, { state: 'BLUE' });
  insertDivisionState(box, 11, {
    session_id: 's2',
    camera_id: 'camera_36',
    created_at: '2026-01-01 00:00:00',
  });
  await box.run();
  expect(lastDay(box.storage, new Date())).toMatchObject({ bad: 1, conflicts: 0 });
  const signs = await lastSigns(box.storage);
  expect([...signs.keys()].sort()).toEqual(['camera_35', 'camera_36']);
  box.other.exec(`UPDATE cameras SET status = 'inactive' WHERE camera_id = 'camera_36'`);
  expect([...(await lastSigns(box.storage)).keys()]).toEqual(['camera_35']);
});

test('the heartbeat is one row of the box, overwritten', async () => {
  const quiet = new AbortController().signal;
  await box.sync.sendHeartbeat('waiting', 7, quiet);
  await box.sync.sendHeartbeat('safe', 0, quiet);
  const rows = await cloud.sql(
    `SELECT verdict, pending::int, version IS NOT NULL AS version FROM "ASE_sync_status"
     WHERE location_id = $1 AND sync_type = 'heartbeat'`,
    [box.locationId],
  );
  expect(rows).toEqual([{ verdict: 'safe', pending: 0, version: true }]);
});
