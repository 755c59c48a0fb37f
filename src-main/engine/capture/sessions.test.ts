import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  division,
  frame,
  newFolder,
  openTestCapture,
  session,
  sessionId,
  type TestCapture,
  type TestCaptureOptions,
  table,
  zones,
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

const codes = (replies: Record<string, unknown>[]) => replies.map((reply) => reply.code);
const recorded = (one: TestCapture) =>
  one
    .rows<{ t: string }>('SELECT timestamp_recorded AS t FROM division_states ORDER BY 1')
    .map((row) => row.t);

describe('the time of recording', () => {
  test('as given, else session start + video time, else now; in the zone of the location', async () => {
    const one = await start();
    await one.send([
      division(1),
      session(),
      division(615),
      division(2, { timestamp_recorded: '2025-12-13T01:00:00.50Z' }),
    ]);
    expect(
      one.rows('SELECT frame_number AS f, timestamp_recorded AS t FROM division_states ORDER BY 1'),
    ).toEqual([
      { f: 1, t: '2025-12-13 14:40:00+08:00' },
      { f: 2, t: '2025-12-13 09:00:00.50+08:00' },
      { f: 615, t: '2025-12-13 14:36:01.500+08:00' },
    ]);
  });

  test('follows the zone that the location brings, from that line on', async () => {
    const one = await start();
    const given = { timestamp_recorded: '2025-07-01 12:00' };
    const location = { type: 'location', location_id: 'mianyang', timezone: 'America/New_York' };
    await one.send([division(1, given), location, division(2, given)]);
    await one.send([division(3, given)]);
    expect(recorded(one)).toEqual(
      [1, 2, 3].map((n) => `2025-07-01 12:00:00${n === 1 ? '+08:00' : '-04:00'}`),
    );
  });

  test('the configured zone wins over the one of the location', async () => {
    const one = await start({ timeZone: 'Asia/Tokyo' });
    const location = { type: 'location', location_id: 'mianyang', timezone: 'America/New_York' };
    await one.send([location, division(1, { timestamp_recorded: '2025-07-01 12:00' })]);
    expect(recorded(one)).toEqual(['2025-07-01 12:00:00+09:00']);
  });

  test('a start beyond the last year is refused', async () => {
    const one = await start();
    const { replies } = await one.send([
      session({ start_time: '9999-12-31 23:59:59' }),
      division(10, { seq: 1 }),
      session({ start_time: '2025-13-01 00:00', seq: 2 }),
    ]);
    expect(codes(replies)).toEqual(['impossible_time', 'impossible_time']);
  });
});

describe('one box, one location', () => {
  test('the first that is stored is kept, another is refused, whatever it is in', async () => {
    const one = await start();
    const foreign = { location_id: 'elsewhere', seq: 1 };
    const impossible = division(0, { ...foreign, timestamp_recorded: 'never' });
    await one.send([impossible, division(1)]);
    const lines = [
      division(2, foreign),
      table(2, 'T', foreign),
      { type: 'camera', camera_id: 'c', ...foreign },
      { type: 'location', ...foreign },
      frame(3, 'empty', { ...foreign, session_id: sessionId }),
      session(foreign),
    ];
    const { summary, replies } = await one.send(lines);
    expect(summary).toMatchObject({ committed: 0, refused: 6 });
    expect(codes(replies)).toEqual(lines.map(() => 'wrong_location'));
    expect(one.rows('SELECT location_id FROM locations')).toEqual([{ location_id: 'mianyang' }]);
  });

  test('a configured location refuses the others from the start', async () => {
    const one = await start({ locationId: 'elsewhere' });
    expect((await one.send([division(1)])).summary).toMatchObject({ refused: 1 });
  });
});

