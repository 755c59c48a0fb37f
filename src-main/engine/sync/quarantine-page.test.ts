import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState } from '../../../e2e/support/test-box.ts';
import { quarantinePageSelection } from '../../contract/quarantine-shapes.ts';
import { createReports } from '../reports/service.ts';
import { columnIn } from './quarantine-page.ts';

const boxes = withCloudBoxes();

function selecting(selection: Record<string, unknown>) {
  return quarantinePageSelection.parse(selection);
}

test('a run leads to its batches and to the records it set aside', async () => {
  const box = await boxes.openProxied({ batchSize: 100 });
  for (let frame = 0; frame < 250; frame += 1)
    insertDivisionState(box, frame, frame === 30 ? { state: 'BLUE' } : {});
  const first = await box.run();
  const second = await box.run();
  const reports = createReports({ storage: box.storage, now: () => new Date() });
  const run = await reports.run(first.runId ?? 0);
  expect(run).toMatchObject({ status: 'partial', quarantined: 1, setAside: 1 });
  const stream = run.streams.find((one) => one.stream === 'division_states');
  expect(stream).toMatchObject({ status: 'partial', batchCount: 3 });
  const batches = stream?.batches ?? [];
  for (const batch of batches) {
    expect(batch.sent + batch.duplicates + batch.refused + batch.failed).toBe(batch.records);
    expect(batch.durationMs).toBeGreaterThan(0);
  }
  expect(batches.map(({ records, outcome }) => [records, outcome]).sort()).toEqual([
    [100, 'partly'],
    [100, 'stored'],
    [50, 'stored'],
  ]);
  const partly = batches.find((batch) => batch.outcome === 'partly');
  expect(partly).toMatchObject({ sent: 99, refused: 1, failed: 0 });
  expect(partly?.tries).toBeGreaterThan(5);
  expect(partly?.error).toContain('violates check constraint');
  const page = await box.sync.quarantine.page(selecting({ runId: first.runId }));
  expect(page).toMatchObject({
    total: 1,
    entries: [{ recordKey: 'session_1/30/camera_35', code: '23514', column: 'state' }],
  });
  expect(await box.sync.quarantine.page(selecting({ runId: second.runId, resolved: true }))).toMatchObject({
    total: 0,
  });
});

test('a batch that the cloud does not take says how often it was tried and why it failed', async () => {
  const box = await boxes.openProxied({ attempts: 2 });
  insertDivisionState(box, 0);
  await box.run();
  for (let frame = 1; frame <= 10; frame += 1) insertDivisionState(box, frame);
  boxes.proxy.treat((request) => (request.method === 'POST' ? 'reset before' : 'pass'));
  const run = await box.run();
  const reports = createReports({ storage: box.storage, now: () => new Date() });
  const { streams } = await reports.run(run.runId ?? 0);
  expect(streams.flatMap((stream) => stream.batches)).toMatchObject([
    { records: 10, sent: 0, failed: 10, tries: 2, outcome: 'failed', error: expect.any(String) },
  ]);
});

test('entries come in pages, narrowed by stream and code', async () => {
  const box = await boxes.openProxied();
  const insert = box.other.prepare(
    `INSERT INTO sync_quarantine (stream, record_key, payload, code, resolution) VALUES (?, ?, '{}', ?, ?)`,
  );
  for (let index = 1; index <= 12; index += 1)
    insert.run(
      index % 2 === 0 ? 'table_states' : 'division_states',
      `k${index}`,
      index > 10 ? '' : '23514',
      index === 1 ? 'discarded' : 'open',
    );
  const page = (selection: Record<string, unknown>) => box.sync.quarantine.page(selecting(selection));
  const first = await page({ limit: 5 });
  expect(first.total).toBe(11);
  expect(first.entries.map((entry) => entry.id)).toEqual([12, 11, 10, 9, 8]);
  expect((await page({ limit: 5, beforeId: 8 })).entries.map((entry) => entry.id)).toEqual([7, 6, 5, 4, 3]);
  expect((await page({ code: '23514', stream: 'table_states' })).total).toBe(5);
  expect((await page({ resolved: true })).total).toBe(12);
  expect((await page({ code: 'unknown' })).entries.map((entry) => entry.recordKey)).toEqual(['k12', 'k11']);
  expect(await box.sync.quarantine.discard({ code: 'unknown' })).toMatchObject({ matched: 2, done: 2 });
});

