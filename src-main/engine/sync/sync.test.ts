import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState, type TestBox, targetOf } from '../../../e2e/support/test-box.ts';

const boxes = withCloudBoxes();

function marked(box: TestBox): number[] {
  const sql =
    'SELECT frame_number FROM division_states WHERE synced_to_cloud = 1 ORDER BY frame_number, division_state_id';
  return box.other.prepare(sql).pluck().all() as number[];
}

test('a full run carries every pending row with its parents, is verified, and the next one sends nothing', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 2500; frame += 1) insertDivisionState(box, frame);
  const run = await box.run();
  expect(run).toMatchObject({
    status: 'success',
    planned: 2503,
    sent: 2503,
    duplicates: 0,
    failed: 0,
    verified: true,
  });
  expect((await boxes.cloudFrames(box)).length).toBe(2500);
  expect(marked(box).length).toBe(2500);
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0, sent: 0, verified: true });
});

test('what is sent holds the instant of the store-local time and nothing that belongs to the box alone', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1, {
    timestamp_recorded: '2026-11-20 12:00:00.25',
    screenshot_path: '/private/a.jpg',
  });
  insertDivisionState(box, 2, { timestamp_recorded: '2026-11-20 12:00:00-05:00' });
  await box.run();
  const rows = await boxes.cloud.sql(
    'SELECT * FROM "ASE_division_states" WHERE location_id = $1 ORDER BY frame_number',
    [box.locationId],
  );
  expect(rows.map((row) => (row.timestamp_recorded as Date).toISOString())).toEqual([
    '2026-11-20T04:00:00.250Z',
    '2026-11-20T17:00:00.000Z',
  ]);
  expect(Object.keys(rows[0] ?? {})).not.toContain('screenshot_path');
});

test('a cloud where half the batch already is: counts are right and every mark is of a row that is there', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 100; frame += 1) insertDivisionState(box, frame);
  await box.run();
  await boxes.cloud.sql('DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number % 2 = 0', [
    box.locationId,
  ]);
  box.other.exec('UPDATE division_states SET synced_to_cloud = 0');
  const run = await box.run();
  expect(run).toMatchObject({ status: 'success', planned: 100, sent: 50, duplicates: 50, verified: true });
  expect((await boxes.cloudFrames(box)).length).toBe(100);
});

test('a row that the cloud holds with older content takes over the content that is sent', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  await box.run();
  box.other.exec(`UPDATE division_states SET state = 'RED', walking_area_waiters = 0, synced_to_cloud = 0`);
  expect(await box.run()).toMatchObject({ sent: 0, duplicates: 1, verified: true });
  const rows = await boxes.cloud.sql('SELECT state FROM "ASE_division_states" WHERE location_id = $1', [
    box.locationId,
  ]);
  expect(rows).toEqual([{ state: 'RED' }]);
});

test('the answer of a committed batch is lost: no duplicate, no loss', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 500; frame += 1) insertDivisionState(box, frame);
  let lost = 0;
  boxes.proxy.treat((request) => {
    if (request.method !== 'POST' || !request.url?.includes('ASE_division_states') || lost > 0) return 'pass';
    lost += 1;
    return 'lose answer';
  });
  const run = await box.run();
  expect(lost).toBe(1);
  expect(run).toMatchObject({ status: 'success', planned: 503, duplicates: 500, failed: 0, verified: true });
  expect((await boxes.cloudFrames(box)).length).toBe(500);
});

test('resets, 429 with Retry-After, 503 and an HTML page pass by themselves', async () => {
  const box = await boxes.openProxied({ attempts: 8 });
  for (let frame = 0; frame < 50; frame += 1) insertDivisionState(box, frame);
  const faults = [
    'reset before' as const,
    { status: 429, body: '{}', headers: { 'retry-after': '0' } },
    { status: 503, body: '<html>down</html>' },
    { status: 200, body: '<html>Welcome to the hotel</html>' },
  ];
  boxes.proxy.treat((request) =>
    request.url?.includes('ASE_division_states') ? (faults.shift() ?? 'pass') : 'pass',
  );
  expect(await box.run()).toMatchObject({ status: 'success', sent: 53, failed: 0, verified: true });
});

test('a batch that is too large is halved until it goes through', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 64; frame += 1) insertDivisionState(box, frame);
  boxes.proxy.treat((request) => {
    const tooLarge =
      request.url?.includes('ASE_division_states') && Number(request.headers['content-length']) > 4000;
    return tooLarge ? { status: 413, body: '' } : 'pass';
  });
  expect(await box.run()).toMatchObject({ status: 'success', sent: 67, verified: true });
});