describe('parents', () => {
  test('stubs stand in until their message comes, which completes them', async () => {
    const one = await start();
    await one.send([division(1), table(1, 'T1')]);
    expect(one.rows('SELECT city, restaurant_name FROM locations')).toEqual([
      { city: '', restaurant_name: '' },
    ]);
    expect(one.rows('SELECT camera_id, location_id, camera_ip_address FROM cameras')).toEqual([
      { camera_id: 'camera_35', location_id: 'mianyang', camera_ip_address: '' },
    ]);
    expect(one.rows('SELECT session_id, camera_id, start_time, video_id FROM sessions')).toEqual([
      { session_id: sessionId, camera_id: 'camera_35', start_time: null, video_id: null },
    ]);
    const location = {
      type: 'location',
      location_id: 'mianyang',
      city: '绵阳',
      restaurant_name: '1958',
      commercial_area: 'CBD',
      is_active: false,
    };
    const camera = {
      type: 'camera',
      camera_id: 'camera_35',
      camera_name: 'Hall',
      camera_ip_address: '10.0.0.5',
    };
    const complete = session({ video_filename: 'a.mp4', fps: 25, resolution: '768x576', total_frames: 795 });
    const { summary } = await one.send([location, camera, complete]);
    expect(summary).toMatchObject({ committed: 3 });
    expect(one.rows('SELECT city, is_active, timezone FROM locations')).toEqual([
      { city: '绵阳', is_active: 0, timezone: 'Asia/Shanghai' },
    ]);
    expect(one.rows('SELECT camera_name, status, updated_at FROM cameras')).toEqual([
      { camera_name: 'Hall', status: 'active', updated_at: '2025-12-13 06:40:00' },
    ]);
    expect(
      one.rows(
        'SELECT s.fps, s.total_frames, s.processing_status, s.start_time, v.video_filename FROM sessions s JOIN videos v USING (video_id)',
      ),
    ).toEqual([
      {
        fps: 25,
        total_frames: 795,
        processing_status: 'processing',
        start_time: '2025-12-13 14:35:00+08:00',
        video_filename: 'a.mp4',
      },
    ]);
    expect((await one.send([location, camera, complete])).summary).toMatchObject({
      committed: 0,
      duplicates: 3,
    });
  });

  test('what is not sent erases nothing, and a finished session stays finished', async () => {
    const one = await start();
    const end = {
      type: 'session_end',
      session_id: sessionId,
      end_time: '2025-12-13 15:00',
      processing_status: 'completed',
    };
    await one.send([session({ fps: 25 }), end]);
    const { summary } = await one.send([session({ fps: null }), end, session({ total_frames: 9 })]);
    expect(summary).toMatchObject({ committed: 1, duplicates: 2 });
    expect(one.rows('SELECT fps, total_frames, processing_status FROM sessions')).toEqual([
      { fps: 25, total_frames: 9, processing_status: 'completed' },
    ]);
  });

  test('a session must name its camera and location, unless flags do', async () => {
    const one = await start();
    const bare = { type: 'session', session_id: 'S', start_time: '2025-12-13 14:35' };
    expect((await one.send([bare])).replies[0]?.message).toBe('camera_id is required');
    const defaults = { cameraId: 'C', locationId: 'L' };
    expect((await one.send([bare], { defaults })).summary).toMatchObject({ committed: 1 });
  });
});

describe('zones', () => {
  const rois = (one: TestCapture) =>
    one.rows(`SELECT roi.roi_version AS version, roi.roi_type AS type, roi.roi_identifier AS id, roi.is_active AS active,
      linked.roi_identifier AS link FROM camera_rois roi LEFT JOIN camera_rois linked ON linked.roi_id = roi.linked_to_roi_id
      ORDER BY roi.roi_id`);

  test('are written once for a camera, and anew when they change', async () => {
    const one = await start();
    await one.send([session({ zones })]);
    await one.send([session({ session_id: 'second', zones })]);
    expect(rois(one)).toEqual([
      { version: 1, type: 'table', id: 'T1', active: 1, link: null },
      { version: 1, type: 'division', id: 'division', active: 1, link: null },
      { version: 1, type: 'sitting', id: 'S1', active: 1, link: 'T1' },
      { version: 1, type: 'service', id: 'V1', active: 1, link: null },
    ]);
    const moved = { ...zones, service_areas: [] };
    await one.send([session({ session_id: 'third', zones: moved })]);
    expect(rois(one).map((row) => [row.version, row.id, row.active])).toEqual([
      [1, 'T1', 0],
      [1, 'division', 0],
      [1, 'S1', 0],
      [1, 'V1', 0],
      [2, 'T1', 1],
      [2, 'division', 1],
      [2, 'S1', 1],
    ]);
    await one.send([session({ zones }), session({ session_id: 'third', zones: moved })]);
    expect(rois(one)).toHaveLength(7);
    expect(one.rows('SELECT session_id, roi_version FROM sessions ORDER BY roi_version, session_id')).toEqual(
      [
        { session_id: sessionId, roi_version: 1 },
        { session_id: 'second', roi_version: 1 },
        { session_id: 'third', roi_version: 2 },
      ],
    );
  });

  test('come with the session, by flag, or from the file of the camera; without any a frame is refused', async () => {
    const dir = newFolder();
    const one = await start({ dir });
    const named = (camera: string) => ({
      session_id: `20251213_143500_${camera}`,
      location_id: 'mianyang',
      seq: 1,
    });
    expect(codes((await one.send([frame(0, 'empty', named('a'))])).replies)).toEqual(['no_zones']);
    expect(one.rows('SELECT 1 FROM sessions')).toEqual([]);
    mkdirSync(join(dir, 'zones'));
    writeFileSync(join(dir, 'zones', 'a.json'), JSON.stringify(zones));
    writeFileSync(join(dir, 'zones', 'b.json'), JSON.stringify({ ...zones, tables: [] }));
    writeFileSync(join(dir, 'outside.json'), JSON.stringify(zones));
    expect((await one.send([frame(0, 'empty', named('a'))])).summary).toMatchObject({
      committed: 1,
      states: 2,
    });
    expect((await one.send([frame(0, 'empty', named('b'))])).replies[0]?.message).toBe(
      'zones/b.json cannot be used: tables: at least one table is needed',
    );
    expect(codes((await one.send([frame(0, 'empty', named('../outside'))])).replies)).toEqual(['no_zones']);
    rmSync(dir, { recursive: true });
  });

  test('that cannot be used refuse the session, and its frames with it', async () => {
    const one = await start();
    const { replies } = await one.send([
      session({ zones: { ...zones, tables: [] }, seq: 1 }),
      frame(0, 'empty', { seq: 2 }),
    ]);
    expect(codes(replies)).toEqual(['invalid_shape', 'no_session']);
  });
});

