/**
 * The rules of zones and states written a second time, as plainly as they are said and with no code of the
 * product, for comparing record by record.
 */

export type Point = readonly [number, number];

export interface ZonesFile {
  readonly camera_id: string;
  readonly location_id: string;
  readonly frame_size: Point;
  readonly video_size?: Point;
  readonly division: readonly Point[];
  readonly tables: readonly { readonly id: string; readonly polygon: readonly Point[] }[];
  readonly sitting_areas?: readonly {
    readonly id: string;
    readonly polygon: readonly Point[];
    readonly table_id?: string;
  }[];
  readonly service_areas?: readonly { readonly id: string; readonly polygon: readonly Point[] }[];
  readonly thresholds?: {
    readonly person_confidence?: number;
    readonly role_confidence?: number;
    readonly min_box?: Point;
    readonly debounce_s?: number;
  };
}

export interface SeenPerson {
  readonly bbox: readonly [number, number, number, number];
  readonly confidence: number;
  readonly role: 'staff' | 'customer';
  readonly role_confidence: number;
}

export interface SeenFrame {
  readonly frame_number: number;
  readonly timestamp_video: number;
  readonly people: readonly SeenPerson[];
}

interface Clock {
  recorded: string;
  other: string | null;
  otherSinceMs: number;
}

/** Each change as [frame, seconds, table or '' for the division, state, first count, second count]. */
export type Change = readonly [
  frame: number,
  seconds: number,
  table: string,
  state: string,
  first: number,
  second: number,
];

export function naiveStates(file: ZonesFile, frames: readonly SeenFrame[]): Change[] {
  const clocks = new Map<string, Clock>();
  const changes: Change[] = [];
  const debounceMs = Math.round((file.thresholds?.debounce_s ?? 1) * 1000);
  let lastFrame = -1;
  for (const frame of frames) {
    if (frame.frame_number <= lastFrame) continue;
    lastFrame = frame.frame_number;
    const nowMs = Math.round(frame.timestamp_video * 1000);
    for (const [table, state, first, second] of observe(file, frame)) {
      if (isRecorded(clocks, table, state, nowMs, debounceMs)) {
        changes.push([frame.frame_number, frame.timestamp_video, table, state, first, second]);
      }
    }
  }
  return changes;
}

function isRecorded(
  clocks: Map<string, Clock>,
  table: string,
  state: string,
  nowMs: number,
  debounceMs: number,
): boolean {
  const clock = clocks.get(table);
  if (clock === undefined) {
    clocks.set(table, { recorded: state, other: null, otherSinceMs: 0 });
    return true;
  }
  if (state === clock.recorded) {
    clock.other = null;
    return false;
  }
  if (state !== clock.other) {
    clock.other = state;
    clock.otherSinceMs = nowMs;
  }
  if (nowMs - clock.otherSinceMs < debounceMs) return false;
  clock.recorded = state;
  clock.other = null;
  return true;
}

function observe(file: ZonesFile, frame: SeenFrame): [string, string, number, number][] {
  let walking = 0;
  let service = 0;
  const staffAt = new Map<string, number>();
  const customersAt = new Map<string, number>();
  for (const person of frame.people) {
    const place = placeOf(file, person);
    if (place === null) continue;
    if (place.table !== null) {
      const counts = person.role === 'staff' ? staffAt : customersAt;
      counts.set(place.table, (counts.get(place.table) ?? 0) + 1);
    } else if (person.role === 'staff') {
      if (place.service) service += 1;
      else walking += 1;
    }
  }
  const division = walking > 0 ? 'GREEN' : service > 0 ? 'YELLOW' : 'RED';
  const rows: [string, string, number, number][] = [['', division, walking, service]];
  for (const { id } of file.tables) {
    const waiters = staffAt.get(id) ?? 0;
    const customers = customersAt.get(id) ?? 0;
    rows.push([id, waiters > 0 ? 'CLEANING' : customers > 0 ? 'BUSY' : 'IDLE', customers, waiters]);
  }
  return rows;
}

function placeOf(file: ZonesFile, person: SeenPerson): { table: string | null; service: boolean } | null {
  const limits = { person_confidence: 0.3, role_confidence: 0.5, min_box: [40, 40], ...file.thresholds };
  const [x1, y1, x2, y2] = person.bbox;
  if (person.confidence < limits.person_confidence) return null;
  if (x2 - x1 < (limits.min_box[0] ?? 0) || y2 - y1 < (limits.min_box[1] ?? 0)) return null;
  if (person.role_confidence < limits.role_confidence) return null;
  const centre: Point = [(x1 + x2) / 2, (y1 + y2) / 2];
  const within = (polygon: readonly Point[]): boolean => contains(scaled(file, polygon), centre);
  if (!within(file.division)) return null;
  for (const { id, polygon } of file.tables) if (within(polygon)) return { table: id, service: false };
  for (const { polygon, table_id } of file.sitting_areas ?? []) {
    if (table_id === undefined || !file.tables.some(({ id }) => id === table_id)) continue;
    if (within(polygon)) return { table: table_id, service: false };
  }
  return { table: null, service: (file.service_areas ?? []).some(({ polygon }) => within(polygon)) };
}

/** Whole pixels, by whole numbers only. */
function scaled(file: ZonesFile, polygon: readonly Point[]): Point[] {
  const to = file.video_size ?? file.frame_size;
  const axis = (value: number, index: 0 | 1): number =>
    Number((BigInt(value) * BigInt(to[index])) / BigInt(file.frame_size[index]));
  return polygon.map(([x, y]) => [axis(x, 0), axis(y, 1)]);
}

function contains(polygon: readonly Point[], [x, y]: Point): boolean {
  let crossings = 0;
  for (let index = 0; index < polygon.length; index += 1) {
    const [xi, yi] = polygon[index] ?? [0, 0];
    const [xj, yj] = polygon[(index + polygon.length - 1) % polygon.length] ?? [0, 0];
    if (yi > y === yj > y) continue;
    if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) crossings += 1;
  }
  return crossings % 2 === 1;
}
