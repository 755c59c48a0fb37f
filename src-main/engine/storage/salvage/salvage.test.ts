import { readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { prepared } from '../service.ts';
import { readSetting, writeSetting } from '../settings.ts';
import {
  box,
  type DamagedBox,
  garbage,
  held,
  opened,
  page,
  pageSize,
  pagesOf,
  recovered,
  removeBoxesAfterEach,
} from './damaged-box-fixture.ts';

removeBoxesAfterEach();

const records = 700;

/** The damage, and how many records of a page that it reached may be lost although they can still be read in it. */
const damages: Readonly<Record<string, readonly [(of: DamagedBox) => void, number]>> = {
  'bytes of the header are flipped': [(of) => of.overwrite(16, garbage(40)), 0],
  'the first page is garbage': [(of) => of.overwrite(0, garbage(pageSize)), 0],
  'the header names a version that there cannot be': [(of) => of.overwrite(60, garbage(4, 3)), 0],
  'the first 64 KiB are zeros': [(of) => of.overwrite(0, Buffer.alloc(65_536)), 0],
  'a page of records in the middle is garbage': [
    (of) => of.overwrite(page(of, 'division_states', 9), garbage(pageSize)),
    0,
  ],
  'the beginning of a page of records is zeros': [
    (of) => of.overwrite(page(of, 'division_states', 3), Buffer.alloc(512)),
    40,
  ],
  'a page of an index is garbage': [
    (of) => of.overwrite(page(of, 'backhaul_division_states_session', 2), garbage(pageSize)),
    0,
  ],
  'a third is cut off': [(of) => truncateSync(of.path, Math.trunc(statSync(of.path).size * 0.66)), 0],
  'all of it is zeros': [(of) => of.overwrite(0, Buffer.alloc(statSync(of.path).size)), 0],
};

for (const [name, [damage, mayLack]] of Object.entries(damages)) {
  test(`${name}: every record on a whole page comes back once, and the file stays byte for byte`, async () => {
    const of = box();
    await of.fill(records);
    damage(of);
    const before = readFileSync(of.path);
    const legible = [...of.legible()];
    const storage = await recovered(of);
    expect(of.setAside().map((file) => readFileSync(join(of.dataDir, file)).equals(before))).toEqual([true]);
    const found = held(storage);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((number) => !legible.includes(number))).toEqual([]);
    const lacking = legible.filter((number) => !found.includes(number));
    expect(lacking.length).toBeLessThanOrEqual(mayLack);
    expect(storage.salvage.list()).toMatchObject([{ state: 'done', acknowledgedAt: null }]);
  });
}

test('what was marked as sent stays marked where the mark can be believed, and is pending again where not', async () => {
  const flags = async (damage: (of: DamagedBox) => void): Promise<number[]> => {
    const of = box();
    await of.fill(300);
    damage(of);
    const storage = await recovered(of);
    const sql = 'SELECT synced_to_cloud AS flag FROM division_states ORDER BY frame_number';
    return (storage.reader.prepare(sql).all() as { flag: number }[]).map(({ flag }) => flag);
  };
  const sent = (index: number): number => Number(index % 3 === 2);
  const kept = await flags((of) =>
    of.overwrite(page(of, 'backhaul_division_states_session', 1), garbage(pageSize)),
  );
  expect(kept).toEqual(Array.from({ length: 300 }, (_, index) => sent(index)));
  const doubtful = await flags((of) => of.overwrite(0, garbage(pageSize)));
  expect(new Set(doubtful)).toEqual(new Set([0]));
});

test('the inventory comes back once from a damaged file; what only its ids said was sent is pending', async () => {
  const of = box();
  await of.fill(300);
  const db = new Database(of.path);
  db.exec(`INSERT INTO inventory_snapshots (timestamp_utc, total_items, inventory_json)
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199) SELECT 1.7e9 + i, i, '{"Mango":1}' FROM n;
    INSERT INTO sales_log (timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before, inventory_after)
      VALUES (1.7e9, '', 'Mango', 3, 10, 7);
    INSERT INTO alerts_log (timestamp_utc, timestamp_est, alert_type, product_name, severity, message)
      VALUES (1.7e9, '', 'low_stock', 'Mango', 'warning', 'low');
    INSERT INTO product_freshness (product_name, first_seen_utc, last_seen_utc) VALUES ('Mango', 1.7e9, 1.7e9);
    INSERT INTO sync_marks (stream, record_key, content_hash) VALUES ('inventory_snapshots', '200', '1'), ('alerts_log', 'x', 'y')`);
  db.close();
  of.overwrite(page(of, 'backhaul_division_states_session', 1), garbage(pageSize));
  const storage = await recovered(of);
  const count = (table: string): unknown =>
    storage.reader.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const tables = ['inventory_snapshots', 'sales_log', 'alerts_log', 'product_freshness'];
  expect(tables.map(count)).toEqual([200, 1, 1, 1]);
  expect(storage.reader.prepare('SELECT stream FROM sync_marks').pluck().all()).toEqual(['alerts_log']);
});

