import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState, type TestBox } from '../../../e2e/support/test-box.ts';
import { deletable } from './retention.ts';
import { readSealed } from './sealed-records.ts';
import { tableStates } from './streams/table-states.ts';

const boxes = withCloudBoxes();
const quiet = new AbortController().signal;
const old = '2026-01-01 00:00:00';

function held(box: TestBox): number {
  return box.other.prepare('SELECT count(*) FROM division_states').pluck().get() as number;
}

function sealed(box: TestBox): number {
  return box.other
    .prepare('SELECT COALESCE(sum(row_count), 0) FROM verified_tallies')
    .pluck()
    .get() as number;
}

function verify(box: TestBox, repair = false, acceptLost = false) {
  return box.sync.verify({ repair, overwrite: false, acceptLost }, quiet);
}

test('verified rows older than a day go, younger ones stay, and both sides agree before and after', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 3000; frame += 1)
    insertDivisionState(box, frame, frame < 2500 ? { created_at: old } : {});
  const run = await box.run();
  expect(run).toMatchObject({ status: 'success', verified: true, deleted: 2500 });
  expect([held(box), sealed(box)]).toEqual([500, 2500]);
  const result = await verify(box);
  expect(result).toMatchObject({ agrees: true, streams: [{ local: 3000, cloud: 3000 }, {}] });
  expect(await box.run()).toMatchObject({ status: 'success', planned: 0, deleted: 0, verified: true });
});

test('a session that disagrees loses no row, the others do', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 10; frame += 1) {
    insertDivisionState(box, frame, { session_id: 'good', created_at: old });
    insertDivisionState(box, frame, { session_id: 'bad' });
  }
  await box.run();
  box.other.exec(`UPDATE division_states SET created_at = '${old}'`);
  await boxes.cloud.sql(
    `UPDATE "ASE_division_states" SET state = 'RED' WHERE location_id = $1 AND session_id = 'bad' AND frame_number = 3`,
    [box.locationId],
  );
  const run = await box.run();
  expect(run).toMatchObject({ verified: false, deleted: 0 });
  expect(held(box)).toBe(10);
  expect((await verify(box)).streams[0]?.sessions).toMatchObject([
    { sessionId: 'bad', agrees: false },
    { sessionId: 'good', agrees: true },
  ]);
});

test('a row that the cloud lost after it was deleted here is missed, and named by its session', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 20; frame += 1)
    insertDivisionState(box, frame, frame < 15 ? { created_at: old } : {});
  await box.run();
  await boxes.cloud.sql('DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number = 3', [
    box.locationId,
  ]);
  expect(await verify(box)).toMatchObject({
    agrees: false,
    streams: [
      { sessions: [{ sessionId: 'session_1', agrees: false, local: 20, cloud: 19, missing: 0, lost: 1 }] },
      {},
    ],
  });
});

test('a row that the cloud lost while it is held here goes again with --repair, and nothing is safe in between', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 20; frame += 1)
    insertDivisionState(box, frame, frame < 15 ? { created_at: old } : {});
  await box.run();
  await boxes.cloud.sql('DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number = 17', [
    box.locationId,
  ]);
  expect(await verify(box)).toMatchObject({ agrees: false });
  expect(await verify(box, true)).toMatchObject({ agrees: false, repaired: 1 });
  expect(await box.run()).toMatchObject({ sent: 1, verified: true });
  expect(await verify(box)).toMatchObject({ agrees: true, repaired: 0 });
});

test('a held record that differs in the cloud goes again only when a person says so', async () => {
  const box = await boxes.open();
  for (const frame of [1, 2]) insertDivisionState(box, frame);
  await box.run();
  await meddle(box, `UPDATE # SET state = 'RED' WHERE frame_number = 1`);
  expect(await verify(box, true)).toMatchObject({ agrees: false, repaired: 0 });
  const wanted = { repair: true, overwrite: true, acceptLost: false };
  expect(await box.sync.verify(wanted, quiet)).toMatchObject({ repaired: 1 });
  expect(await box.run()).toMatchObject({ duplicates: 1, verified: true });
});

test('keys that come again into a sealed session overlap with it, and a loss is still seen', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 20; frame += 1) insertDivisionState(box, frame, { created_at: old });
  expect(await box.run()).toMatchObject({ deleted: 20 });
  for (const frame of [3, 4, 30]) insertDivisionState(box, frame);
  expect(await box.run()).toMatchObject({ sent: 1, duplicates: 2, verified: true });
  expect([held(box), sealed(box)]).toEqual([3, 20]);
  expect(await verify(box)).toMatchObject({ agrees: true, streams: [{ local: 21, cloud: 21 }, {}] });
  await boxes.cloud.sql('DELETE FROM "ASE_division_states" WHERE location_id = $1 AND frame_number = 7', [
    box.locationId,
  ]);
  expect(await verify(box)).toMatchObject({ agrees: false });
});

