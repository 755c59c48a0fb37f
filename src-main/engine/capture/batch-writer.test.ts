import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import {
  division,
  handTimers,
  openLines,
  openTestCapture,
  session,
  sessionId,
  settle,
  type TestCapture,
  type TestCaptureOptions,
  table,
  until,
} from './capture-fixture.ts';

const open: TestCapture[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: TestCaptureOptions = {}): Promise<TestCapture> {
  const one = await openTestCapture(options);
  open.push(one);
  return one;
}

const count = (one: TestCapture, name: string) =>
  one.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${name}`)[0]?.n;

describe('batches', () => {
  test('a record waits at most the interval, then one commit holds all that came', async () => {
    const timers = handTimers();
    const one = await start({ timers });
    const lines = openLines(one.capture);
    for (let i = 0; i < 30; i += 1) lines.write(division(i, { seq: i }));
    await settle();
    timers.advance(249);
    await settle();
    expect(lines.replies()).toEqual([]);
    expect(one.capture.status()).toMatchObject({ pending_division: 30, pending_table: 0, total_commits: 0 });
    timers.advance(1);
    await settle();
    expect(lines.replies()).toHaveLength(30);
    expect(one.capture.status()).toMatchObject({ total_commits: 1, avg_batch_size: 30, pending_division: 0 });
    await lines.end();
  });

  test('a hundred records commit without waiting', async () => {
    const one = await start({ timers: handTimers() });
    const lines = openLines(one.capture);
    for (let i = 0; i < 99; i += 1) lines.write(division(i));
    await settle();
    expect(count(one, 'division_states')).toBe(0);
    lines.write(division(99));
    await settle();
    expect(count(one, 'division_states')).toBe(100);
    await lines.end();
  });

  test('of a backlog at most a thousand go into one commit', async () => {
    const one = await start({ timers: handTimers() });
    const { summary } = await one.send(Array.from({ length: 2_500 }, (_, i) => table(i, 'T1')));
    expect(summary).toMatchObject({ received: 2_500, committed: 2_500 });
    expect(summary.commits).toBeGreaterThanOrEqual(3);
    expect(one.capture.status()).toMatchObject({ total_table_inserts: 2_500, total_division_inserts: 0 });
  });

  test('what a full commit leaves of a backlog goes into the next without waiting for the interval', async () => {
    const one = await start({ timers: handTimers() });
    const lines = openLines(one.capture);
    lines.write(...Array.from({ length: 1_050 }, (_, i) => table(i, 'T1')));
    await until(() => one.capture.status().total_commits > 0);
    await settle();
    expect(count(one, 'table_states')).toBe(1_050);
    expect(one.capture.status()).toMatchObject({ total_commits: 2, pending_table: 0 });
    await lines.end();
  });

  test('a transaction that takes long is cut and goes on in the next', async () => {
    const timers = handTimers();
    let elapsed = 0;
    const slow = { ...timers, elapsed: () => (elapsed += 1) };
    const one = await start({ timers: slow });
    const { summary } = await one.send(Array.from({ length: 400 }, (_, i) => division(i)));
    expect(summary.committed).toBe(400);
    expect(summary.commits).toBeGreaterThanOrEqual(10);
  });

  test('the end of a session commits what waits', async () => {
    const one = await start({ timers: handTimers() });
    const lines = openLines(one.capture);
    const end = {
      type: 'session_end',
      session_id: sessionId,
      end_time: '2025-12-13 15:00',
      processing_status: 'completed',
    };
    lines.write(session(), division(1), end);
    await settle();
    expect(one.rows('SELECT end_time, processing_status FROM sessions')).toEqual([
      { end_time: '2025-12-13 15:00:00+08:00', processing_status: 'completed' },
    ]);
    await lines.end();
  });

  test('closing commits and answers what was read', async () => {
    const one = await openTestCapture({ timers: handTimers() });
    const lines = openLines(one.capture);
    lines.write(division(1, { seq: 1 }), division(2, { seq: 2 }));
    await settle();
    await one.capture.close();
    expect(lines.replies()).toEqual([
      { type: 'ack', seq: 1 },
      { type: 'ack', seq: 2 },
    ]);
    expect(count(one, 'division_states')).toBe(2);
    await one.close();
  });
});

describe('an acknowledgement', () => {
  test('is written only after another process can read the record', async () => {
    const one = await start();
    const other = new Database(one.storage.path, { readonly: true });
    const seen = other.prepare('SELECT COUNT(*) AS n FROM division_states WHERE frame_number <= ?');
    const lines = openLines(one.capture);
    for (let i = 0; i < 500; i += 1) lines.write(division(i, { seq: i }));
    let checked = 0;
    while (checked < 500) {
      const replies = lines.replies();
      const last = replies.at(-1);
      if (last !== undefined) expect(seen.get(last.seq)).toEqual({ n: Number(last.seq) + 1 });
      checked = replies.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines.replies().map((reply) => reply.seq)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    other.close();
    await lines.end();
  });

  test('waits while another process holds the file, and so does reading on', async () => {
    const one = await start();
    const other = new Database(one.storage.path);
    other.exec('BEGIN IMMEDIATE');
    const lines = openLines(one.capture);
    let refusedWrites = 0;
    for (let i = 0; i < 200; i += 1) {
      const block = Array.from({ length: 500 }, (_, k) => division(i * 500 + k, { seq: i * 500 + k }));
      if (!lines.write(...block)) refusedWrites += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines.replies()).toEqual([]);
    expect(one.capture.status().pending_division).toBeLessThan(6_000);
    expect(refusedWrites).toBeGreaterThan(100);
    other.exec('COMMIT');
    other.close();
    const summary = await lines.end();
    expect(summary).toMatchObject({ received: 100_000, committed: 100_000 });
    expect(count(one, 'division_states')).toBe(100_000);
  });
});

describe('a disk that refuses', () => {
  test('nothing is acknowledged, capture says why, and goes on by itself', async () => {
    const timers = handTimers();
    const one = await start({ timers });
    await one.send([division(0)]);
    const pages = (sql: string) => one.storage.transaction((db) => Number(db.pragma(sql, { simple: true })));
    const used = await pages('page_count');
    await pages(`max_page_count = ${used}`);
    const lines = openLines(one.capture);
    const sent = Array.from({ length: 300 }, (_, i) =>
      division(i + 1, { seq: i, screenshot_path: 'x'.repeat(2_000) }),
    );
    lines.write(...sent);
    await settle();
    expect(lines.replies()).toEqual([]);
    expect(one.capture.status().state).toBe('stopped');
    expect(one.capture.status().reason).toMatch(/disk is full/);
    expect(one.states).toHaveLength(1);
    timers.advance(250);
    await settle();
    expect(lines.replies()).toEqual([]);
    await pages('max_page_count = 1073741823');
    timers.advance(500);
    await settle();
    expect(lines.replies().map((reply) => reply.type)).toEqual(sent.map(() => 'ack'));
    expect(one.states.map((state) => state.state)).toEqual(['stopped', 'running']);
    expect(count(one, 'division_states')).toBe(301);
    await lines.end();
  });

  test('closing gives up what was not acknowledged instead of hanging', async () => {
    const one = await openTestCapture({ timers: handTimers() });
    await one.storage.transaction((db) =>
      db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`),
    );
    const lines = openLines(one.capture);
    lines.write(
      ...Array.from({ length: 200 }, (_, i) => division(i, { seq: i, screenshot_path: 'x'.repeat(2_000) })),
    );
    await until(() => one.capture.status().state === 'stopped');
    await one.close();
    expect(lines.replies()).toEqual([]);
  });
});

