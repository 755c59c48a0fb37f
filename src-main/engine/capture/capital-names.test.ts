import type { Database } from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { division, openTestCapture, session, type TestCapture, table } from './capture-fixture.ts';

let one: TestCapture;
afterEach(() => one.close());

/** As some older scripts spell them; SQLite takes any spelling, but answers in the table's. */
function withCapitals(db: Database): void {
  db.exec(`CREATE TABLE division_states (Division_State_ID INTEGER PRIMARY KEY AUTOINCREMENT, Session_ID TEXT NOT NULL,
      Camera_ID TEXT NOT NULL, Location_ID TEXT NOT NULL, Frame_Number INTEGER NOT NULL, Timestamp_Video REAL NOT NULL,
      Timestamp_Recorded TEXT, State TEXT NOT NULL, Walking_Area_Waiters INTEGER NOT NULL, Screenshot_Path TEXT);
    CREATE TABLE table_states (Table_State_ID INTEGER PRIMARY KEY AUTOINCREMENT, SESSION_ID TEXT NOT NULL,
      CAMERA_ID TEXT NOT NULL, LOCATION_ID TEXT NOT NULL, FRAME_NUMBER INTEGER NOT NULL, TIMESTAMP_VIDEO REAL NOT NULL,
      TIMESTAMP_RECORDED TEXT, TABLE_ID TEXT NOT NULL, STATE TEXT NOT NULL, CUSTOMERS_COUNT INTEGER);
    CREATE TABLE sessions (Session_ID TEXT PRIMARY KEY, Camera_ID TEXT NOT NULL, Video_ID INTEGER NOT NULL,
      Location_ID TEXT NOT NULL, Start_Time TEXT NOT NULL);`);
}

test('an older file whose columns are spelled in capitals takes what is sent, and a resend is a duplicate', async () => {
  one = await openTestCapture({ older: withCapitals });
  const lines = [session(), division(1), table(1, 'T1')];
  const first = await one.send(lines);
  const stored = (): unknown[] =>
    [
      'SELECT camera_id AS c, state AS s, walking_area_waiters AS n, timestamp_video AS v FROM division_states',
      'SELECT camera_id AS c, state AS s, customers_count AS n, timestamp_video AS v FROM table_states',
      'SELECT camera_id AS c, start_time AS s, typeof(location_id) AS n FROM sessions',
    ].flatMap((sql) => one.rows(sql));
  const before = stored();
  const again = await one.send(lines);
  expect([first.summary, again.summary]).toMatchObject([
    { committed: 3, duplicates: 0, refused: 0 },
    { committed: 0, duplicates: 3, refused: 0 },
  ]);
  expect(stored()).toEqual(before);
});
