import type { Database } from 'better-sqlite3';
import { prepared } from '../storage/service.ts';
import type { StateRow } from './state-row.ts';

/** Inserts states whose keys are new, many to a statement. */
export interface StateInserter {
  add(row: StateRow): void;
  /** Writes what was added and is still held back: before a lookup, and at the end of the transaction. */
  flush(): void;
}

type Value = string | number | null;

const head = [
  ...['session_id', 'camera_id', 'location_id', 'frame_number', 'timestamp_video', 'timestamp_recorded'],
  ...['state', 'screenshot_path', 'synced_to_cloud', 'created_at'],
];
const columnsOf = {
  division: [...head, 'walking_area_waiters', 'service_area_waiters', 'total_staff'],
  table: [...head, 'table_id', 'customers_count', 'waiters_count'],
} as const;
const tableOf = { division: 'division_states', table: 'table_states' } as const;

/**
 * Holds for one transaction.
 * @param perStatement rows to a statement; 1 tells which record a constraint is about
 */
export function createStateInserter(db: Database, createdAt: string, perStatement: number): StateInserter {
  const held: Record<StateRow['kind'], Value[]> = { division: [], table: [] };

  function write(kind: StateRow['kind']): void {
    const values = held[kind];
    if (values.length === 0) return;
    const rows = values.length / columnsOf[kind].length;
    held[kind] = [];
    prepared(db, insertSql(db, kind, rows)).run(...values);
  }
  return {
    add(row) {
      const values = held[row.kind];
      push(values, row, createdAt);
      if (values.length >= perStatement * columnsOf[row.kind].length) write(row.kind);
    },
    flush() {
      write('division');
      write('table');
    },
  };
}

function push(values: Value[], row: StateRow, createdAt: string): void {
  const [first, second] = row.counts;
  values.push(
    row.sessionId,
    row.cameraId,
    row.locationId,
    row.frameNumber,
    row.timestampVideo,
    row.timestampRecorded,
    row.state,
    row.screenshotPath,
    0,
    createdAt,
  );
  if (row.kind === 'division') values.push(first, second, first + second);
  else values.push(row.tableId, first, second);
}

const statements = new WeakMap<Database, Map<string, string>>();

function insertSql(db: Database, kind: StateRow['kind'], rows: number): string {
  const known = statements.get(db) ?? new Map<string, string>();
  statements.set(db, known);
  let sql = known.get(`${kind}${rows}`);
  if (sql === undefined) {
    const fillers = requiredFillers(db, kind);
    const names = [...columnsOf[kind], ...fillers.map((one) => `"${one.name}"`)];
    const values = [...columnsOf[kind].map(() => '?'), ...fillers.map((one) => one.filler)];
    const row = `(${values.join(', ')})`;
    sql = `INSERT INTO ${tableOf[kind]} (${names.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`;
    known.set(`${kind}${rows}`, sql);
  }
  return sql;
}

/** Columns of an older file that are NOT NULL and that we know nothing of. */
function requiredFillers(
  db: Database,
  kind: StateRow['kind'],
): { readonly name: string; readonly filler: string }[] {
  const columns = db.pragma(`table_info(${tableOf[kind]})`) as {
    name: string;
    type: string;
    notnull: number;
    pk: number;
    dflt_value: string | null;
  }[];
  const ours = new Set<string>(columnsOf[kind]);
  return columns
    .filter((one) => one.notnull === 1 && one.pk === 0 && one.dflt_value === null && !ours.has(one.name))
    .map((one) => ({
      name: one.name,
      filler: /INT|REAL|FLOA|DOUB|NUM|DEC|BOOL/i.test(one.type) ? '0' : "''",
    }));
}