test('a row that is edited while it travels is not marked with the new content', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  insertDivisionState(box, 2);
  boxes.proxy.treat((request) => {
    if (request.method === 'POST' && request.url?.includes('ASE_division_states')) {
      box.other.exec(
        `UPDATE division_states SET state = 'YELLOW' WHERE frame_number = 2 AND synced_to_cloud = 0`,
      );
    }
    return 'pass';
  });
  await box.run();
  expect(marked(box)).toEqual([1]);
  boxes.proxy.treat(() => 'pass');
  expect(await box.run()).toMatchObject({ planned: 1, duplicates: 1, verified: true });
  const rows = await boxes.cloud.sql(
    'SELECT state FROM "ASE_division_states" WHERE location_id = $1 ORDER BY frame_number',
    [box.locationId],
  );
  expect(rows).toEqual([{ state: 'GREEN' }, { state: 'YELLOW' }]);
});

test('equal local copies travel once and are marked together; a differing copy is set aside', async () => {
  const box = await boxes.open();
  for (let copy = 0; copy < 5; copy += 1) insertDivisionState(box, 7);
  const differing = insertDivisionState(box, 7, { state: 'RED' });
  const run = await box.run();
  expect(run).toMatchObject({
    status: 'partial',
    planned: 9,
    sent: 4,
    duplicates: 4,
    quarantined: 1,
    failed: 0,
  });
  expect(marked(box)).toEqual([7, 7, 7, 7, 7]);
  expect(box.other.prepare('SELECT local_id, code, resolution FROM sync_quarantine').all()).toEqual([
    { local_id: differing, code: 'conflict', resolution: 'open' },
  ]);
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0, verified: true });
});

test('rows of another location in an older file are set aside before anything is sent', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  insertDivisionState(box, 2, { location_id: 'elsewhere' });
  const run = await box.run();
  expect(run.streams.find((one) => one.stream === 'division_states')).toMatchObject({
    planned: 2,
    sent: 1,
    quarantined: 1,
  });
  expect(
    await boxes.cloud.sql(`SELECT 1 FROM "ASE_division_states" WHERE location_id = 'elsewhere'`),
  ).toEqual([]);
});

test('a stub never overwrites a complete row in the cloud, and a completed one does', async () => {
  const first = await boxes.open();
  first.other
    .prepare(
      `INSERT INTO locations (location_id, city, restaurant_name, commercial_area) VALUES (?, 'Mianyang', 'Hotpot', '1958')`,
    )
    .run(first.locationId);
  insertDivisionState(first, 1);
  await first.run();
  const second = await boxes.open({ locationId: first.locationId });
  insertDivisionState(second, 2);
  expect(await second.run()).toMatchObject({ status: 'success', verified: true });
  const city = (): Promise<unknown[]> =>
    boxes.cloud.sql('SELECT city FROM "ASE_locations" WHERE location_id = $1', [first.locationId]);
  expect(await city()).toEqual([{ city: 'Mianyang' }]);
  second.other.exec(`UPDATE locations SET city = '绵阳', restaurant_name = '火锅', commercial_area = '1958'`);
  expect(await second.run()).toMatchObject({ planned: 1, sent: 1 });
  expect(await city()).toEqual([{ city: '绵阳' }]);
});

test('an hourly run takes the window and says how many older records are stranded; a full run takes them', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1, { created_at: '2020-01-01 00:00:00' });
  insertDivisionState(box, 2);
  const hourly = await box.run('hourly');
  expect(hourly).toMatchObject({ status: 'success', stranded: 1 });
  expect(hourly.streams.find((one) => one.stream === 'division_states')).toMatchObject({
    planned: 1,
    sent: 1,
  });
  expect(marked(box)).toEqual([2]);
  expect(await box.run('full')).toMatchObject({ status: 'success', planned: 1, stranded: 0 });
});

test('a dry run plans and validates, contacts no cloud and changes nothing', async () => {
  const box = await boxes.openProxied();
  for (let frame = 0; frame < 5; frame += 1) insertDivisionState(box, frame);
  const before = [...boxes.proxy.requests().values()].reduce((sum, one) => sum + one, 0);
  const run = await box.run('full', { dryRun: true });
  expect(run).toMatchObject({ runId: null, dryRun: true, status: 'success', planned: 5, verified: false });
  expect(run.planned).toBe(run.sent + run.duplicates + run.quarantined + run.failed);
  expect([...boxes.proxy.requests().values()].reduce((sum, one) => sum + one, 0)).toBe(before);
  expect(marked(box)).toEqual([]);
  expect(box.sync.journal.list(10)).toEqual([]);
});