test('what came back with its mark is to be compared, whatever was compared before', async () => {
  const of = box();
  await of.fill(300);
  const before = await opened(of);
  await before.transaction((db) => writeSetting(db, 'whole_comparison_owed', '0'));
  await before.close();
  of.overwrite(page(of, 'backhaul_division_states_session', 1), garbage(pageSize));
  const storage = await recovered(of);
  expect(readSetting(storage.reader, 'whole_comparison_owed')).toMatch(/^[0-9a-f-]{36}$/);
});

test('a record that was set aside comes back from its entry where its own page is lost', async () => {
  const of = box();
  await of.fill(300);
  const db = new Database(of.path);
  db.exec(`INSERT INTO sync_quarantine (stream, record_key, local_id, payload, code, first_seen)
    SELECT 'division_states', 'session_1/camera_1/1', division_state_id, json_object('session_id', session_id, 'camera_id',
      camera_id, 'location_id', location_id, 'frame_number', frame_number, 'state', state), '23514', created_at
    FROM division_states WHERE frame_number = 1`);
  db.close();
  of.overwrite(page(of, 'division_states', 0), garbage(pageSize));
  const storage = await recovered(of);
  const sql = `SELECT s.frame_number AS frame, s.state, s.synced_to_cloud AS flag FROM sync_quarantine q
    JOIN division_states s ON s.rowid = q.local_id WHERE q.resolution = 'open'`;
  expect(storage.reader.prepare(sql).all()).toEqual([{ frame: 1, state: 'GREEN', flag: 0 }]);
});

test('the new file is there for capture at once, with the location, its zone, its sessions and free ids', async () => {
  const of = box();
  await of.fill(records);
  of.overwrite(page(of, 'backhaul_division_states_session', 2), garbage(pageSize));
  const storage = await opened(of);
  await storage.lookForDamage();
  expect(storage.salvage.outstanding()).toBe(true);
  expect([storage.location.id(), storage.location.timeZone()]).toEqual(['store_1', 'Asia/Urumqi']);
  expect(storage.reader.prepare('SELECT start_time FROM sessions').all()).toHaveLength(1);
  const id = await storage.transaction((db) => {
    const sql = `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, state)
      VALUES ('session_2', 'camera_1', 'store_1', 1, 'RED')`;
    return Number(db.prepare(sql).run().lastInsertRowid);
  });
  expect(id).toBeGreaterThan(records);
  await storage.salvage.settled();
  const sql = 'SELECT min(division_state_id) AS first, count(*) AS n FROM division_states';
  expect(storage.reader.prepare(sql).get()).toEqual({ first: 1, n: records + 1 });
});

test('the same when the process that set the file aside ended right after', async () => {
  const of = box();
  await of.fill(records);
  renameSync(of.path, `${of.path}.damaged-20251213T143500Z`);
  const storage = await opened(of);
  const start = storage.reader.prepare('SELECT start_time FROM sessions').pluck().all();
  expect(start).toEqual(['2025-12-13 14:35:00+08:00']);
  expect([storage.location.id(), storage.location.timeZone()]).toEqual(['store_1', 'Asia/Urumqi']);
});

test('a record that came anew is there once; one with other content stays behind the new one', async () => {
  const of = box();
  await of.fill(40);
  of.overwrite(0, garbage(100));
  const storage = await opened(of);
  await storage.salvage.settled();
  await storage.transaction((db) => {
    db.exec(`DELETE FROM division_states WHERE frame_number NOT IN (1, 2);
      UPDATE division_states SET state = 'RED' WHERE frame_number = 2;
      DELETE FROM backhaul_settings WHERE name = 'salvage'`);
  });
  await storage.close();
  const again = await opened(of);
  await again.salvage.settled();
  const rows = again.reader
    .prepare(
      'SELECT frame_number AS frame, state FROM division_states WHERE frame_number < 3 ORDER BY 1, rowid',
    )
    .all();
  expect(rows).toEqual([
    { frame: 0, state: 'GREEN' },
    { frame: 1, state: 'GREEN' },
    { frame: 2, state: 'RED' },
    { frame: 2, state: 'GREEN' },
  ]);
});

