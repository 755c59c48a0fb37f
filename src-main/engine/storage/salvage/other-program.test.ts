import { readdirSync, renameSync, rmSync } from 'node:fs';
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
