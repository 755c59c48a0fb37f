import { countPeople, type Headcount, type Person } from './placement.ts';
import type { Zones } from './zones.ts';

export type DivisionState = 'RED' | 'YELLOW' | 'GREEN';
export type TableState = 'IDLE' | 'BUSY' | 'CLEANING';
export type ZoneState = DivisionState | TableState;

/** A zone's recorded state and the one that may follow it. */
export interface ZoneTimer {
  readonly state: ZoneState;
  readonly candidate: ZoneState | null;
  /** video time in whole milliseconds */
  readonly candidateSinceMs: number | null;
}

/** Every zone of a session by name, `division` or `table:<id>`. Plain data: it can be stored and read back. */
export type Tracker = Readonly<Record<string, ZoneTimer>>;

/** One sampled frame. */
export interface Frame {
  readonly frame_number: number;
  /** seconds */
  readonly timestamp_video: number;
  readonly people: readonly Person[];
}

/** A state change that a frame confirmed, with that frame's counts. */
export type ZoneChange =
  | {
      readonly type: 'division_state';
      readonly state: DivisionState;
      readonly walking_area_waiters: number;
      readonly service_area_waiters: number;
      readonly total_staff: number;
    }
  | {
      readonly type: 'table_state';
      readonly table_id: string;
      readonly state: TableState;
      readonly customers_count: number;
      readonly waiters_count: number;
    };

export interface Step {
  readonly tracker: Tracker;
  /** names of the zones whose timer differs from before */
  readonly touched: readonly string[];
  /** the division first, then tables in file order */
  readonly changes: readonly ZoneChange[];
}

/**
 * Takes one frame into account and tells what changed (SPEC 4.3). Pure: the same tracker and frame give the
 * same step. A zone that the tracker does not know yet records its state at once.
 */
export function advance(zones: Zones, tracker: Tracker, frame: Frame): Step {
  const nowMs = Math.round(frame.timestamp_video * 1_000);
  const next: Record<string, ZoneTimer> = { ...tracker };
  const touched: string[] = [];
  const changes: ZoneChange[] = [];
  for (const { zone, change } of observe(zones, countPeople(zones, frame.people))) {
    const before = tracker[zone];
    const after = follow(before, change.state, nowMs, zones.thresholds.debounceMs);
    if (after === before) continue;
    next[zone] = after;
    touched.push(zone);
    if (after.state !== before?.state) changes.push(change);
  }
  return { tracker: touched.length === 0 ? tracker : next, touched, changes };
}

/** The zone's timer after it was seen in `seen`; the same object when nothing moved. */
function follow(
  before: ZoneTimer | undefined,
  seen: ZoneState,
  nowMs: number,
  debounceMs: number,
): ZoneTimer {
  if (before === undefined) return settled(seen);
  if (seen === before.state) return before.candidate === null ? before : settled(before.state);
  const sinceMs = seen === before.candidate ? (before.candidateSinceMs ?? nowMs) : nowMs;
  if (nowMs - sinceMs >= debounceMs) return settled(seen);
  if (seen === before.candidate) return before;
  return { state: before.state, candidate: seen, candidateSinceMs: sinceMs };
}

function settled(state: ZoneState): ZoneTimer {
  return { state, candidate: null, candidateSinceMs: null };
}

function observe(zones: Zones, count: Headcount): { readonly zone: string; readonly change: ZoneChange }[] {
  const tables = zones.tables.map((table, index) => {
    const customers = count.tableCustomers[index] ?? 0;
    const waiters = count.tableStaff[index] ?? 0;
    return {
      zone: `table:${table.id}`,
      change: {
        type: 'table_state' as const,
        table_id: table.id,
        state: tableState(customers, waiters),
        customers_count: customers,
        waiters_count: waiters,
      },
    };
  });
  return [{ zone: 'division', change: divisionChange(count) }, ...tables];
}

function tableState(customers: number, waiters: number): TableState {
  if (waiters > 0) return 'CLEANING';
  return customers > 0 ? 'BUSY' : 'IDLE';
}

function divisionChange({ walkingStaff, serviceStaff }: Headcount): ZoneChange {
  const state = walkingStaff > 0 ? 'GREEN' : serviceStaff > 0 ? 'YELLOW' : 'RED';
  return {
    type: 'division_state',
    state,
    walking_area_waiters: walkingStaff,
    service_area_waiters: serviceStaff,
    total_staff: walkingStaff + serviceStaff,
  };
}
