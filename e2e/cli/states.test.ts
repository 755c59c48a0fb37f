import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { backhaul, projectRoot } from '../support/command-line.ts';
import {
  type Change,
  naiveStates,
  type Point,
  type SeenFrame,
  type SeenPerson,
  type ZonesFile,
} from '../support/naive-states.ts';
import { askFile } from '../support/reading.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('states');
afterAll(() => folder.remove());

/** The same numbers on every machine and every day. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const owner = { camera_id: 'camera_35', location_id: 'store_1' };
const box = (x1: number, y1: number, x2: number, y2: number): Point[] => [
  [x1, y1],
  [x2, y1],
  [x2, y2],
  [x1, y2],
];

const places: Readonly<Record<string, ZonesFile>> = {
  'scaled frames, overlapping tables, sitting areas with and without a table': {
    ...owner,
    frame_size: [640, 360],
    video_size: [1919, 1079],
    division: box(7, 5, 633, 355),
    tables: [
      { id: '"T\'1', polygon: box(50, 50, 201, 151) },
      { id: '包厢', polygon: box(151, 101, 301, 251) },
      { id: 'inside', polygon: box(160, 110, 190, 140) },
    ],
    sitting_areas: [
      { id: 'S1', polygon: box(40, 40, 320, 260), table_id: '包厢' },
      { id: 'S2', polygon: box(301, 51, 401, 151), table_id: 'of another camera' },
      { id: 'S3', polygon: box(401, 51, 501, 151) },
      { id: 'S4', polygon: box(40, 260, 120, 340), table_id: '"T\'1' },
    ],
    service_areas: [
      { id: 'V1', polygon: box(301, 51, 601, 201) },
      { id: 'V2', polygon: box(50, 50, 600, 60) },
    ],
  },
  'a hollow division, people on edges and corners, other thresholds': {
    ...owner,
    frame_size: [400, 400],
    division: [
      [0, 0],
      [400, 0],
      [400, 400],
      [200, 200],
      [0, 400],
    ],
    tables: [
      { id: 'T1', polygon: box(40, 40, 120, 120) },
      {
        id: 'T2',
        polygon: [
          [120, 40],
          [200, 40],
          [160, 120],
        ],
      },
    ],
    service_areas: [{ id: 'V', polygon: box(240, 0, 400, 160) }],
    thresholds: { person_confidence: 0.6, role_confidence: 0.8, min_box: [20, 8], debounce_s: 0.35 },
  },
  'no debounce': {
    ...owner,
    frame_size: [200, 200],
    division: box(0, 0, 200, 200),
    tables: [{ id: 'T', polygon: box(0, 0, 100, 100) }],
    thresholds: { min_box: [0, 0], debounce_s: 0 },
  },
  'a long debounce': {
    ...owner,
    frame_size: [200, 200],
    division: box(0, 0, 200, 200),
    tables: [{ id: 'T', polygon: box(0, 0, 100, 100) }],
    sitting_areas: [{ id: 'S', polygon: box(100, 0, 150, 100), table_id: 'T' }],
    service_areas: [{ id: 'V', polygon: box(0, 150, 200, 200) }],
    thresholds: { min_box: [10, 10], debounce_s: 2.5 },
  },
};

/** People stand for a while, so that states hold about as long as the debounce; often just as long. */
function makeFrames(file: ZonesFile, seed: number, count: number): SeenFrame[] {
  const random = randomNumbers(seed);
  const [width, height] = file.video_size ?? file.frame_size;
  const debounce = file.thresholds?.debounce_s ?? 1;
  const steps = [0.1, 0.2, 0.25, 0.5, debounce, debounce / 2, 1 / 3, 12.5];
  const minBox = file.thresholds?.min_box ?? [40, 40];
  const step = (size: number): number => random(size / 10 + 2) * 10;
  const person = (): SeenPerson => {
    const [x, y] = random(2) === 0 ? [step(width), step(height)] : [random(width * 8) / 8, random(height)];
    const [w, h] = [minBox[0] - 2 + random(8), minBox[1] - 2 + random(8)];
    return {
      bbox: [x - w / 2, y - h / 2, x + w / 2, y + h / 2],
      confidence: [0.29, 0.3, 0.5999, 0.6, 0.95, 0.99][random(6)] ?? 1,
      role: random(2) === 0 ? 'staff' : 'customer',
      role_confidence: [0.4999, 0.5, 0.8, 0.8, 0.99][random(5)] ?? 1,
    };
  };
  const crowds = Array.from({ length: 6 }, () => Array.from({ length: random(7) }, person));
  const frames: SeenFrame[] = [];
  let seconds = 0;
  let number = 0;
  let people = crowds[0] ?? [];
  for (let index = 0; index < count; index += 1) {
    if (random(3) === 0) people = crowds[random(crowds.length)] ?? [];
    if (random(15) === 0) crowds[random(crowds.length)] = Array.from({ length: random(7) }, person);
    frames.push({ frame_number: number, timestamp_video: seconds, people });
    if (random(30) === 0)
      frames.push(frames[random(frames.length)] ?? { frame_number: 0, timestamp_video: 0, people });
    number += 1 + random(5);
    seconds = seconds + (steps[random(random(10) === 0 ? steps.length : 6)] ?? 1);
  }
  return frames;
}

