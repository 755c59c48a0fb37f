import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { awkwardTables } from '../../../e2e/support/records.ts';
import { insertDivisionState, openTestBox, type TestBox, targetOf } from '../../../e2e/support/test-box.ts';
import { startTestCloud, type TestCloud } from '../../../e2e/support/test-cloud.ts';
import { type FoundRecord, type FoundRecords, recordSelection } from '../../contract/find-shapes.ts';
import { type CloudAccess, type CloudTarget, createCloudAccess } from '../cloud/service.ts';
import { createFind, type Find } from './service.ts';

let cloud: TestCloud;
let box: TestBox;
let access: CloudAccess;

beforeAll(async () => {
  cloud = await startTestCloud();
});

afterAll(() => cloud.close());

beforeEach(async () => {
  box = await openTestBox(cloud);
  access = accessTo(await targetOf(cloud, box.locationId));
});

afterEach(async () => {
  await access.close();
  await box.close();
});

function accessTo(target: CloudTarget): CloudAccess {
  const { dataDir } = box;
  return createCloudAccess({
    dataDir,
    target,
    requestTimeoutMs: 10_000,
    now: () => new Date(),
    respectHold: true,
  });
}

function finder(through: CloudAccess = access, now = new Date()): Find {
  return createFind({ storage: box.storage, cloud: through, now: () => now });
}

function find(selection: Record<string, unknown>, by = finder()): Promise<FoundRecords> {
  return by.records(recordSelection.parse(selection), new AbortController().signal);
}

