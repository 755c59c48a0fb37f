import { readdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Storage } from '../service.ts';
import {
  box,
  type DamagedBox,
  garbage,
  page,
  pageSize,
  recovered,
  removeBoxesAfterEach,
} from './damaged-box-fixture.ts';

removeBoxesAfterEach();

/** A file with what another program has put into it. */
async function fillByAnother(of: DamagedBox): Promise<void> {
  const db = new Database(of.path);
  db.exec(`CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
      camera_id TEXT NOT NULL, location_id TEXT NOT NULL, frame_number INTEGER NOT NULL, timestamp_video REAL NOT NULL,
      timestamp_recorded TIMESTAMP, state TEXT NOT NULL, detector_build TEXT NOT NULL);
    CREATE TABLE sync_queue (id INTEGER PRIMARY KEY, payload TEXT);
    CREATE VIEW red AS SELECT * FROM division_states WHERE state = 'RED';
    CREATE TRIGGER queue AFTER INSERT ON division_states BEGIN INSERT INTO sync_queue (payload) VALUES ('twice'); END;
    INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video, state, detector_build)
      VALUES ('s', 'c', 'l', 1, 0.5, 'RED', 'b7'), ('s', 'c', 'l', 2, 0.5, CAST(x'ff41' AS TEXT), 'b7');`);
  db.close();
  await (await of.open()).close();
}

function expectAllOfAnother(storage: Storage): void {
  expect(storage.reader.prepare('SELECT detector_build AS build FROM red').all()).toEqual([{ build: 'b7' }]);
  expect(storage.reader.prepare('SELECT count(*) AS n FROM sync_queue').get()).toEqual({ n: 2 });
  expect(
    storage.reader.prepare('SELECT hex(state) AS state FROM division_states WHERE frame_number = 2').get(),
  ).toEqual({ state: 'FF41' });
  const triggers = `SELECT name FROM sqlite_schema WHERE type = 'trigger'`;
  expect(storage.reader.prepare(triggers).all()).toEqual([{ name: 'queue' }]);
}

test('tables, columns and rules of another program are in the new file too', async () => {
  const of = box();
  await fillByAnother(of);
  of.overwrite(page(of, 'backhaul_division_states_session', 0), garbage(pageSize));
  expectAllOfAnother(await recovered(of));
});

for (const begun of [false, true]) {
  test(`the same when the process ended ${begun ? 'while it made' : 'before it made'} the new file, which no backup is made of`, async () => {
    const of = box();
    await fillByAnother(of);
    for (const name of readdirSync(of.dataDir)) if (name.includes('.backup-')) rmSync(join(of.dataDir, name));
    renameSync(of.path, `${of.path}.damaged-20251213T143500Z`);
    if (begun) {
      const db = new Database(of.path);
      db.pragma('journal_mode = WAL');
      db.close();
    }
    const storage = await recovered(of);
    expectAllOfAnother(storage);
    expect([storage.backup, storage.salvage.list()]).toMatchObject([null, [{ state: 'done', error: null }]]);
  });
}

/** A file whose tables have rules, and a name, that only another program gives. */
async function fillWithRules(of: DamagedBox): Promise<void> {
  const db = new Database(of.path);
  db.exec(`CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
      camera_id TEXT NOT NULL, location_id TEXT NOT NULL, frame_number INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('RED', 'GREEN')), UNIQUE (session_id, frame_number));
    CREATE TABLE "said ""so"" \\ once" (id INTEGER PRIMARY KEY, "a ""word""" TEXT);
    INSERT INTO division_states (session_id, camera_id, location_id, frame_number, state)
      VALUES ('s', 'c', 'l', 1, 'RED'), ('s', 'c', 'l', 2, 'GREEN'), ('s', 'c', 'l', 3, 'RED');
    INSERT INTO "said ""so"" \\ once" VALUES (1, 'kept');`);
  db.close();
  await (await of.open()).close();
}

const states = (storage: Storage): unknown[] =>
  storage.reader.prepare('SELECT state FROM division_states ORDER BY frame_number').pluck().all();

test('a letter that damage changed against a rule of the table keeps no record back', async () => {
  const of = box();
  await fillWithRules(of);
  of.overwrite(readFileSync(of.path).indexOf('GREEN', page(of, 'division_states', 0)), Buffer.from('X'));
  of.overwrite(0, garbage(100));
  const storage = await recovered(of);
  expect(states(storage)).toEqual(['RED', 'XREEN', 'RED']);
  expect(storage.reader.prepare('SELECT "a ""word""" FROM "said ""so"" \\ once"').pluck().all()).toEqual([
    'kept',
  ]);
  expect(storage.salvage.list()).toMatchObject([{ state: 'done', error: null, brokenRows: 0 }]);
});

test('a record that the table refuses, since another one came in its place, is counted and keeps no other back', async () => {
  const of = box();
  await fillWithRules(of);
  of.overwrite(0, garbage(100));
  const before = await recovered(of);
  await before.transaction((db) => {
    db.exec(`UPDATE division_states SET state = 'GREEN' WHERE frame_number = 1;
      DELETE FROM division_states WHERE frame_number = 3; DELETE FROM backhaul_settings WHERE name = 'salvage'`);
  });
  await before.close();
  const storage = await recovered(of);
  expect(states(storage)).toEqual(['GREEN', 'GREEN', 'RED']);
  expect(storage.salvage.list()).toMatchObject([{ state: 'done', error: null, brokenRows: 1 }]);
});

test('rows that are older than a column, and texts that are no UTF-8, are there once however often the file is read', async () => {
  const of = box();
  const db = new Database(of.path);
  db.exec(`CREATE TABLE table_states (table_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, camera_id TEXT,
      location_id TEXT, frame_number INTEGER, table_id TEXT, state TEXT);
    INSERT INTO table_states (session_id, camera_id, location_id, frame_number, table_id, state)
      VALUES ('s', 'c', 'l', 1, 'T1', 'BUSY'), ('s', 'c', 'l', 2, CAST(x'ff41' AS TEXT), CAST(x'ff41' AS TEXT));
    ALTER TABLE table_states ADD COLUMN waiters_count INTEGER DEFAULT 7;`);
  db.close();
  await (await of.open()).close();
  of.overwrite(0, garbage(100));
  for (const time of [1, 2]) {
    const storage = await recovered(of);
    const rows = storage.reader.prepare(
      'SELECT hex(table_id), customers_count, waiters_count FROM table_states',
    );
    expect(rows.raw().all()).toEqual([
      ['5431', 0, 7],
      ['FF41', 0, 7],
    ]);
    await storage.close();
    for (const name of of.setAside()) utimesSync(join(of.dataDir, name), time, time);
  }
});