test('a parent that is gone from the cloud goes again, its children wait and follow with the next run', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  await box.run();
  await boxes.cloud.sql('DELETE FROM "ASE_cameras" WHERE location_id = $1', [box.locationId]);
  insertDivisionState(box, 2);
  const run = await box.run();
  expect(run.streams.find((one) => one.stream === 'division_states')).toMatchObject({
    planned: 1,
    failed: 1,
    quarantined: 0,
  });
  expect(marked(box)).toEqual([1]);
  await box.run();
  expect(await boxes.cloudFrames(box)).toEqual([2]);
});

test('children of a parent that is not confirmed are held back', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  const run = await box.run('full', { streams: ['division_states'] });
  expect(run).toMatchObject({ status: 'failed', planned: 1, failed: 1 });
  expect(marked(box)).toEqual([]);
});

test('an unreachable cloud: the run fails with a clear word, nothing is marked, the next run takes all', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  boxes.proxy.treat(() => 'reset before');
  const run = await box.run();
  expect(run).toMatchObject({ status: 'failed', faultCode: 'unavailable', sent: 0, verified: false });
  expect(run.error).toContain('cannot be reached');
  expect(marked(box)).toEqual([]);
  boxes.proxy.treat(() => 'pass');
  expect(await box.run()).toMatchObject({ status: 'success', verified: true });
});

test('a token of another location is refused before anything is sent', async () => {
  const own = await boxes.open({ locationId: 'store_mine' });
  const box = await boxes.reopen(own, await targetOf(boxes.cloud, 'store_other'));
  insertDivisionState(box, 1);
  expect(await box.run()).toMatchObject({ status: 'failed', faultCode: 'misconfigured' });
});

test('pointed at another cloud, runs refuse until the switch has marked every held row pending again', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  await box.run();
  const moved = await boxes.reopen(box, await targetOf(boxes.cloud, box.locationId, boxes.proxy.url));
  expect(await moved.run()).toMatchObject({ status: 'failed', faultCode: 'misconfigured' });
  const answer = await moved.sync.switchCloud({ leaveBehind: false }, new AbortController().signal);
  expect(answer.marked).toBe(1);
  expect(await moved.run()).toMatchObject({ status: 'success', planned: 4, duplicates: 4, verified: true });
});

test('a row deleted or changed in the cloud: verify disagrees and names the session', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 20; frame += 1)
    insertDivisionState(box, frame, { session_id: `s${frame % 2}` });
  await box.run();
  const verify = () =>
    box.sync.verify({ repair: false, overwrite: false, acceptLost: false }, new AbortController().signal);
  expect((await verify()).agrees).toBe(true);
  await boxes.cloud.sql(
    `UPDATE "ASE_division_states" SET state = 'RED' WHERE location_id = $1 AND frame_number = 3`,
    [box.locationId],
  );
  const changed = await verify();
  expect(changed.agrees).toBe(false);
  expect(changed.streams[0]?.sessions[1]).toMatchObject({ missing: 0, different: 1, lost: 0, extra: 0 });
  expect(changed.streams[0]?.sessions.filter((one) => !one.agrees).map((one) => one.sessionId)).toEqual([
    's1',
  ]);
  await boxes.cloud.sql(`DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number = 4`, [
    box.locationId,
  ]);
  const both = (await verify()).streams[0]?.sessions ?? [];
  expect(both.map((one) => one.agrees)).toEqual([false, false]);
  expect(both[0]).toMatchObject({ missing: 1, different: 0, lost: 0, extra: 0 });
});

test('repair marks what is missing in the cloud as pending again, and the next run mends it', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 20; frame += 1) insertDivisionState(box, frame);
  await box.run();
  await boxes.cloud.sql(`DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number < 3`, [
    box.locationId,
  ]);
  const signal = new AbortController().signal;
  expect(await box.sync.verify({ repair: true, overwrite: false, acceptLost: false }, signal)).toMatchObject({
    agrees: false,
    repaired: 3,
  });
  expect(await box.run()).toMatchObject({ status: 'success', planned: 3, sent: 3, verified: true });
  expect(await box.sync.verify({ repair: true, overwrite: false, acceptLost: false }, signal)).toMatchObject({
    agrees: true,
    repaired: 0,
  });
});

