import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Person } from './placement.ts';
import { advance, type Frame, type Tracker, type ZoneChange } from './zone-states.ts';
import { parseZones, type Zones } from './zones.ts';

type Pairs = readonly (readonly [number, number])[];
interface Seen {
  readonly state: string;
  readonly counts: readonly number[];
}

/** SPEC 4.3 read a second time, slowly: each zone's whole series first, then the runs in it. */
function referenceChanges(zones: Zones, frames: readonly Frame[]): string[] {
  const names = ['division', ...zones.tables.map((table) => table.id)];
  const series = names.map((_, zone) => frames.map((frame) => referenceSeen(zones, frame)[zone]));
  const found: { frame: number; zone: number; text: string }[] = [];
  series.forEach((seen, zone) => {
    let recorded = '';
    for (let i = 0; i < frames.length; i += 1) {
      const now = seen[i]?.state ?? '';
      let runStart = i;
      while (runStart > 0 && seen[runStart - 1]?.state === now) runStart -= 1;
      const heldMs = wholeMs(frames[i]) - wholeMs(frames[runStart]);
      if (i > 0 && (now === recorded || heldMs < zones.thresholds.debounceMs)) continue;
      recorded = now;
      const text = [frames[i]?.frame_number, names[zone], now, seen[i]?.counts.join('/')].join(' ');
      found.push({ frame: i, zone, text });
    }
  });
  return found.sort((a, b) => a.frame - b.frame || a.zone - b.zone).map((one) => one.text);
}

const wholeMs = (frame: Frame | undefined) => Math.round((frame?.timestamp_video ?? 0) * 1000);

function referenceSeen(zones: Zones, frame: Frame): Seen[] {
  const where = frame.people.map((person) => ({ person, zone: referenceZone(zones, person) }));
  const count = (zone: string, role: string) =>
    where.filter((one) => one.zone === zone && one.person.role === role).length;
  const walking = count('walking', 'staff');
  const service = count('service', 'staff');
  return [
    { state: walking ? 'GREEN' : service ? 'YELLOW' : 'RED', counts: [walking, service] },
    ...zones.tables.map((table) => {
      const customers = count(`table ${table.id}`, 'customer');
      const waiters = count(`table ${table.id}`, 'staff');
      return { state: waiters ? 'CLEANING' : customers ? 'BUSY' : 'IDLE', counts: [customers, waiters] };
    }),
  ];
}

function referenceZone(zones: Zones, person: Person): string {
  const { personConfidence, roleConfidence, minBox } = zones.thresholds;
  const [left, top, right, bottom] = person.bbox;
  const tooSmall = right - left < minBox[0] || bottom - top < minBox[1];
  if (person.confidence < personConfidence || tooSmall) return 'dropped';
  if (person.role_confidence < roleConfidence) return 'unknown';
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  const holds = (polygon: Pairs) => crossings(polygon, x, y) % 2 === 1;
  if (!holds(zones.division)) return 'outside';
  for (const table of zones.tables) if (holds(table.polygon)) return `table ${table.id}`;
  for (const area of zones.sittingAreas) {
    const known = zones.tables.some((table) => table.id === area.tableId);
    if (known && holds(area.polygon)) return `table ${area.tableId}`;
  }
  return zones.serviceAreas.some((area) => holds(area.polygon)) ? 'service' : 'walking';
}

function crossings(polygon: Pairs, x: number, y: number): number {
  return polygon.filter(([xi, yi], i) => {
    const [xj, yj] = polygon[(i + polygon.length - 1) % polygon.length] ?? [0, 0];
    return yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi;
  }).length;
}

/** Small whole coordinates, so that points lie on edges and corners and areas overlap. */
const coordinate = fc.integer({ min: 0, max: 12 });
const polygon = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 6 });
const zonesArbitrary = fc
  .record({
    frame_size: fc.constantFrom([12, 12], [10, 7]),
    video_size: fc.constantFrom(undefined, [12, 12], [24, 20], [7, 13]),
    division: fc.oneof(
      fc.constant([
        [0, 0],
        [12, 0],
        [12, 12],
        [0, 12],
      ]),
      polygon,
    ),
    tables: fc.array(polygon, { minLength: 1, maxLength: 3 }),
    sitting_areas: fc.array(fc.tuple(polygon, fc.constantFrom('T0', 'T1', 'gone')), { maxLength: 2 }),
    service_areas: fc.array(polygon, { maxLength: 2 }),
    thresholds: fc.record({
      person_confidence: fc.constantFrom(0.3, 0.5),
      role_confidence: fc.constantFrom(0.5, 0.8),
      min_box: fc.constantFrom([2, 2], [1, 3]),
      debounce_s: fc.constantFrom(1, 0.5, 2, 0),
    }),
  })
  .map((file) => {
    const named = (prefix: string, areas: number[][][]) =>
      areas.map((one, index) => ({ id: `${prefix}${index}`, polygon: one }));
    const result = parseZones({
      ...file,
      tables: named('T', file.tables),
      sitting_areas: file.sitting_areas.map(([one, table_id], index) => ({
        id: `S${index}`,
        polygon: one,
        table_id,
      })),
      service_areas: named('V', file.service_areas),
    });
    if (!result.ok) throw new Error(result.reason);
    return result.zones;
  });

