import type { Database } from 'better-sqlite3';
import { lackingColumns, prepared } from '../storage/service.ts';
import type { StateRow } from './state-row.ts';

/** Inserts states whose keys are new, many of a session to a statement. */
export interface StateInserter {
  add(row: StateRow): void;
  /** Writes what was added and is still held back: before a lookup, and at the end of the transaction. */
  flush(): void;
}

type Kind = StateRow['kind'];
type Value = string | number | null;

/** Rows of one session that wait for a statement; what they share is bound once. */
interface Held {
  readonly kind: Kind;
  readonly shared: readonly [sessionId: string, cameraId: string, locationId: string, createdAt: string];
  readonly values: Value[];
}

const sharedColumns = ['session_id', 'camera_id', 'location_id', 'created_at'];
const head = ['frame_number', 'timestamp_video', 'timestamp_recorded', 'state', 'screenshot_path'];
const columnsOf = {
  division: [...head, 'walking_area_waiters', 'service_area_waiters', 'total_staff'],
  table: [...head, 'table_id', 'customers_count', 'waiters_count'],
} as const;
const tableOf = { division: 'division_states', table: 'table_states' } as const;
const valuesPerRow = columnsOf.division.length;
/** rows to a statement, so few that the statements of all sizes are kept */
const sizes = [64, 16, 4, 1];

/**
 * Holds for one transaction.
 * @param singly each row by a statement of its own, which tells what a constraint is about
 */
export function createStateInserter(db: Database, createdAt: string, singly: boolean): StateInserter {
  const held: Record<Kind, Map<string, Held>> = { division: new Map(), table: new Map() };
  const most = singly ? 1 : (sizes[0] ?? 1);

  function heldFor({ kind, sessionId, cameraId, locationId }: StateRow): Held {
    const known = held[kind].get(sessionId);
    if (known !== undefined) {
      if (known.shared[1] === cameraId && known.shared[2] === locationId) return known;
      write(db, known);
    }
    const made: Held = { kind, shared: [sessionId, cameraId, locationId, createdAt], values: [] };
    held[kind].set(sessionId, made);
    return made;
  }
  return {
    add(row) {
      const of = heldFor(row);
      push(of.values, row);
      if (of.values.length >= most * valuesPerRow) write(db, of);
    },
    flush() {
      for (const of of held.division.values()) write(db, of);
      for (const of of held.table.values()) write(db, of);
    },
  };
}

function push(values: Value[], row: StateRow): void {
  const [first, second] = row.counts;
  values.push(row.frameNumber, row.timestampVideo, row.timestampRecorded, row.state, row.screenshotPath);
  if (row.kind === 'division') values.push(first, second, first + second);
  else values.push(row.tableId, first, second);
}

/**
 * Writes what is held by the largest statements that fit, and holds it no longer.
 * @throws where a row was not stored, also when the file would drop it without a word: it must not be acknowledged
 */
function write(db: Database, { kind, shared, values }: Held): void {
  let from = 0;
  for (const rows of sizes) {
    const length = rows * valuesPerRow;
    for (; values.length - from >= length; from += length) {
      const part = length === values.length ? values : values.slice(from, from + length);
      const { changes } = prepared(db, insertSql(db, kind, rows)).run(...shared, ...part);
      if (changes !== rows) throw new Error('a trigger of the file drops it without an error');
    }
  }
  values.length = 0;
}

const statements = new WeakMap<Database, Map<string, string>>();

function insertSql(db: Database, kind: Kind, rows: number): string {
  const known = statements.get(db) ?? new Map<string, string>();
  statements.set(db, known);
  let sql = known.get(`${kind}${rows}`);
  if (sql === undefined) {
    const ours = [...sharedColumns, 'synced_to_cloud', ...columnsOf[kind]];
    const lacking = lackingColumns(db, tableOf[kind], ours);
    const names = [...ours, ...lacking.map((one) => one.name)];
    const selected = [
      ...[...sharedColumns.map(() => '?'), '0'],
      ...[...columnsOf[kind].map((_, at) => `column${at + 1}`), ...lacking.map((one) => one.filler)],
    ];
    const row = `(${columnsOf[kind].map(() => '?').join(', ')})`;
    // A file whose rules say ON CONFLICT IGNORE or REPLACE would else drop this record, or one that is stored. ABORT
    // would do as well, but keeps copies of pages to undo one statement: here all of the transaction is undone.
    sql = `INSERT OR FAIL INTO ${tableOf[kind]} (${names.join(', ')}) SELECT ${selected.join(', ')}
      FROM (VALUES ${Array(rows).fill(row).join(', ')})`;
    known.set(`${kind}${rows}`, sql);
  }
  return sql;
}