const detections = (frames: readonly SeenFrame[]): string =>
  frames.map((frame) => `${JSON.stringify({ type: 'detections', ...frame })}\n`).join('');

function asChange(line: string): Change {
  const row = JSON.parse(line) as Record<string, string & number>;
  const counts =
    row.type === 'division_state'
      ? [row.walking_area_waiters, row.service_area_waiters]
      : [row.customers_count, row.waiters_count];
  return [
    row.frame_number ?? -1,
    row.timestamp_video ?? -1,
    row.table_id ?? '',
    row.state ?? '',
    counts[0] ?? -1,
    counts[1] ?? -1,
  ];
}

/** What ingest stored, in the order it was made. */
function storedChanges(dataDir: string, sessionId: string): Change[] {
  const head = 'frame_number AS f, timestamp_video AS v';
  const rows = askFile<{ f: number; v: number; t: string; s: string; a: number; b: number; o: number }>(
    dataDir,
    `SELECT ${head}, '' AS t, state AS s, walking_area_waiters AS a, service_area_waiters AS b, 0 AS o
       FROM division_states WHERE session_id = ?
     UNION ALL SELECT ${head}, table_id, state, customers_count, waiters_count, table_state_id
       FROM table_states WHERE session_id = ? ORDER BY 1, 7`,
    sessionId,
    sessionId,
  );
  return rows.map(({ f, v, t, s, a, b }) => [f, v, t, s, a, b]);
}

test.each(Object.keys(places).map((name, index) => [name, index] as const))(
  'with %s, states prints and ingest stores what a second reading of the rules gives',
  async (name, index) => {
    const file = places[name];
    if (file === undefined) throw new Error(name);
    const frames = makeFrames(file, 1000 + index, 1500);
    const wanted = naiveStates(file, frames);
    expect(wanted.length).toBeGreaterThan(80);
    expect(new Set(wanted.map(([, , , state]) => state)).size).toBeGreaterThanOrEqual(index === 2 ? 5 : 6);
    const zones = join(folder.path, `zones-${index}.json`);
    writeFileSync(zones, JSON.stringify(file));
    const dataDir = join(folder.path, `data-${index}`);
    const printed = await backhaul(['states', '--detections', '-', '--zones', zones], {
      dataDir,
      input: detections(frames),
    });
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    expect(printed.stdout.trim().split('\n').map(asChange)).toEqual(wanted);
    const session = '20251213_143500_camera_35';
    const args = ['ingest', '-', '--zones', zones, '--session', session, '--json'];
    // Begun, interrupted, sent again from a little before: the records are those of one uninterrupted run.
    await backhaul(args, { dataDir, input: detections(frames.slice(0, 700)) });
    const ingest = await backhaul(args, { dataDir, input: detections(frames.slice(650)) });
    expect([ingest.code, ingest.json<{ refused: number }>().refused]).toEqual([0, 0]);
    expect(storedChanges(dataDir, session)).toEqual(wanted);
  },
);

test('on the bundled recording states prints what ingest stores, times and ids included', async () => {
  const demo = (name: string): string => join(projectRoot, 'resources', 'demo', name);
  const input =
    readFileSync(demo('plaza-session.ndjson'), 'utf8') +
    readFileSync(demo('plaza-detections.ndjson'), 'utf8');
  const dataDir = join(folder.path, 'plaza');
  const printed = await backhaul(['states', '--detections', '-', '--zones', demo('plaza-zones.json')], {
    dataDir,
    input,
  });
  const lines = printed.stdout.trim().split('\n');
  expect([printed.code, printed.stderr, lines.length]).toEqual([0, '', 26]);
  const ingest = await backhaul(['ingest', '--zones', demo('plaza-zones.json'), '--json'], {
    dataDir,
    input,
  });
  expect(ingest.json()).toMatchObject({ received: 401, committed: 401, states: 26 });
  const stored = askFile<{ row: string }>(
    dataDir,
    `SELECT json_object('type', 'division_state', 'session_id', session_id, 'camera_id', camera_id, 'location_id',
        location_id, 'frame_number', frame_number, 'timestamp_video', timestamp_video, 'timestamp_recorded',
        timestamp_recorded, 'state', state, 'walking_area_waiters', walking_area_waiters, 'service_area_waiters',
        service_area_waiters, 'total_staff', total_staff) AS row FROM division_states
      UNION ALL SELECT json_object('type', 'table_state', 'session_id', session_id, 'camera_id', camera_id,
        'location_id', location_id, 'frame_number', frame_number, 'timestamp_video', timestamp_video,
        'timestamp_recorded', timestamp_recorded, 'table_id', table_id, 'state', state, 'customers_count',
        customers_count, 'waiters_count', waiters_count) FROM table_states`,
  );
  const canonical = (text: string): string =>
    JSON.stringify(Object.entries(JSON.parse(text) as object).sort());
  expect(stored.map(({ row }) => canonical(row)).sort()).toEqual(lines.map(canonical).sort());
  const again = await backhaul(['ingest', '--json'], { dataDir, input: printed.stdout });
  expect(again.json()).toMatchObject({ received: 26, committed: 0, duplicates: 26, refused: 0 });
});