test('what a form may offer for a state is what an edit takes, and nothing else', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1, { state: 'BLUE' });
  await box.run();
  const { entries } = await box.sync.quarantine.page(selecting({}));
  const id = entries[0]?.id ?? 0;
  const fields = box.sync.quarantine.fields(id);
  expect(fields.find((field) => field.name === 'state')).toEqual({
    name: 'state',
    kind: 'text',
    nullable: false,
    least: null,
    most: null,
    options: ['RED', 'YELLOW', 'GREEN'],
    value: 'BLUE',
  });
  const edit = (name: string, value: string | number | null) =>
    box.sync.quarantine.edit(id, { [name]: value });
  for (const field of fields) {
    if (!field.nullable)
      await expect(edit(field.name, null), field.name).rejects.toThrow('Nothing was changed');
    if (field.most !== null)
      for (const value of [field.most + 1, (field.least ?? 0) - 1, 1.5])
        await expect(edit(field.name, value), field.name).rejects.toThrow('Nothing was changed');
  }
  for (const time of ['2026-13-45', '2026-11-22 10:00:00+25:00'])
    await expect(edit('timestamp_recorded', time)).rejects.toMatchObject({
      message: expect.stringContaining('no possible time'),
      details: { column: 'timestamp_recorded', kind: 'time' },
    });
  await expect(edit('state', null)).rejects.toMatchObject({ details: { column: 'state', kind: 'required' } });
  await expect(edit('timestamp_video', 'soon')).rejects.toThrow('timestamp_video');
  for (const name of ['frame_number', 'screenshot_path', 'synced_to_cloud'])
    await expect(edit(name, 1)).rejects.toThrow('cannot be edited');
  const [limits] = fields.filter((field) => field.most !== null);
  expect(
    await box.sync.quarantine.edit(id, {
      state: 'GREEN',
      [limits?.name ?? '']: limits?.most ?? null,
      timestamp_video: null,
    }),
  ).toMatchObject({ resolution: 'edited' });
  expect(() => box.sync.quarantine.fields(id)).toThrow('No open record');
});

test('what Backhaul itself sets aside says why in a form that can be translated, and whether an edit can help', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 0);
  insertDivisionState(box, 1.5);
  insertDivisionState(box, 2, { walking_area_waiters: -5 });
  insertDivisionState(box, 3, { timestamp_recorded: '2026-13-45 10:00' });
  insertDivisionState(box, 4, { location_id: 'store "9"' });
  insertDivisionState(box, 0, { state: 'YELLOW' });
  box.other.exec(
    `UPDATE division_states SET state = CAST(x'4752EDA080' AS TEXT) WHERE frame_number = 0 AND state = 'YELLOW'`,
  );
  await box.run();
  const { entries } = await box.sync.quarantine.page(selecting({}));
  const told = entries.map(({ code, column, reason, correctable }) => [
    ...[code, column, reason?.kind, correctable],
  ]);
  expect(told.toSorted((a, b) => String(a[2]).localeCompare(String(b[2])))).toEqual([
    ['invalid_shape', 'state', 'bad_bytes', true],
    ['impossible_time', 'timestamp_recorded', 'impossible_time', true],
    ['invalid_shape', 'walking_area_waiters', 'no_count', true],
    ['invalid_shape', 'frame_number', 'no_frame_number', false],
    ['wrong_location', 'location_id', 'other_location', false],
  ]);
  const foreign = entries.find((one) => one.code === 'wrong_location');
  expect(foreign?.reason?.values).toEqual({ location: 'store "9"', own: box.locationId });
  const wrongKey = entries.find((one) => one.column === 'frame_number')?.id ?? 0;
  await expect(box.sync.quarantine.edit(wrongKey, { state: 'RED' })).rejects.toMatchObject({
    details: { reason: { kind: 'no_frame_number', values: { column: 'frame_number' } } },
  });
});

test('a parent is edited by its own columns; a camera’s address with its password is not shown', async () => {
  const box = await boxes.openProxied();
  insertDivisionState(box, 1);
  await box.run();
  box.other.exec(
    `UPDATE cameras SET rtsp_endpoint = 'rtsp://a:secret@b', camera_name = 'Hall';
     INSERT INTO sync_quarantine (stream, record_key, payload, code, resolution) VALUES ('cameras', 'camera_35', '{}', '23514', 'open')`,
  );
  const { entries } = await box.sync.quarantine.page(selecting({ stream: 'cameras' }));
  const id = entries[0]?.id ?? 0;
  const fields = box.sync.quarantine.fields(id);
  expect(JSON.stringify(fields)).not.toContain('secret');
  expect(fields.map(({ name, value }) => [name, value])).toContainEqual(['camera_name', 'Hall']);
  expect(fields.map((field) => field.name)).not.toContain('camera_id');
  expect(await box.sync.quarantine.edit(id, { camera_name: 'Window' })).toMatchObject({
    resolution: 'edited',
  });
});

test('a refusal names its column where its words do', () => {
  const columns = ['state', 'customers_count', 'total_staff', 'timestamp_recorded', 'fps'];
  for (const [message, column] of [
    ['violates check constraint "ASE_division_states_state_check"', 'state'],
    ['violates check constraint "ASE_table_states_customers_count_check"', 'customers_count'],
    ['null value in column "timestamp_recorded" of relation "x" violates not-null', 'timestamp_recorded'],
    ['total_staff is no count.', 'total_staff'],
    ['violates check constraint "positive"', null],
    ['invalid input syntax for type integer: "abc"', null],
    ['', null],
  ] as const)
    expect(columnIn(message, columns), message).toBe(column);
});