describe('frames', () => {
  test('belong to the last session of their connection', async () => {
    const one = await start();
    expect(codes((await one.send([frame(0, 'empty')])).replies)).toEqual(['no_session']);
    const lines = [session({ zones }), frame(0, 'empty'), frame(5, 'guest'), frame(15, 'guest', { seq: 7 })];
    const { summary, replies } = await one.send(lines);
    expect(summary).toMatchObject({ received: 4, committed: 4, states: 3 });
    expect(replies).toEqual([{ type: 'ack', seq: 7 }]);
    expect(
      one.rows(
        'SELECT frame_number, state, customers_count, timestamp_recorded, timestamp_video FROM table_states',
      ),
    ).toEqual([
      {
        frame_number: 0,
        state: 'IDLE',
        customers_count: 0,
        timestamp_recorded: '2025-12-13 14:35:00+08:00',
        timestamp_video: 0,
      },
      {
        frame_number: 15,
        state: 'BUSY',
        customers_count: 1,
        timestamp_recorded: '2025-12-13 14:35:01.500+08:00',
        timestamp_video: 1.5,
      },
    ]);
    expect((await one.send(lines)).summary).toMatchObject({ committed: 0, duplicates: 4, states: 0 });
  });

  test('of a session whose line was refused are refused', async () => {
    const one = await start();
    const { replies } = await one.send([
      division(0),
      session({ zones, location_id: 'elsewhere', session_id: 'S', seq: 1 }),
      frame(0, 'empty', { seq: 2 }),
    ]);
    expect(codes(replies)).toEqual(['wrong_location', 'no_session']);
  });

  test('that contradict a stored state are refused and change nothing', async () => {
    const one = await start();
    const { replies, summary } = await one.send([
      division(0, { state: 'GREEN' }),
      session({ zones }),
      frame(0, 'empty'),
      frame(1, 'empty'),
    ]);
    expect(codes(replies)).toEqual(['conflict']);
    expect(summary).toMatchObject({ committed: 3, refused: 1, states: 2 });
  });

  const scenes = ['empty', 'guest', 'staff', 'service'] as const;
  const stored = (one: TestCapture) =>
    ['division_states', 'table_states'].map((name) =>
      one.rows(`SELECT *, 0 AS created_at FROM ${name} ORDER BY 1`).map((row) => ({ ...row, created_at: 0 })),
    );

  test('after a restart at any line, with lines sent again, give what an uninterrupted run gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...scenes), fc.integer({ min: 1, max: 8 })), {
          minLength: 2,
          maxLength: 12,
        }),
        fc.array(fc.tuple(fc.nat(60), fc.nat(10)), { maxLength: 4 }),
        async (runs, restarts) => {
          const seen = runs.flatMap(([scene, times]) => Array<(typeof scenes)[number]>(times).fill(scene));
          const frames = seen.map((scene, index) => frame(index * 2, scene, { session_id: sessionId }));
          const whole = await openTestCapture();
          await whole.send([session({ zones }), ...frames]);

          const dir = newFolder();
          let one = await openTestCapture({ dir });
          await one.send([session({ zones })]);
          let at = 0;
          for (const [cut, back] of [...restarts].sort((a, b) => a[0] - b[0])) {
            await one.send(frames.slice(Math.max(0, at - back), cut));
            at = Math.max(at, Math.min(cut, frames.length));
            await one.close();
            one = await openTestCapture({ dir });
          }
          await one.send(frames.slice(at));
          expect(stored(one)).toEqual(stored(whole));
          await one.close();
          await whole.close();
          rmSync(dir, { recursive: true });
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a rolled back batch leaves no trace in the timers', async () => {
    const one = await start();
    await one.send([session({ zones }), frame(0, 'empty')]);
    await one.storage.transaction((db) =>
      db.exec(`CREATE TRIGGER picky BEFORE INSERT ON division_states WHEN NEW.frame_number = 99
        BEGIN SELECT RAISE(ABORT, 'not wanted'); END`),
    );
    const { summary } = await one.send([
      frame(5, 'guest', { session_id: sessionId }),
      division(99),
      frame(15, 'guest', { session_id: sessionId }),
    ]);
    expect(summary).toMatchObject({ committed: 2, refused: 1, states: 1 });
    expect(one.rows('SELECT frame_number, state FROM table_states')).toEqual([
      { frame_number: 0, state: 'IDLE' },
      { frame_number: 15, state: 'BUSY' },
    ]);
    expect(one.rows('SELECT zone, state, candidate FROM zone_states ORDER BY zone')).toEqual([
      { zone: 'division', state: 'RED', candidate: null },
      { zone: 'table:T1', state: 'BUSY', candidate: null },
    ]);
    expect(one.rows('SELECT last_frame FROM frame_cursors')).toEqual([{ last_frame: 15 }]);
  });
});