test('a key goes with all its copies, and not while a differing one waits for a decision', async () => {
  const box = await boxes.open();
  for (const frame of [1, 1, 1, 2, 2]) insertDivisionState(box, frame, { created_at: old });
  insertDivisionState(box, 2, { state: 'RED', created_at: old });
  expect(await box.run()).toMatchObject({ sent: 4 + 1, duplicates: 3, quarantined: 1, deleted: 3 });
  expect(held(box)).toBe(3);
  expect(await verify(box)).toMatchObject({ agrees: true });
});

test('a session that the cloud purged after its 90 days is expired, not lost, and its count is kept', async () => {
  const box = await boxes.open();
  for (let frame = 0; frame < 5; frame += 1)
    insertDivisionState(box, frame, { created_at: old, timestamp_recorded: '2026-01-01 08:00:00+08:00' });
  expect(await box.run()).toMatchObject({ deleted: 5 });
  await boxes.cloud.sql('DELETE FROM "ASE_division_states" WHERE location_id = $1', [box.locationId]);
  expect(await verify(box)).toMatchObject({
    agrees: true,
    streams: [{ sessions: [{ expired: true }] }, {}],
  });
  expect(await box.run()).toMatchObject({ verified: true });
  expect(box.other.prepare('SELECT session_id, row_count FROM verified_tallies').all()).toEqual([
    { session_id: '', row_count: 5 },
  ]);
  expect(await verify(box)).toMatchObject({ agrees: true, streams: [{ sessions: [] }, {}] });
});

test('the file of an older script becomes small again, once by a whole VACUUM and then bit by bit', async () => {
  const box = await boxes.open();
  box.other.pragma('auto_vacuum = NONE');
  box.other.exec('VACUUM');
  expect(box.other.pragma('auto_vacuum', { simple: true })).toBe(0);
  box.other.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_recorded, state, created_at)
    SELECT 's' || (i % 10), 'camera_35', '${box.locationId}', i, '2026-11-20 12:00:00+08:00', 'RED', '${old}' FROM n`);
  box.other.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(box.storage.path).size;
  expect(await box.run()).toMatchObject({ deleted: 20000, verified: true });
  expect(statSync(box.storage.path).size).toBeLessThan(before / 3);
  const fresh = new Database(box.storage.path, { readonly: true });
  expect(fresh.pragma('auto_vacuum', { simple: true })).toBe(2);
  fresh.close();
});

test('clean-up by hand takes an age, and bookkeeping goes after its days', async () => {
  const box = await boxes.open();
  for (const frame of [1, 2]) insertDivisionState(box, frame);
  await box.run();
  box.other.exec(`INSERT INTO rejected_lines (received_at, line) VALUES ('2020-01-01 00:00:00', 'x')`);
  box.other.exec(
    `INSERT INTO sync_status (status, last_sync_time) VALUES ('success', '2020-01-01 00:00:00')`,
  );
  expect((await box.sync.cleanUp({ statesHours: null }, quiet)).deleted).toMatchObject({
    division_states: 0,
    rejected_lines: 1,
    sync_status: 1,
  });
  box.other.exec(`UPDATE division_states SET created_at = datetime('now', '-2 hours')`);
  expect(await box.sync.cleanUp({ statesHours: 1 }, quiet)).toMatchObject({
    agrees: true,
    deleted: { division_states: 2, table_states: 0 },
  });
});

/** Changes the cloud's rows of a box behind its back. */
function meddle(box: TestBox, sql: string): Promise<unknown> {
  return boxes.cloud.sql(`${sql.replace('#', '"ASE_division_states"')} AND location_id = $1`, [
    box.locationId,
  ]);
}

async function sealedBox(rows: number): Promise<TestBox> {
  const box = await boxes.open();
  for (let frame = 0; frame < rows; frame += 1) insertDivisionState(box, frame, { created_at: old });
  expect(await box.run()).toMatchObject({ deleted: rows, verified: true });
  return box;
}

test('a deleted record that was changed in the cloud, or replaced by another, is found', async () => {
  const box = await sealedBox(20);
  await meddle(box, `UPDATE # SET state = 'RED' WHERE frame_number = 5`);
  expect(await verify(box)).toMatchObject({ agrees: false });
  await meddle(box, `UPDATE # SET state = 'GREEN' WHERE frame_number = 5`);
  expect(await verify(box)).toMatchObject({ agrees: true });
  await meddle(box, `UPDATE # SET frame_number = 500 WHERE frame_number = 6`);
  expect(await verify(box)).toMatchObject({ agrees: false });
});