test('rows that are in the cloud but not marked here are no disagreement', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 6; frame += 1) insertDivisionState(box, frame);
  await box.run();
  box.other.exec('UPDATE division_states SET synced_to_cloud = 0 WHERE frame_number < 3');
  const result = await box.sync.verify(
    { repair: false, overwrite: false, acceptLost: false },
    new AbortController().signal,
  );
  expect(result).toMatchObject({ agrees: true });
  expect(result.streams[0]).toMatchObject({ local: 3, cloud: 6, sessions: [{ missing: 0, extra: 3 }] });
});

test('a run that a killed process left running is closed as interrupted', async () => {
  const box = await boxes.open();
  await box.sync.journal.openRun({ mode: 'full', trigger: 'cli', locationId: box.locationId });
  const again = await boxes.reopen(box);
  expect(again.sync.journal.list(1)).toMatchObject([{ status: 'interrupted' }]);
});

test('a cancelled run ends between batches, marks what was sent and leaves the rest', async () => {
  const box = await boxes.openProxied({ batchSize: 10 });
  for (let frame = 0; frame < 500; frame += 1) insertDivisionState(box, frame);
  boxes.proxy.treat((request) => {
    if (request.url?.includes('ASE_division_states')) box.sync.cancel();
    return 'pass';
  });
  const run = await box.run();
  expect(run.status).toBe('cancelled');
  expect(run.planned).toBe(run.sent + run.duplicates + run.quarantined + run.failed);
  boxes.proxy.treat(() => 'pass');
  expect(await box.run()).toMatchObject({ status: 'success', verified: true });
  expect((await boxes.cloudFrames(box)).length).toBe(500);
});

test('an equal request joins the run under way, another waits for its turn', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 300; frame += 1) insertDivisionState(box, frame);
  const request = { mode: 'full', trigger: 'cli', dryRun: false } as const;
  const [first, second, third] = await Promise.all([
    box.sync.start(request),
    new Promise((resolve) => setTimeout(resolve, 30)).then(() => box.sync.start(request)),
    box.sync.start({ ...request, mode: 'hourly' }),
  ]);
  expect(second.joined).toBe(true);
  expect(second.run.runId).toBe(first.run.runId);
  expect(first).toMatchObject({ joined: false, queued: false });
  expect(third).toMatchObject({ joined: false, queued: true });
  expect(third.run.runId).not.toBe(first.run.runId);
});

test('monitoring queries of people run as they are', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  await box.run();
  const last =
    'SELECT sync_type, last_sync_time, records_synced, status, error_message FROM sync_status ORDER BY last_sync_time DESC LIMIT 10;';
  expect(box.other.prepare(last).all()).toMatchObject([
    { sync_type: 'full', records_synced: 4, status: 'success', error_message: null },
  ]);
  const waiting = `SELECT 'division_states', COUNT(*) FROM division_states WHERE synced_to_cloud = 0;`;
  expect(box.other.prepare(waiting).raw().all()).toEqual([['division_states', 0]]);
  const reported = await boxes.cloud.sql(
    'SELECT status, records_synced FROM "ASE_sync_status" WHERE location_id = $1',
    [box.locationId],
  );
  expect(reported).toEqual([{ status: 'success', records_synced: '4' }]);
});

test('rows that no cloud could hold as they are go to quarantine, the others land in the same run', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  const odd = [
    insertDivisionState(box, 2, { frame_number: 2n ** 62n }),
    insertDivisionState(box, 3, { session_id: Buffer.from([0xff, 0xfe]) }),
    insertDivisionState(box, 4, { walking_area_waiters: -1 }),
    insertDivisionState(box, 5, { frame_number: 'five' }),
    insertDivisionState(box, 6, { timestamp_recorded: 'yesterday' }),
    insertDivisionState(box, 7, { session_id: '' }),
  ];
  const run = await box.run();
  expect(run).toMatchObject({ status: 'partial', planned: 10, sent: 4, quarantined: 6, failed: 0 });
  const rows = box.other.prepare('SELECT local_id FROM sync_quarantine ORDER BY local_id').pluck().all();
  expect(rows).toEqual(odd);
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0, verified: true });
});

test('a flag that nobody can read means that the row goes again', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1, { synced_to_cloud: 'true' });
  insertDivisionState(box, 2, { synced_to_cloud: 2 });
  expect(await box.run()).toMatchObject({ status: 'success', planned: 5, sent: 5, verified: true });
  expect(marked(box)).toEqual([1, 2]);
});

test('local ids beyond 2^53 are marked like all others', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1, { division_state_id: 2n ** 53n + 1n });
  insertDivisionState(box, 2, { division_state_id: 2n ** 63n - 1n });
  expect(await box.run()).toMatchObject({ status: 'success', sent: 5, verified: true });
  expect(marked(box)).toEqual([1, 2]);
});
