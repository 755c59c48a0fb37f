import type { LiveDivision, LiveTable } from '../../contract/live-shapes.ts';
import { fromUtcText, type Storage } from '../storage/service.ts';

/** The newest state of everything a camera sees. */
export interface CameraStates {
  division: LiveDivision | null;
  readonly tables: Map<string, LiveTable>;
  /** when the newest of these rows was committed */
  newestAt: Date | null;
}

export interface LatestStates {
  /** Reads what was committed since it was asked last; the first time all that is held. */
  read(): Promise<LatestReading>;
}

export interface LatestReading {
  readonly cameras: ReadonlyMap<string, CameraStates>;
  /** state rows that came since the reading before; 0 the first time */
  readonly added: number;
}

interface StateRow {
  readonly id: number;
  readonly rows: number;
  readonly camera_id: string;
  readonly state: unknown;
  readonly timestamp_recorded: string | null;
  readonly created_at: string | null;
  readonly [column: string]: unknown;
}

// SQLite takes the other columns of a group from the row that has its max().
const divisionSql = `SELECT max(rowid) AS id, count(*) AS rows, camera_id, state, timestamp_recorded, created_at,
    walking_area_waiters, service_area_waiters, total_staff
  FROM division_states WHERE rowid > ? GROUP BY camera_id`;
const tableSql = `SELECT max(rowid) AS id, count(*) AS rows, camera_id, table_id, state, timestamp_recorded, created_at,
    customers_count, waiters_count
  FROM table_states WHERE rowid > ? GROUP BY camera_id, table_id`;

/**
 * Follows the state tables by their row ids, so that rows of other programs count too and a question costs only what
 * is new. Newest is what came last, whatever time it tells: a recording played today is what one sees today.
 */
export function followLatestStates(storage: Storage): LatestStates {
  const cameras = new Map<string, CameraStates>();
  let lastDivision = 0;
  let lastTable = 0;
  let first = true;
  return {
    async read() {
      const [divisions, tables] = await Promise.all([
        storage.background.all<StateRow>(divisionSql, [lastDivision]),
        storage.background.all<StateRow>(tableSql, [lastTable]),
      ]);
      let rows = 0;
      for (const row of divisions) {
        lastDivision = Math.max(lastDivision, row.id);
        rows += row.rows;
        touch(cameras, row).division = divisionOf(row);
      }
      for (const row of tables) {
        lastTable = Math.max(lastTable, row.id);
        rows += row.rows;
        const table = tableOf(row);
        touch(cameras, row).tables.set(table.tableId, table);
      }
      const added = first ? 0 : rows;
      first = false;
      return { cameras, added };
    },
  };
}

function touch(cameras: Map<string, CameraStates>, row: StateRow): CameraStates {
  const known = cameras.get(row.camera_id) ?? { division: null, tables: new Map(), newestAt: null };
  cameras.set(row.camera_id, known);
  const at = fromUtcText(row.created_at);
  if (at !== null && (known.newestAt === null || at > known.newestAt)) known.newestAt = at;
  return known;
}

function divisionOf(row: StateRow): LiveDivision {
  return {
    ...headOf(row),
    walkingAreaWaiters: numberOf(row.walking_area_waiters),
    serviceAreaWaiters: numberOf(row.service_area_waiters),
    totalStaff: numberOf(row.total_staff),
  };
}

function tableOf(row: StateRow): LiveTable {
  return {
    tableId: String(row.table_id ?? ''),
    ...headOf(row),
    customersCount: numberOf(row.customers_count),
    waitersCount: numberOf(row.waiters_count),
  };
}

function headOf(row: StateRow): Pick<LiveTable, 'state' | 'recordedAt' | 'capturedAt'> {
  return {
    state: String(row.state ?? ''),
    recordedAt: row.timestamp_recorded === null ? null : String(row.timestamp_recorded),
    capturedAt: fromUtcText(row.created_at)?.toISOString() ?? null,
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
