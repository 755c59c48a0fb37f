import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState, type TestBox } from '../../../e2e/support/test-box.ts';

const boxes = withCloudBoxes();

function stateRequests(): number {
  return boxes.proxy.requests().get('POST /rest/v1/ASE_division_states') ?? 0;
}

function division(run: Awaited<ReturnType<TestBox['run']>>) {
  return run.streams.find((one) => one.stream === 'division_states');
}

test('three bad records among five thousand are set aside, all others land in the same run, at most 20 requests more each', async () => {
  const box = await boxes.openProxied();
  const bad = [17, 2048, 4999];
  for (let frame = 0; frame < 5000; frame += 1)
    insertDivisionState(box, frame, bad.includes(frame) ? { state: 'BLUE' } : {});
  const before = stateRequests();
  const run = await box.run();
  expect(run).toMatchObject({ status: 'partial', quarantined: 3, failed: 0, sent: 5000 });
  expect(stateRequests() - before).toBeLessThanOrEqual(5 + 3 * 20);
  expect((await boxes.cloudFrames(box)).length).toBe(4997);
  const entries = box.sync.quarantine.list({ resolved: false, limit: 10 });
  expect(entries.map((entry) => entry.recordKey).sort()).toEqual(
    bad.map((frame) => `session_1/${frame}/camera_35`).sort(),
  );
  for (const entry of entries) expect(entry).toMatchObject({ code: '23514', attempts: 1 });
  expect(entries[0]?.message).toContain('violates check constraint');
  expect(entries[0]?.payload).toMatchObject({ state: 'BLUE' });
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0, verified: true });
});

test('a cluster of bad records at the front does not pass for a blocked stream', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 200; frame += 1)
    insertDivisionState(box, frame, frame < 60 || frame % 40 === 0 ? { state: 'BLUE' } : {});
  const run = await box.run();
  expect(division(run)).toMatchObject({ quarantined: 63, sent: 137, failed: 0 });
});

test('fewer than twenty bad records are bad records, even when they are all there is', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 19; frame += 1) insertDivisionState(box, frame, { state: 'BLUE' });
  expect(division(await box.run())).toMatchObject({ planned: 19, quarantined: 19, failed: 0 });
});

test('a rule that refuses everything blocks the stream, sets nothing aside, and it goes on when the rule is gone', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 3000; frame += 1)
    insertDivisionState(box, frame, { walking_area_waiters: 1 + (frame % 3) });
  await boxes.cloud.sql(
    'ALTER TABLE "ASE_division_states" ADD CONSTRAINT none CHECK (walking_area_waiters > 99) NOT VALID',
  );
  const before = stateRequests();
  let run: Awaited<ReturnType<TestBox['run']>>;
  try {
    run = await box.run();
  } finally {
    await boxes.cloud.sql('ALTER TABLE "ASE_division_states" DROP CONSTRAINT none');
  }
  expect(run).toMatchObject({ faultCode: 'misconfigured', errorGroup: 'schema', quarantined: 0 });
  expect(division(run)).toMatchObject({ planned: 3000, failed: 3000, sent: 0 });
  expect(division(run)?.error).toContain('23514');
  expect(stateRequests() - before).toBeLessThan(300);
  expect(box.sync.quarantine.list({ resolved: true, limit: 10 })).toEqual([]);
  expect(await box.run()).toMatchObject({ status: 'success', sent: 3000, verified: true });
});

test('retry sends again, and what is refused once more keeps its entry with one attempt more', async () => {
  const box = await boxes.openProxied();
  for (const frame of [1, 2, 3]) insertDivisionState(box, frame, frame === 2 ? { state: 'BLUE' } : {});
  await box.run();
  const [entry] = box.sync.quarantine.list({ resolved: false, limit: 10 });
  expect(await box.sync.quarantine.retry({ ids: [entry?.id ?? 0] })).toEqual({
    matched: 1,
    done: 1,
    stillOpen: 0,
  });
  expect(division(await box.run())).toMatchObject({ planned: 1, quarantined: 1 });
  expect(box.sync.quarantine.list({ resolved: true, limit: 10 })).toMatchObject([
    { id: entry?.id, attempts: 2, resolution: 'open', firstSeen: entry?.firstSeen },
  ]);
});

test('an edit changes the local row but never its key, and the record lands', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  insertDivisionState(box, 2, { state: 'BLUE' });
  insertDivisionState(box, 2, { state: 'BLUE' });
  const run = await box.run();
  expect(division(run)).toMatchObject({ sent: 1, quarantined: 2 });
  const entry = box.sync.quarantine.list({ resolved: false, limit: 10 }).find((one) => one.code === '23514');
  const edit = (values: Record<string, string | number>) => box.sync.quarantine.edit(entry?.id ?? 0, values);
  await expect(edit({ frame_number: 5 })).rejects.toThrow('frame_number cannot be edited');
  await expect(edit({ total_staff: -1 })).rejects.toThrow('total_staff is no count');
  expect(await edit({ state: 'RED' })).toMatchObject({ resolution: 'edited' });
  expect(division(await box.run())).toMatchObject({ planned: 2, sent: 1, duplicates: 1 });
  const states = box.other.prepare('SELECT state FROM division_states ORDER BY 1').pluck().all();
  expect(states).toEqual(['GREEN', 'RED', 'RED']);
  expect(box.sync.quarantine.list({ resolved: false, limit: 10 })).toEqual([]);
});