describe('a database that another program holds', () => {
  test('is told in words when it lasts, and capture goes on by itself when it is free', async () => {
    const timers = handTimers();
    const one = await start({ timers });
    const other = new Database(one.storage.path);
    other.exec('BEGIN IMMEDIATE');
    const lines = openLines(one.capture);
    lines.write(...Array.from({ length: 100 }, (_, i) => division(i, { seq: i })));
    await settle();
    timers.advance(4999);
    expect(one.states).toEqual([]);
    timers.advance(1);
    expect(one.capture.status().state).toBe('stopped');
    expect(one.capture.status().reason).toMatch(/Another program has held the local database/);
    expect(lines.replies()).toEqual([]);
    other.exec('ROLLBACK');
    await until(() => lines.replies().length === 100);
    expect(one.states.map((state) => state.state)).toEqual(['stopped', 'running']);
    other.close();
    await lines.end();
  });
});

describe('a record that the database will not take', () => {
  const state = (frame: number, seq: number, camera_id: string) => division(frame, { seq, camera_id });
  const owned = (rule: string) => `CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY,
    session_id TEXT, camera_id TEXT, frame_number INTEGER, UNIQUE (session_id, frame_number) ON CONFLICT ${rule})`;

  test.for(['IGNORE', 'REPLACE'])(
    'is refused where the rule of an older file would %s it, and what is stored stays',
    async (rule) => {
      const one = await start({ older: (db) => db.exec(owned(rule)) });
      const { replies } = await one.send([state(1, 0, 'c1'), state(2, 1, 'c1'), state(1, 2, 'c2')]);
      expect(replies.map((reply) => reply.code)).toEqual([undefined, undefined, 'not_storable']);
      expect(one.rows('SELECT camera_id AS c, frame_number AS f FROM division_states ORDER BY f')).toEqual([
        { c: 'c1', f: 1 },
        { c: 'c1', f: 2 },
      ]);
      expect(count(one, 'rejected_lines')).toBe(1);
    },
  );

  test('is refused where a trigger drops it without an error', async () => {
    const one = await start();
    await one.storage.transaction((db) =>
      db.exec(`CREATE TRIGGER quiet BEFORE INSERT ON division_states WHEN NEW.frame_number = 40
        BEGIN SELECT RAISE(IGNORE); END`),
    );
    const { replies } = await one.send(Array.from({ length: 64 }, (_, i) => division(i, { seq: i })));
    expect(replies.filter((reply) => reply.type === 'error')).toMatchObject([
      { seq: 40, code: 'not_storable' },
    ]);
    expect([count(one, 'division_states'), count(one, 'rejected_lines')]).toEqual([63, 1]);
  });

  test('is refused and kept, the others of its batch land in order', async () => {
    const one = await start();
    await one.storage.transaction((db) =>
      db.exec(`CREATE TRIGGER picky BEFORE INSERT ON division_states WHEN NEW.frame_number IN (40, 77)
        BEGIN SELECT RAISE(ABORT, 'frame not wanted'); END`),
    );
    const { summary, replies } = await one.send(
      Array.from({ length: 100 }, (_, i) => division(i, { seq: i })),
    );
    expect(summary).toMatchObject({ committed: 98, refused: 2 });
    expect(replies.map((reply) => reply.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(replies[40]).toMatchObject({ type: 'error', line: 41, code: 'not_storable' });
    expect(one.rows('SELECT line_number, code FROM rejected_lines')).toEqual([
      { line_number: 41, code: 'not_storable' },
      { line_number: 78, code: 'not_storable' },
    ]);
  });
});

test('an older file with columns of its own takes records', async () => {
  const one = await start({
    older: (db) =>
      db.exec(`CREATE TABLE division_states (division_state_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT,
        camera_id TEXT, location_id TEXT, frame_number INTEGER, timestamp_video REAL, timestamp_recorded TEXT,
        state TEXT, operator TEXT NOT NULL, shift INTEGER NOT NULL, created_at TEXT DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE sessions (session_id TEXT PRIMARY KEY, camera_id TEXT NOT NULL, video_id INTEGER NOT NULL,
        location_id TEXT NOT NULL, start_time TEXT NOT NULL)`),
  });
  const { summary } = await one.send([division(1), division(2), session({ video_filename: 'a.mp4' })]);
  expect(summary).toMatchObject({ committed: 3, refused: 0 });
  expect(
    one.rows('SELECT operator, shift, total_staff, synced_to_cloud, created_at FROM division_states'),
  ).toEqual(
    [1, 2].map(() => ({
      ...{ operator: '', shift: 0, total_staff: 3 },
      ...{ synced_to_cloud: 0, created_at: '2025-12-13 06:40:00' },
    })),
  );
  expect(
    one.rows('SELECT s.start_time, v.video_filename FROM sessions s JOIN videos v USING (video_id)'),
  ).toEqual([{ start_time: '2025-12-13 14:35:00+08:00', video_filename: 'a.mp4' }]);
});

test('another process may write beside it', async () => {
  const one = await start();
  const other = new Database(one.storage.path, { timeout: 5_000 });
  const insert = other.prepare(
    `INSERT INTO table_states (session_id, camera_id, location_id, frame_number, table_id, state) VALUES ('o', 'c', 'mianyang', ?, 'T', 'IDLE')`,
  );
  const lines = openLines(one.capture);
  for (let i = 0; i < 300; i += 1) {
    lines.write(...Array.from({ length: 20 }, (_, k) => division(i * 20 + k)));
    insert.run(i);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await lines.end()).toMatchObject({ committed: 6_000, refused: 0 });
  expect(count(one, 'table_states')).toBe(300);
  other.close();
});