test('damage that shows at a write while the file is in use replaces it as it is, journal and all', async () => {
  const of = box();
  await of.fill(records);
  const storage = await opened(of);
  await storage.transaction((db) => db.exec(`UPDATE locations SET city = '成都'`));
  for (const at of pagesOf(of.path, 'backhaul_division_states_session')) of.overwrite(at, garbage(pageSize));
  const legible = of.legible();
  const before = ['', '-wal'].map((end) => readFileSync(of.path + end));
  const insert = (): Promise<number> =>
    storage.transaction(
      (db) =>
        db
          .prepare(
            `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, state, screenshot_path)
             VALUES ('session_1', 'camera_1', 'store_1', 700, 'RED', '/shots/#000700#.jpg')`,
          )
          .run().changes,
    );
  await expect(insert()).rejects.toMatchObject({ code: 'storage', details: { replaced: true } });
  expect(await insert()).toBe(1);
  const [file = ''] = of.setAside();
  const after = ['', '-wal'].map((end) => readFileSync(join(of.dataDir, file + end)));
  expect(after.map((bytes, index) => bytes.equals(before[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
  await storage.salvage.settled();
  expect(held(storage)).toEqual([...legible, records].sort((a, b) => a - b));
});

/** Numbers of the records on pages of records that no damage touches; what has moved leaves its bytes on others. */
function untouched(file: Buffer, damaged: readonly (readonly [from: number, to: number])[]): number[] {
  const found: number[] = [];
  for (let at = 0; at < file.length; at += pageSize) {
    if (damaged.some(([from, to]) => from < at + pageSize && to > at) || file[at] !== 13) continue;
    const text = file.toString('latin1', at, at + pageSize);
    for (const [, number] of text.matchAll(/\/shots\/#(\d{6})#\.jpg/g)) found.push(Number(number));
  }
  return found;
}

/** Sectors of 512 bytes that a disk has lost, some in a row, as zeros or as something else. */
function loseSectors(of: DamagedBox, seed: number): (readonly [number, number])[] {
  const dice = garbage(64, seed);
  const sectors = statSync(of.path).size / 512;
  return Array.from({ length: 1 + ((dice[0] ?? 0) % 5) }, (_, index) => {
    const at = Math.trunc((dice.readUInt16BE(2 + index * 4) / 65_536) * sectors) * 512;
    const length = Math.min(512 * (1 + ((dice[1 + index] ?? 0) % 40)), statSync(of.path).size - at);
    of.overwrite(
      at,
      (dice[40 + index] ?? 0) % 2 === 0 ? Buffer.alloc(length) : garbage(length, seed + index),
    );
    return [at, at + length] as const;
  });
}

for (const seed of [1, 2, 3]) {
  test(`whatever sectors are lost (seed ${seed}), all records on the other pages come back, and nothing else`, async () => {
    const of = box();
    await of.fill(400);
    const whole = readFileSync(of.path);
    const damaged = loseSectors(of, seed);
    const legible = of.legible();
    const found = held(await recovered(of));
    expect(new Set(found).size).toBe(found.length);
    expect(untouched(whole, damaged).filter((number) => !found.includes(number))).toEqual([]);
    expect(found.filter((number) => !legible.has(number))).toEqual([]);
  });
}

test('a question that meets the damage first is answered from the new file', async () => {
  const of = box();
  await of.fill(records);
  const storage = await opened(of);
  for (const at of pagesOf(of.path, 'division_states')) of.overwrite(at, garbage(pageSize));
  const ask = () =>
    storage.background.all<{ n: number }>('SELECT count(screenshot_path) AS n FROM division_states');
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers).toEqual([[{ n: 0 }], [{ n: 0 }], [{ n: 0 }]]);
  expect(of.setAside()).toHaveLength(1);
});

test('a question on the engine’s own thread that meets the damage is refused in words, the next is answered', async () => {
  const of = box();
  await of.fill(records);
  const storage = await opened(of);
  for (const at of pagesOf(of.path, 'division_states')) of.overwrite(at, garbage(pageSize));
  const sql = 'SELECT count(screenshot_path) AS n FROM division_states';
  expect(() => prepared(storage.reader, sql).get()).toThrow(
    expect.objectContaining({ name: 'BackhaulError', code: 'storage' }),
  );
  await storage.salvage.settled();
  await expect.poll(() => of.setAside()).toHaveLength(1);
  expect(await storage.background.all(sql)).toEqual([{ n: 0 }]);
});