test('what is discarded stays here, marked -1 with its copies, and is never sent', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  insertDivisionState(box, 2, { state: 'BLUE' });
  insertDivisionState(box, 2, { state: 'BLUE' });
  await box.run();
  expect(await box.sync.quarantine.discard({})).toEqual({ matched: 2, done: 2, stillOpen: 0 });
  const flags = box.other
    .prepare('SELECT synced_to_cloud FROM division_states ORDER BY division_state_id')
    .pluck();
  expect(flags.all()).toEqual([1, -1, -1]);
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0, verified: true });
});

test('a parent with bad content is set aside, and its records go all the same', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  await box.run('full', { dryRun: true });
  box.other.exec(`INSERT INTO sessions (session_id, camera_id, location_id, processing_status, start_time)
    VALUES ('session_1', 'camera_35', '${box.locationId}', 'a' || char(0) || 'b', '2026-11-20 12:00:00')`);
  const run = await box.run();
  expect(run.streams.find((one) => one.stream === 'sessions')).toMatchObject({
    planned: 1,
    quarantined: 1,
    failed: 0,
  });
  expect(division(run)).toMatchObject({ sent: 1, failed: 0 });
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0 });
  box.other.exec(`UPDATE sessions SET processing_status = 'completed'`);
  expect(await box.run()).toMatchObject({ status: 'success', sent: 1 });
  expect(box.sync.quarantine.list({ resolved: false, limit: 10 })).toEqual([]);
  const rows = await boxes.cloud.sql('SELECT processing_status FROM "ASE_sessions" WHERE location_id = $1', [
    box.locationId,
  ]);
  expect(rows).toEqual([{ processing_status: 'completed' }]);
});

test('NUL characters and bytes that are no UTF-8 never reach the cloud and hold nothing back', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  insertDivisionState(box, 2, { state: 'GRE\0EN' });
  insertDivisionState(box, 3);
  box.other.exec(`UPDATE division_states SET state = CAST(x'4752EDA080' AS TEXT) WHERE frame_number = 3`);
  const run = await box.run();
  expect(division(run)).toMatchObject({ sent: 1, quarantined: 2, failed: 0 });
  expect(box.sync.quarantine.list({ resolved: false, limit: 10 }).map((one) => one.code)).toEqual([
    'invalid_shape',
    'invalid_shape',
  ]);
});

test('copies whose first row lies outside the window go with it once, none is set aside', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 100; frame += 1) {
    insertDivisionState(box, frame, { created_at: '2026-01-01 00:00:00' });
    insertDivisionState(box, frame);
    insertDivisionState(box, frame);
  }
  const run = await box.run('hourly');
  expect(division(run)).toMatchObject({
    planned: 200,
    sent: 100,
    duplicates: 100,
    quarantined: 0,
    failed: 0,
  });
  expect((await boxes.cloudFrames(box)).length).toBe(100);
});

test('a row whose session is written down as another location’s is set aside with the reason; a nameless one is completed', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1, { session_id: 'elsewhere' });
  insertDivisionState(box, 2, { session_id: 'nameless' });
  box.other.exec(`INSERT INTO sessions (session_id, camera_id, location_id) VALUES
    ('elsewhere', 'camera_35', 'other'), ('nameless', 'camera_35', '')`);
  const run = await box.run();
  expect(division(run)).toMatchObject({ planned: 2, sent: 1, quarantined: 1, failed: 0 });
  expect(box.sync.quarantine.list({ resolved: false, limit: 5 })).toMatchObject([{ code: 'wrong_location' }]);
});

test('an entry ends with its row, and a new row that got its id is no bad record', async () => {
  const box = await boxes.openProxied();
  box.other.exec(`CREATE TABLE kept AS SELECT * FROM division_states; DROP TABLE division_states;
    CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY, session_id TEXT, camera_id TEXT, location_id TEXT,
      frame_number INTEGER, timestamp_video REAL, timestamp_recorded TEXT, state TEXT, walking_area_waiters INTEGER,
      service_area_waiters INTEGER, total_staff INTEGER, screenshot_path TEXT, synced_to_cloud INTEGER DEFAULT 0,
      created_at TEXT DEFAULT CURRENT_TIMESTAMP)`);
  const again = await boxes.reopen(box);
  insertDivisionState(again, 1, { state: 'BLUE' });
  expect(await again.run()).toMatchObject({ quarantined: 1 });
  again.other.exec('DELETE FROM division_states');
  expect(insertDivisionState(again, 2)).toBe(1);
  expect(division(await again.run())).toMatchObject({ planned: 1, sent: 1 });
  expect(again.sync.quarantine.list({ resolved: false, limit: 5 })).toEqual([]);
});

test('a decision about an equal copy leaves the other copies alone', async () => {
  const box = await boxes.openProxied();
  for (const state of ['BLUE', 'BLUE', 'BLUE']) insertDivisionState(box, 1, { state });
  await box.run();
  const copy = box.sync.quarantine.list({ resolved: false, limit: 5 }).find((one) => one.code !== '23514');
  await box.sync.quarantine.discard({ ids: [copy?.id ?? 0] });
  expect(box.sync.quarantine.list({ resolved: false, limit: 5 }).length).toBe(2);
});