const personArbitrary: fc.Arbitrary<Person> = fc
  .record({
    x: coordinate,
    y: coordinate,
    width: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 4 }),
    confidence: fc.constantFrom(0.29, 0.3, 0.5, 0.9),
    role: fc.constantFrom('staff' as const, 'customer' as const),
    role_confidence: fc.constantFrom(0.49, 0.5, 0.8, 0.95),
  })
  .map(({ x, y, width, height, ...rest }) => ({
    ...rest,
    bbox: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
  }));

/** Scenes that come back, some for long, at steps that add up to exactly one second. */
const framesArbitrary: fc.Arbitrary<Frame[]> = fc
  .tuple(
    fc.array(fc.array(personArbitrary, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(3), fc.constantFrom(0.1, 0.2, 0.25, 0.5, 1, 0.999)), {
      minLength: 1,
      maxLength: 60,
    }),
  )
  .map(([scenes, steps]) => {
    let time = 0;
    return steps.map(([scene, step], index) => {
      time += step;
      return { frame_number: index * 2, timestamp_video: time, people: scenes[scene % scenes.length] ?? [] };
    });
  });

function run(
  zones: Zones,
  frames: readonly Frame[],
  start: Tracker = {},
): { changes: string[]; tracker: Tracker } {
  let tracker = start;
  const changes: string[] = [];
  for (const frame of frames) {
    const step = advance(zones, tracker, frame);
    tracker = step.tracker;
    changes.push(...step.changes.map((change) => describeChange(frame, change)));
  }
  return { changes, tracker };
}

function describeChange(frame: Frame, change: ZoneChange): string {
  const [name, counts] =
    change.type === 'division_state'
      ? ['division', [change.walking_area_waiters, change.service_area_waiters]]
      : [change.table_id, [change.customers_count, change.waiters_count]];
  return [frame.frame_number, name, change.state, counts.join('/')].join(' ');
}

describe('the state machine', () => {
  test('agrees with a second reading of the specification on any zones and frames', () => {
    fc.assert(
      fc.property(zonesArbitrary, framesArbitrary, (zones, frames) => {
        expect(run(zones, frames).changes).toEqual(referenceChanges(zones, frames));
      }),
      { numRuns: 1500 },
    );
  });

  test('goes on from a stored tracker at any frame as if it had never stopped', () => {
    fc.assert(
      fc.property(zonesArbitrary, framesArbitrary, fc.nat(60), (zones, frames, cut) => {
        const before = run(zones, frames.slice(0, cut));
        const stored = JSON.parse(JSON.stringify(before.tracker)) as Tracker;
        const after = run(zones, frames.slice(cut), stored);
        expect([...before.changes, ...after.changes]).toEqual(run(zones, frames).changes);
      }),
    );
  });
});

describe('debounce', () => {
  const parsed = parseZones({
    frame_size: [100, 100],
    division: [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ],
    tables: [
      {
        id: 'T',
        polygon: [
          [0, 0],
          [50, 0],
          [50, 50],
          [0, 50],
        ],
      },
    ],
    thresholds: { min_box: [1, 1] },
  });
  if (!parsed.ok) throw new Error(parsed.reason);
  const { zones } = parsed;
  const person = (role: 'staff' | 'customer'): Person => ({
    bbox: [20, 20, 30, 30],
    confidence: 1,
    role,
    role_confidence: 1,
  });
  const scenes: Record<string, readonly Person[]> = {
    idle: [],
    busy: [person('customer')],
    cleaning: [person('staff')],
  };
  const changesOf = (...timeline: [seconds: number, scene: string][]) =>
    run(
      zones,
      timeline.map(([time, scene], index) => ({
        frame_number: index,
        timestamp_video: time,
        people: scenes[scene] ?? [],
      })),
    ).changes.filter((text) => text.includes(' T '));

  test('the first frame records every zone at once, the division first', () => {
    expect(run(zones, [{ frame_number: 7, timestamp_video: 3, people: [] }]).changes).toEqual([
      '7 division RED 0/0',
      '7 T IDLE 0/0',
    ]);
  });

  test('exactly one second is enough, a millisecond less is not', () => {
    expect(changesOf([0, 'idle'], [0.1, 'busy'], [1.1, 'busy'])).toEqual(['0 T IDLE 0/0', '2 T BUSY 1/0']);
    expect(changesOf([0, 'idle'], [0.1, 'busy'], [1.099, 'busy'])).toEqual(['0 T IDLE 0/0']);
    expect(changesOf([0, 'idle'], [0.7, 'busy'], [1.7, 'busy'])).toHaveLength(2);
  });

  test('a third state restarts the timer', () => {
    expect(changesOf([0, 'idle'], [1, 'busy'], [1.6, 'cleaning'], [2.1, 'cleaning'])).toHaveLength(1);
    expect(changesOf([0, 'idle'], [1, 'busy'], [1.6, 'cleaning'], [2.6, 'cleaning'])).toEqual([
      '0 T IDLE 0/0',
      '3 T CLEANING 0/1',
    ]);
  });

  test('the old state clears the timer', () => {
    expect(changesOf([0, 'idle'], [1, 'busy'], [1.5, 'idle'], [1.6, 'busy'], [2.1, 'busy'])).toHaveLength(1);
  });

  test('a tracker is not changed by the step that follows it', () => {
    const first = advance(zones, {}, { frame_number: 0, timestamp_video: 0, people: [] });
    const kept = structuredClone(first.tracker);
    advance(zones, first.tracker, { frame_number: 1, timestamp_video: 1, people: [person('customer')] });
    expect(first.tracker).toEqual(kept);
  });
});