function insertTableState(frame: number, row: Readonly<Record<string, unknown>> = {}): void {
  const values = {
    session_id: 'session_1',
    camera_id: 'camera_35',
    location_id: box.locationId,
    frame_number: frame,
    timestamp_recorded: '2026-11-20 12:00:00+08:00',
    table_id: 'T1',
    state: 'BUSY',
    ...row,
  };
  const names = Object.keys(values);
  box.other
    .prepare(`INSERT INTO table_states (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(values));
}

const brief = ({ records }: FoundRecords): string[] =>
  records.map(({ frameNumber, status, cloud: there }) => `${frameNumber} ${status} ${there}`);

const whys = ({ records }: FoundRecords): Record<string, string> =>
  Object.fromEntries(records.map(({ frameNumber, why }) => [String(frameNumber), why]));

test('a record is followed from its capture to the row of the cloud', async () => {
  insertDivisionState(box, 7);
  const waiting = await find({ cameraId: 'camera_35' });
  expect([brief(waiting), waiting.more, waiting.cloudUnknown]).toEqual([['7 pending missing'], false, null]);
  const { runId } = await box.run();
  const [record] = (await find({ sessionId: 'session_1' })).records;
  expect(record).toEqual({
    stream: 'division_states',
    recordKey: 'session_1/7/camera_35',
    localId: '1',
    sessionId: 'session_1',
    cameraId: 'camera_35',
    tableId: null,
    frameNumber: 7,
    state: 'GREEN',
    timestampRecorded: '2026-11-20 12:00:00+08:00',
    capturedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    status: 'synced',
    why: 'It is in the cloud.',
    whyCode: 'there',
    whyValues: {},
    quarantineId: null,
    runId,
    cloud: 'there',
    cloudRow: expect.objectContaining({ frame_number: 7, state: 'GREEN', location_id: box.locationId }),
  } satisfies FoundRecord);
});

test('what the cloud lost or changed is told', async () => {
  for (const frame of [1, 2, 3]) insertDivisionState(box, frame);
  await box.run();
  const place = `location_id = '${box.locationId}' AND frame_number`;
  await cloud.sql(`DELETE FROM "ASE_division_states" WHERE ${place} = 1`);
  await cloud.sql(`UPDATE "ASE_division_states" SET total_staff = 5 WHERE ${place} = 2`);
  await cloud.sql(
    `UPDATE "ASE_division_states" SET timestamp_recorded = timestamp_recorded + interval '1 day' WHERE ${place} = 3`,
  );
  const soon = finder(access, new Date('2026-11-21T00:00:00Z'));
  const found = await find({ at: '2026-11-20 12:00' }, soon);
  expect(brief(found).toSorted()).toEqual(['1 synced missing', '2 synced different', '3 synced different']);
  expect(whys(found)['1']).toContain('backhaul verify --repair');
  const late = finder(access, new Date('2027-06-01T00:00:00Z'));
  expect(whys(await find({ at: '2026-11-20 12:00' }, late))['1']).toContain('keeps 90 days');
  // The cloud finds it by its own time, and this box still holds it.
  expect(brief(await find({ at: '2026-11-21 12:00' }))).toEqual(['3 synced different']);
});

test('why a record waits is told in words', async () => {
  const now = Date.now();
  const text = (hours: number): string =>
    new Date(now - hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  insertDivisionState(box, 1, { created_at: text(0) });
  insertDivisionState(box, 2, { created_at: text(3) });
  insertDivisionState(box, 1, { created_at: text(0) });
  insertDivisionState(box, 4, { synced_to_cloud: -1 });
  insertDivisionState(box, 5, { state: 'BLUE' });
  const before = await find({ cameraId: 'camera_35', cloud: false });
  expect(before.cloudUnknown).toBe('The cloud was not asked.');
  expect(before.records.map(({ localId, why }) => `${localId} ${why}`).toSorted()).toEqual([
    '1 Waits for the next run.',
    expect.stringMatching(
      /^2 Outside the window of hourly runs since \d{4}-.*\+08:00; a full run takes it\.$/,
    ),
    '3 A copy of an earlier record (local id 1); the next run settles it with that one.',
    '4 Given up by a person; it stays on this box and is never sent.',
    '5 Waits for the next run.',
  ]);
  await box.run('full', { streams: ['division_states'] });
  expect(whys(await find({ cameraId: 'camera_35' }))['2']).toMatch(/^Waits for its session's parent/);
  await box.run();
  const after = await find({ cameraId: 'camera_35' });
  const aside = after.records.find(({ frameNumber }) => frameNumber === 5);
  expect([aside?.status, aside?.cloud, aside?.quarantineId]).toEqual(['quarantined', 'missing', 1]);
  expect(aside?.why).toMatch(/^Set aside: 23514: .+ \(quarantine 1\)\.$/);
  const copy = after.records.find(({ localId }) => localId === '3');
  expect([copy?.status, copy?.cloud, copy?.why]).toEqual([
    'synced',
    'there',
    'A copy of an earlier record (local id 1). It is in the cloud.',
  ]);
});

test('what retention has deleted here is found in the cloud', async () => {
  const old = { created_at: '2020-01-01 00:00:00' };
  for (const frame of [1, 2]) insertDivisionState(box, frame, old);
  insertDivisionState(box, 3);
  insertTableState(1, old);
  const { runId, deleted } = await box.run();
  expect(deleted).toBe(3);
  const found = await find({ sessionId: 'session_1' });
  expect(brief(found).toSorted()).toEqual([
    '1 deleted_here there',
    '1 deleted_here there',
    '2 deleted_here there',
    '3 synced there',
  ]);
  const gone = found.records.find(({ stream }) => stream === 'table_states');
  expect(gone).toMatchObject({
    localId: null,
    tableId: 'T1',
    timestampRecorded: '2026-11-20 12:00:00+08:00',
    capturedAt: null,
    runId,
    why: 'Deleted here after it was verified; it is in the cloud.',
  });
  expect(await find({ sessionId: 'session_1', limit: 2 })).toMatchObject({ more: true });
  await cloud.sql(`INSERT INTO "ASE_division_states" (location_id, session_id, camera_id, frame_number, timestamp_recorded, state)
    VALUES ('${box.locationId}', 'session_1', 'camera_99', 9, '2026-11-20T04:00:00Z', 'RED')`);
  expect(whys(await find({ cameraId: 'camera_99' }))['9']).toContain('another data directory');
});

test('records of another location are never shown, neither from here nor from the cloud', async () => {
  insertDivisionState(box, 1);
  insertDivisionState(box, 2, { location_id: 'another_store' });
  const other = await openTestBox(cloud);
  insertDivisionState(other, 3);
  await other.run();
  await other.close();
  await box.run();
  for (const filter of [{ cameraId: 'camera_35' }, { sessionId: 'session_1' }, { at: '2026-11-20 12:00' }])
    expect(brief(await find(filter))).toEqual(['1 synced there']);
});

test("a time is found however it was written, and the reader's own is of the store", async () => {
  const texts = [
    '2026-11-20 12:00:30',
    '2026-11-20T12:00:30+08:00',
    '2026-11-20T04:00:30.25Z',
    '2026-11-19 23:00:30-05:00',
    '2026-11-20 04:00:30+00',
    '2026-11-20 12:00:59.9999999+0800',
  ];
  texts.forEach((timestamp_recorded, frame) => {
    insertDivisionState(box, frame, { timestamp_recorded });
  });
  box.other.exec(`INSERT INTO sessions (session_id, camera_id, location_id, start_time)
    VALUES ('late', 'camera_35', '${box.locationId}', '2026-11-20 11:59:00')`);
  insertDivisionState(box, 10, { session_id: 'late', timestamp_video: 65, timestamp_recorded: null });
  insertDivisionState(box, 11, { session_id: 'late', timestamp_video: 65, timestamp_recorded: '' });
  insertDivisionState(box, 12, { timestamp_recorded: 'yesterday' });
  insertDivisionState(box, 13, { timestamp_recorded: '2026-11-20 04:00:30' });
  insertDivisionState(box, 14, { timestamp_recorded: '2026-11-20 12:01:00' });
  insertDivisionState(box, 15, { timestamp_recorded: '2026-11-20 11:59:59.999' });
  const frames = async (selection: Record<string, unknown>): Promise<number[]> =>
    (await find(selection)).records.map(({ frameNumber }) => frameNumber ?? -1).sort((a, b) => a - b);
  const minute = [0, 1, 2, 3, 4, 5, 10, 11];
  for (const at of ['2026-11-20 12:00', '2026-11-20T04:00Z', '2026-11-20 12:00:45', '2026-11-19 23:00-05:00'])
    expect(await frames({ at })).toEqual(minute);
  expect(await frames({ at: '2026-11-20 12:00', cameraId: 'camera_35' })).toEqual(minute);
  expect(await frames({ at: '2026-11-20 12:00', sessionId: 'session_1' })).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await frames({ from: '2026-11-20 12:00:31' })).toEqual([5, 14]);
  expect(await frames({ from: '2026-11-20 12:00:30.250', to: '2026-11-20 12:00:30.250' })).toEqual([2]);
  expect(await frames({ to: '2026-11-20 11:59:59' })).toEqual([13]);
  expect(await frames({ at: '2026-11-20' })).toEqual([...minute, 13, 14, 15]);
  await box.run();
  expect(await frames({ at: '2026-11-20 12:00' })).toEqual(minute);
});

test('ids with every awkward character are found here and in the cloud', async () => {
  awkwardTables.forEach((table_id, frame) => {
    insertTableState(frame, { table_id, session_id: 'a "b",c(d)', camera_id: "cam'\\era" });
  });
  await box.run();
  for (const [frame, tableId] of awkwardTables.entries())
    expect(brief(await find({ tableId }))).toEqual([`${frame} synced there`]);
  const all = awkwardTables.map((_, frame) => `${frame} synced there`);
  expect(brief(await find({ sessionId: 'a "b",c(d)' })).toSorted()).toEqual(all.toSorted());
  // Found by their keys, since the cloud's time is another one.
  await cloud.sql(
    `UPDATE "ASE_table_states" SET timestamp_recorded = timestamp_recorded + interval '1 day' WHERE location_id = $1`,
    [box.locationId],
  );
  expect(
    brief(await find({ at: '2026-11-20 12:00' })).every((one) => one.endsWith(' synced different')),
  ).toBe(true);
});

test('as many as the limit are compared one by one, whatever their ids need in an address', async () => {
  const long = '包厢'.repeat(60);
  for (let frame = 0; frame < 120; frame += 1) insertTableState(frame, { table_id: long });
  await box.run();
  await cloud.sql(
    `UPDATE "ASE_table_states" SET timestamp_recorded = timestamp_recorded + interval '1 day' WHERE location_id = $1`,
    [box.locationId],
  );
  const found = await find({ at: '2026-11-20 12:00', limit: 100 });
  expect([found.records.length, found.more, found.cloudUnknown]).toEqual([100, true, null]);
  expect(new Set(found.records.map((record) => record.cloud))).toEqual(new Set(['different']));
});

test('without the cloud everything held is found, and the reason is told', async () => {
  insertDivisionState(box, 1);
  await box.run();
  const dead = accessTo({ ...(await targetOf(cloud, box.locationId, 'http://127.0.0.1:9')) });
  const found = await find({ cameraId: 'camera_35' }, finder(dead));
  expect([brief(found), found.cloudUnknown]).toEqual([
    ['1 synced unknown'],
    'The cloud cannot be reached now.',
  ]);
  const local = accessTo({ kind: 'local' });
  const onBox = await find({ cameraId: 'camera_35' }, finder(local));
  expect(onBox.cloudUnknown).toContain('backhaul cloud start');
  expect(whys(onBox)['1']).toBe('It was confirmed to be in the local cloud on this box.');
  await local.close();
});

test('a cloud that the marks do not belong to is not compared with', async () => {
  insertDivisionState(box, 1);
  await box.run();
  box.other.exec(
    `UPDATE backhaul_settings SET value = 'supabase:https://former.example' WHERE name = 'cloud'`,
  );
  const found = await find({ cameraId: 'camera_35' });
  expect([brief(found), found.cloudUnknown]).toEqual([
    ['1 synced unknown'],
    expect.stringContaining('backhaul cloud switch'),
  ]);
});

test.each([
  [{}, /at least one/],
  [{ stream: 'table_states' }, /at least one/],
  [{ at: '2026-11-20 12:00', from: '2026-11-20' }, /either one time or a range/],
  [{ tableId: 'T1', stream: 'division_states' }, /no table/],
  [{ at: '2026-02-30 12:00' }, /no possible time/],
  [{ at: 'noon' }, /no possible time/],
  [{ from: '2026-11-21', to: '2026-11-20' }, /ends before it begins/],
])('%j is refused with the reason', async (selection, reason) => {
  await expect(find(selection)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(reason),
  });
});
