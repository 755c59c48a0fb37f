import type { Point, Zones } from './zones.ts';

/** One person as the detector saw it. */
export interface Person {
  /** x1, y1, x2, y2 in video pixels */
  readonly bbox: readonly [number, number, number, number];
  readonly confidence: number;
  readonly role: 'staff' | 'customer';
  readonly role_confidence: number;
}

/** Who is where in one frame. */
export interface Headcount {
  walkingStaff: number;
  serviceStaff: number;
  /** in the order of the zones' tables */
  readonly tableStaff: number[];
  readonly tableCustomers: number[];
}

/** Counts the people of one frame by zone (SPEC 4.3). */
export function countPeople(zones: Zones, people: readonly Person[]): Headcount {
  const count: Headcount = {
    walkingStaff: 0,
    serviceStaff: 0,
    tableStaff: zones.tables.map(() => 0),
    tableCustomers: zones.tables.map(() => 0),
  };
  for (const person of people) place(zones, person, count);
  return count;
}

function place(zones: Zones, person: Person, count: Headcount): void {
  const { personConfidence, roleConfidence, minBox } = zones.thresholds;
  const [x1, y1, x2, y2] = person.bbox;
  if (person.confidence < personConfidence || person.role_confidence < roleConfidence) return;
  if (x2 - x1 < minBox[0] || y2 - y1 < minBox[1]) return;
  const x = (x1 + x2) / 2;
  const y = (y1 + y2) / 2;
  if (!isInside(zones.division, x, y)) return;
  const table = tableAt(zones, x, y);
  if (table !== -1) {
    const counts = person.role === 'staff' ? count.tableStaff : count.tableCustomers;
    counts[table] = (counts[table] ?? 0) + 1;
  } else if (person.role === 'staff') {
    if (zones.serviceAreas.some((area) => isInside(area.polygon, x, y))) count.serviceStaff += 1;
    else count.walkingStaff += 1;
  }
}

/** The index of the table that a point belongs to, -1 for none. A sitting area credits its table. */
function tableAt(zones: Zones, x: number, y: number): number {
  const direct = zones.tables.findIndex((table) => isInside(table.polygon, x, y));
  if (direct !== -1) return direct;
  for (const area of zones.sittingAreas) {
    const table = zones.tables.findIndex((one) => one.id === area.tableId);
    if (table !== -1 && isInside(area.polygon, x, y)) return table;
  }
  return -1;
}

/** Ray casting, even-odd: edges that the point lies left of are counted. */
export function isInside(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let [xj, yj] = polygon[polygon.length - 1] ?? [0, 0];
  for (const [xi, yi] of polygon) {
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    xj = xi;
    yj = yi;
  }
  return inside;
}
