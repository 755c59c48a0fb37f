import { describe, expect, test } from 'vitest';
import { countPeople, isInside, type Person } from './placement.ts';
import { parseZones, parseZonesText, type Zones } from './zones.ts';

const square = (x: number, y: number, size: number) => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
];
const smallest = {
  frame_size: [100, 100],
  division: square(0, 0, 100),
  tables: [{ id: 'T1', polygon: square(10, 10, 20) }],
};

function zonesOf(content: unknown): Zones {
  const result = parseZones(content);
  if (!result.ok) throw new Error(result.reason);
  return result.zones;
}

const reasonOf = (content: unknown) => {
  const result = parseZones(content);
  return result.ok ? 'none' : result.reason;
};

function at(x: number, y: number, more: Partial<Person> = {}): Person {
  return {
    bbox: [x - 25, y - 25, x + 25, y + 25],
    confidence: 0.9,
    role: 'staff',
    role_confidence: 0.9,
    ...more,
  };
}

describe('a zones file', () => {
  test('needs a division and a table, and gets the thresholds it does not name', () => {
    expect(zonesOf(smallest).thresholds).toEqual({
      personConfidence: 0.3,
      roleConfidence: 0.5,
      minBox: [40, 40],
      debounceMs: 1000,
    });
    expect(zonesOf({ ...smallest, thresholds: { debounce_s: 2.5 } }).thresholds.debounceMs).toBe(2500);
    expect(reasonOf({})).toBe('frame_size: is missing; division: is missing; tables: is missing');
    expect(reasonOf({ ...smallest, tables: [] })).toBe('tables: at least one table is needed');
  });

  test.each([
    [{ ...smallest, division: [[0, 0]] }, 'division: a polygon needs at least 3 points'],
    [{ ...smallest, tables: [{ polygon: square(0, 0, 1) }] }, 'tables[0].id: is missing'],
    [{ ...smallest, tables: [{ id: '', polygon: square(0, 0, 1) }] }, 'tables[0].id: must not be empty'],
    [{ ...smallest, tables: [smallest.tables[0], smallest.tables[0]] }, 'tables: the id "T1" is used twice'],
    [
      { ...smallest, thresholds: { role_confidence: 'high' } },
      'thresholds.role_confidence: must be number, got string',
    ],
    ['text', 'zones: must be object, got string'],
  ])('says where %j is wrong', (content, reason) => {
    expect(reasonOf(content)).toBe(reason);
  });

  test('is scaled to the video and cut to whole pixels, its smallest box is not', () => {
    const zones = zonesOf({
      ...smallest,
      division: [
        [0, 0],
        [33, 0],
        [99, 7.5],
      ],
      video_size: [151, 50],
    });
    expect(zones.division).toEqual([
      [0, 0],
      [49, 0],
      [149, 3],
    ]);
    expect(zones.thresholds.minBox).toEqual([40, 40]);
  });

  test('may begin with a byte order mark and must be JSON', () => {
    expect(parseZonesText(`\uFEFF${JSON.stringify(smallest)}`).ok).toBe(true);
    expect(parseZonesText('{')).toEqual({ ok: false, reason: 'the file is not JSON' });
  });
});

describe('placing a person', () => {
  const zones = zonesOf({
    frame_size: [1000, 1000],
    division: square(0, 0, 800),
    tables: [
      { id: 'A', polygon: square(100, 100, 100) },
      { id: 'B', polygon: square(150, 150, 100) },
    ],
    sitting_areas: [
      { id: 'lost', polygon: square(300, 300, 100), table_id: 'Z' },
      { id: 'S', polygon: square(300, 300, 100), table_id: 'B' },
      { id: 'unlinked', polygon: square(600, 600, 50) },
    ],
    service_areas: [{ id: 'bar', polygon: square(350, 300, 200) }],
  });

  test('two tables that overlap: the first of the file', () => {
    expect(countPeople(zones, [at(175, 175)]).tableStaff).toEqual([1, 0]);
    expect(countPeople(zones, [at(225, 225, { role: 'customer' })]).tableCustomers).toEqual([0, 1]);
  });

  test('a sitting area credits its table; one whose table is not in the file is passed over', () => {
    expect(countPeople(zones, [at(310, 310)]).tableStaff).toEqual([0, 1]);
    expect(countPeople(zones, [at(375, 350)]).tableStaff).toEqual([0, 1]);
    expect(countPeople(zones, [at(625, 625)])).toMatchObject({ walkingStaff: 1, tableStaff: [0, 0] });
  });

  test('staff elsewhere serve or walk, customers elsewhere are not counted', () => {
    expect(countPeople(zones, [at(500, 450)])).toMatchObject({ serviceStaff: 1, walkingStaff: 0 });
    expect(countPeople(zones, [at(700, 700)])).toMatchObject({ serviceStaff: 0, walkingStaff: 1 });
    expect(countPeople(zones, [at(700, 700, { role: 'customer' })])).toEqual(countPeople(zones, []));
    expect(countPeople(zones, [at(900, 900)])).toEqual(countPeople(zones, []));
  });

  test('a threshold is the least that counts', () => {
    const counted = (person: Person) => countPeople(zones, [person]).walkingStaff;
    expect(counted(at(700, 700, { confidence: 0.3, role_confidence: 0.5 }))).toBe(1);
    expect(counted(at(700, 700, { confidence: 0.29 }))).toBe(0);
    expect(counted(at(700, 700, { role_confidence: 0.49 }))).toBe(0);
    expect(counted(at(700, 700, { bbox: [680, 680, 720, 720] }))).toBe(1);
    expect(counted(at(700, 700, { bbox: [680, 680, 719, 720] }))).toBe(0);
    expect(counted(at(700, 700, { bbox: [680, 680, 720, 719] }))).toBe(0);
  });

  test('left and upper edges belong to a square, right and lower ones do not', () => {
    const polygon = square(0, 0, 10) as [number, number][];
    expect([isInside(polygon, 0, 0), isInside(polygon, 0, 5), isInside(polygon, 5, 0)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([isInside(polygon, 10, 5), isInside(polygon, 5, 10)]).toEqual([false, false]);
  });
});