test('duplicates of other records never excuse a lost one', async () => {
  const box = await sealedBox(20);
  await meddle(box, 'DELETE FROM # WHERE frame_number IN (1, 2)');
  for (const frame of [3, 4, 5, 6, 30]) insertDivisionState(box, frame);
  expect(await box.run('hourly')).toMatchObject({ duplicates: 4, verified: false });
  expect(await verify(box)).toMatchObject({ agrees: false });
  insertDivisionState(box, 1);
  insertDivisionState(box, 2);
  expect(await box.run()).toMatchObject({ sent: 2, verified: true });
});

test('a lost record that was deleted here can be given up, and is compared no more', async () => {
  const box = await sealedBox(5);
  await meddle(box, 'DELETE FROM # WHERE frame_number = 1');
  await meddle(box, `UPDATE # SET state = 'RED' WHERE frame_number = 2`);
  expect(await verify(box)).toMatchObject({ agrees: false, accepted: 0 });
  expect(await verify(box, false, true)).toMatchObject({ agrees: true, accepted: 2 });
  expect(await verify(box)).toMatchObject({ agrees: true, streams: [{ local: 4, cloud: 4 }, {}] });
});

test('a late record of a session that the cloud has purged is sent and agrees', async () => {
  const box = await boxes.open();
  const long = { timestamp_recorded: '2026-01-01 08:00:00+08:00' };
  for (let frame = 0; frame < 5; frame += 1) insertDivisionState(box, frame, { created_at: old, ...long });
  await box.run();
  await meddle(box, 'DELETE FROM # WHERE frame_number >= 0');
  insertDivisionState(box, 7, long);
  expect(await box.run()).toMatchObject({ sent: 1, verified: true });
  box.other.exec(`UPDATE division_states SET created_at = '${old}'`);
  expect(await box.run()).toMatchObject({ deleted: 1, verified: true });
  expect(await verify(box)).toMatchObject({ agrees: true });
});

test('other content for the key of a deleted record is set aside, as it is while the first is held', async () => {
  const box = await sealedBox(3);
  insertDivisionState(box, 1, { state: 'RED' });
  expect(await box.run()).toMatchObject({ quarantined: 1, verified: true });
  expect(box.sync.quarantine.list({ resolved: false, limit: 5 })).toMatchObject([{ code: 'conflict' }]);
  const rows = await boxes.cloud.sql(
    `SELECT DISTINCT state FROM "ASE_division_states" WHERE location_id = $1`,
    [box.locationId],
  );
  expect(rows).toEqual([{ state: 'GREEN' }]);
});

test('clean-up looks for copies by session and frame, never through the history of a table', async () => {
  const box = await boxes.open();
  const plan = box.other
    .prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM table_states WHERE ${deletable(tableStates)}`)
    .all('x', 'x') as { detail: string }[];
  expect(plan.map((step) => step.detail).join(' ')).toContain('backhaul_table_states_session');
});

test('records that were sealed bit by bit are all known, also when a key comes again in between', async () => {
  const box = await sealedBox(1200);
  for (const frame of [5, 1150, 1300]) insertDivisionState(box, frame, { created_at: old });
  expect(await box.run()).toMatchObject({ sent: 1, duplicates: 2, deleted: 3, verified: true });
  for (let frame = 1400; frame < 1900; frame += 1) insertDivisionState(box, frame, { created_at: old });
  expect(await box.run()).toMatchObject({ deleted: 500, verified: true });
  expect([held(box), sealed(box)]).toEqual([0, 1701]);
  const sealedPrints = readSealed(box.storage, 'division_states', 'session_1').prints;
  expect(sealedPrints.size).toBe(1701);
  for (const frame of [0, 5, 700, 1150, 1300, 1899]) {
    await meddle(box, `UPDATE # SET state = 'RED' WHERE frame_number = ${frame}`);
    expect(await verify(box), String(frame)).toMatchObject({ agrees: false });
    await meddle(box, `UPDATE # SET state = 'GREEN' WHERE frame_number = ${frame}`);
    expect(await verify(box), String(frame)).toMatchObject({ agrees: true });
  }
  insertDivisionState(box, 700);
  await meddle(box, 'DELETE FROM # WHERE frame_number = 1300');
  expect(await verify(box)).toMatchObject({ agrees: false });
});

test('an older file whose columns are spelled in capitals is sent, compared and tidied like any other', async () => {
  const first = await boxes.open();
  for (const table of ['division_states', 'table_states', 'sessions', 'cameras', 'locations'])
    for (const { name } of first.other.pragma(`table_info(${table})`) as { name: string }[])
      first.other.exec(`ALTER TABLE ${table} RENAME COLUMN ${name} TO ${name.toUpperCase()}`);
  const box = await boxes.reopen(first);
  insertDivisionState(box, 1, { created_at: old });
  insertDivisionState(box, 2);
  expect(await box.run()).toMatchObject({ status: 'success', sent: 5, quarantined: 0, deleted: 1 });
  expect(await boxes.cloudFrames(box)).toEqual([1, 2]);
  expect((await verify(box)).agrees).toBe(true);
});
