import type pg from 'pg';

/** Lines of the bridge, and what must be in the cloud after them, worked out without any code of the product. */

export type Line = Readonly<Record<string, unknown>>;

export interface Recording {
  readonly locationId: string;
  readonly lines: readonly Line[];
  /** each row of the cloud as `cloudRows` writes it */
  readonly rows: readonly string[];
  readonly sessions: readonly string[];
}

export const awkwardTables = [
  'T1',
  `"T'1`,
  'A "B"',
  '包厢一',
  '桌-3号（靠窗）',
  "O'Hara",
  'a,b;c',
  '😀 8',
  'back\\slash',
  '{"x":1}',
  "'); DROP TABLE x;--",
  ' leading',
];

const hourMs = 3_600_000;
const firstStartMs = Date.UTC(2025, 11, 13, 3, 0, 0);

/** The clock on a wall that is so many hours ahead of UTC; Shanghai's has been 8 since 1991. */
export function wallClock(epochMs: number, offsetHours: number): string {
  return new Date(epochMs + offsetHours * hourMs).toISOString().slice(0, 23).replace('T', ' ');
}

export interface RecordingOptions {
  readonly locationId: string;
  /** different states; parents come before them */
  readonly states: number;
  /** how many lines are said again at the end */
  readonly repeat?: number;
  readonly sessions?: number;
  /** when the first session begins; a day in December 2025 where nothing depends on it */
  readonly startMs?: number;
}

/** A store's day: both spellings of counts, five ways to say a time, every awkward table name. */
export function makeRecording(options: RecordingOptions): Recording {
  const { locationId, states, repeat = 0, sessions = 7, startMs = firstStartMs } = options;
  const starts = Array.from({ length: sessions }, (_, index) =>
    sessionOf(startMs + index * hourMs, index, locationId),
  );
  const head = { type: 'location', location_id: locationId, city: '绵阳', restaurant_name: "1958 '老火锅'" };
  const parents: Line[] = [head, ...starts.map(({ line }) => line)];
  const made = Array.from({ length: states }, (_, index) => {
    const session = starts[index % sessions];
    if (session === undefined) throw new Error('A recording needs a session.');
    return stateOf(index, Math.floor(index / sessions) * 5, session, locationId);
  });
  const again = Array.from({ length: repeat }, (_, index) => made[(index * 7919) % states]?.line ?? head);
  return {
    locationId,
    lines: [...parents, ...made.map(({ line }) => line), ...again],
    rows: made.map(({ row }) => row).sort(),
    sessions: starts.map(({ id }) => id),
  };
}

interface Session {
  readonly id: string;
  readonly camera: string;
  readonly startMs: number;
  readonly line: Line;
}

function sessionOf(startMs: number, index: number, locationId: string): Session {
  const camera = `camera_${35 + (index % 3)}`;
  const clock = wallClock(startMs, 8).slice(0, 19);
  const id = `${clock.replace(/[-:]/g, '').replace(' ', '_')}_${camera}`;
  const start_time = index % 2 === 0 ? clock : new Date(startMs).toISOString();
  const line = { type: 'session', session_id: id, camera_id: camera, location_id: locationId, start_time };
  return { id, camera, startMs, line };
}

function stateOf(
  index: number,
  frame: number,
  session: Session,
  locationId: string,
): { readonly line: Line; readonly row: string } {
  const video = frame / 10;
  const recordedMs = session.startMs + frame * 100;
  const [a, b] = [index % 4, index % 6];
  const shared = {
    session_id: session.id,
    camera_id: session.camera,
    location_id: locationId,
    frame_number: frame,
    timestamp_video: video,
    ...timeOf(index, recordedMs),
    ...(index % 11 === 0 ? { screenshot_path: `/shots/${index}.jpg` } : {}),
  };
  const key = [locationId, session.id, session.camera, frame];
  if (index % 3 === 0) {
    const state = ['RED', 'YELLOW', 'GREEN'][(index / 3) % 3];
    const counts =
      index % 2 === 0
        ? { walking_area_waiters: a, service_area_waiters: b }
        : { walking_waiters: a, service_waiters: b };
    return {
      line: { type: 'division_state', ...shared, state, ...counts },
      row: JSON.stringify(['division', ...key, video, recordedMs, state, a, b, a + b]),
    };
  }
  const table_id = awkwardTables[index % awkwardTables.length];
  const state = ['IDLE', 'BUSY', 'CLEANING'][index % 3 === 1 ? (index % 5) % 3 : 1];
  return {
    line: { type: 'table_state', ...shared, table_id, state, customers_count: a, waiters_count: b },
    row: JSON.stringify(['table', ...key, video, recordedMs, state, a, b, table_id]),
  };
}

/** Naive, with the store's offset, in UTC, with another offset, and not at all. */
function timeOf(index: number, recordedMs: number): { readonly timestamp_recorded?: string } {
  switch (index % 5) {
    case 0:
      return { timestamp_recorded: wallClock(recordedMs, 8) };
    case 1:
      return { timestamp_recorded: `${wallClock(recordedMs, 8)}+08:00` };
    case 2:
      return { timestamp_recorded: new Date(recordedMs).toISOString() };
    case 3:
      return { timestamp_recorded: `${wallClock(recordedMs, -5)}-0500` };
    default:
      return {};
  }
}

/** Every state row of a location in the cloud, one JSON text each, in the order of `Recording.rows`. */
export async function cloudRows(
  query: <Row extends pg.QueryResultRow>(text: string, values: unknown[]) => Promise<Row[]>,
  locationId: string,
): Promise<string[]> {
  const head = 'location_id, session_id, camera_id, frame_number::float8, timestamp_video';
  const recorded = '(extract(epoch FROM timestamp_recorded) * 1000)::float8';
  const divisions = `SELECT jsonb_build_array('division', ${head}, ${recorded}, state,
    walking_area_waiters, service_area_waiters, total_staff) AS row FROM "ASE_division_states"`;
  const tables = `SELECT jsonb_build_array('table', ${head}, ${recorded}, state,
    customers_count, waiters_count, table_id) AS row FROM "ASE_table_states"`;
  const rows: string[] = [];
  for (const select of [divisions, tables]) {
    const found = await query<{ row: unknown[] }>(`${select} WHERE location_id = $1`, [locationId]);
    rows.push(...found.map(({ row }) => JSON.stringify(row)));
  }
  return rows.sort();
}

/** NDJSON, one line each. */
export function ndjson(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
