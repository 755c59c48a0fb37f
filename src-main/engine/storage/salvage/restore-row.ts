import type { Database } from 'better-sqlite3';
import { insertRow, quoted } from '../insert-row.ts';
import { prepared } from '../prepared.ts';
import type { FoundRow } from './find-rows.ts';
import { completeAlert, renewFreshness } from './newer-content.ts';
import { RawText, type StoredValue } from './record.ts';
import { uniteTally } from './restore-tally.ts';
import { changeSetAside, parseSetAside, readSetAside } from './salvage-record.ts';

type Row = Readonly<Record<string, StoredValue>>;

export interface Restoring {
  readonly db: Database;
  /** the file tells which cloud its marks belong to, so they can be believed */
  readonly marksAreKnown: boolean;
}

/**
 * Inside a write transaction: brings a row of a damaged file into the present one, unless it is there already.
 * @returns whether it was brought
 */
export function restoreRow(restoring: Restoring, found: FoundRow): boolean {
  const { name } = found.table;
  const row = rowOf(found);
  if (name === 'division_states' || name === 'table_states') return restoreState(restoring, found, row);
  if (name === 'backhaul_settings') return restoreSetting(restoring.db, row);
  const key = parentKeys[name];
  if (key !== undefined) return restoreParent(restoring.db, name, key, row);
  const rule = others[name];
  if (rule === undefined) return restoreForeign(restoring.db, found, row);
  if (rule.certainOnly === true && !found.certain) return false;
  if (rule.isMark === true && (!restoring.marksAreKnown || isOfUnnamedRows(row))) return false;
  if (name === 'verified_tallies' && uniteTally(restoring.db, row) !== 'absent') return false;
  if (rule.openOnly === true && !found.certain && row.resolution !== 'open') return false;
  if (name === 'sync_quarantine') restoreSetAside(restoring.db, row);
  return restoreByKey(restoring.db, found, rule, row);
}

function rowOf({ table, rowid, values }: FoundRow): Row {
  const row: Record<string, StoredValue> = {};
  for (const [index, column] of table.columns.entries()) {
    const value = column.isRowid ? rowid : values[index];
    // Where a row is older than a column, what the column says of such rows holds.
    if (value !== undefined) row[column.name.toLowerCase()] = value;
    else if (column.default !== null) row[column.name.toLowerCase()] = column.default;
  }
  return row;
}

/** SQL: whether columns hold these values, which are its parameters as `plain` gives them. */
function holds(columns: readonly string[], row: Row): string {
  const parameter = (column: string): string => (row[column] instanceof RawText ? 'CAST(? AS TEXT)' : '?');
  return columns.map((column) => `${column} IS ${parameter(column)}`).join(' AND ');
}

const stateContent: Readonly<Record<string, readonly string[]>> = {
  division_states: ['walking_area_waiters', 'service_area_waiters', 'total_staff'],
  table_states: ['customers_count', 'waiters_count'],
};
const stateHead = ['timestamp_video', 'timestamp_recorded', 'state'];

/**
 * An equal record is there already; one with other content comes behind those that were captured since, so that the
 * next run keeps the present one and sets this one aside (`conflict`), as it does with every later copy.
 */
function restoreState({ db, marksAreKnown }: Restoring, found: FoundRow, row: Row): boolean {
  const { name } = found.table;
  const key = ['session_id', 'frame_number', 'camera_id', 'location_id'];
  if (name === 'table_states') key.push('table_id');
  const id = stateIds[name] ?? 'rowid';
  const content = [...stateHead, ...(stateContent[name] ?? [])];
  const same = prepared(
    db,
    `SELECT rowid AS id, ${holds(content, row)} AS equal FROM ${name} WHERE ${holds(key, row)} ORDER BY rowid`,
  ).all(...content.map((column) => plain(row[column])), ...key.map((column) => plain(row[column]))) as {
    id: number;
    equal: number;
  }[];
  if (same.some(({ equal }) => equal === 1)) return false;
  const comesFirst = same[0] !== undefined && Number(row[id]) < same[0].id;
  const flag = believed(row.synced_to_cloud, found.certain && marksAreKnown);
  const values = { ...row, synced_to_cloud: flag };
  insert(db, name, comesFirst ? without(values, id) : withFreeId(db, name, id, values));
  return true;
}

/** What may be older than it should, or belong to an unknown cloud, is pending: sending it again leaves one. */
function believed(flag: StoredValue | undefined, isKnown: boolean): StoredValue {
  return isKnown || flag === -1 ? (flag ?? null) : 0;
}

const stateIds: Readonly<Record<string, string>> = {
  division_states: 'division_state_id',
  table_states: 'table_state_id',
};

/** What was set aside is also in its entry: where the row itself could not be read it is made from that. */
function restoreSetAside(db: Database, { stream, local_id, payload, resolution, first_seen }: Row): void {
  const id = stateIds[String(stream)];
  if (id === undefined || resolution !== 'open' || local_id == null || typeof payload !== 'string') return;
  const sql = `SELECT 1 FROM ${String(stream)} WHERE ${id} IS ?`;
  if (prepared(db, sql).get(plain(local_id)) !== undefined) return;
  const content = contentOf(payload);
  if (content === null) return;
  const own = { [id]: local_id, synced_to_cloud: 0, created_at: first_seen ?? null };
  insert(db, String(stream), { ...content, ...own });
}

function contentOf(payload: string): Row | null {
  try {
    const parsed: unknown = JSON.parse(payload);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    const scalars = Object.entries(parsed).filter(([, value]) => value === null || typeof value !== 'object');
    return Object.fromEntries(scalars) as Row;
  } catch {
    return null;
  }
}

const parentKeys: Readonly<Record<string, readonly string[]>> = {
  locations: ['location_id'],
  cameras: ['camera_id'],
  camera_rois: ['camera_id', 'roi_identifier', 'roi_version'],
  videos: ['camera_id', 'video_filename'],
  sessions: ['session_id'],
};
const parentIds: Readonly<Record<string, string>> = { camera_rois: 'roi_id', videos: 'video_id' };

/** A parent that is there keeps what it says; where it is only a stub the old row completes it. */
function restoreParent(db: Database, name: string, key: readonly string[], row: Row): boolean {
  const where = holds(key, row);
  const keyValues = key.map((column) => plain(row[column]));
  const present = prepared(db, `SELECT * FROM ${name} WHERE ${where}`).get(...keyValues) as Row | undefined;
  const id = parentIds[name];
  if (present === undefined) {
    insert(db, name, id === undefined ? row : withFreeId(db, name, id, row));
    return true;
  }
  for (const [column, value] of Object.entries(row)) {
    const isEmpty = present[column] === null || present[column] === '';
    if (!isEmpty || value === null || value === '' || column === id || !(column in present)) continue;
    prepared(db, `UPDATE ${name} SET "${column}" = ? WHERE ${where}`).run(plain(value), ...keyValues);
  }
  return false;
}

interface Rule {
  /** columns by which a row is known to be there already */
  readonly key: readonly string[];
  /** a free id is kept, another one given else */
  readonly id?: string;
  /** an older version of such a row would say what is no longer so */
  readonly certainOnly?: true;
  /** says what the cloud has */
  readonly isMark?: true;
  /** of rows that may be outdated only what still wants a decision */
  readonly openOnly?: true;
}

const others: Readonly<Record<string, Rule>> = {
  sync_marks: { key: ['stream', 'record_key'], certainOnly: true, isMark: true },
  verified_tallies: {
    key: ['stream', 'session_id', 'camera_id', 'table_id'],
    certainOnly: true,
    isMark: true,
  },
  id_map: { key: ['entity', 'local_id'], certainOnly: true, isMark: true },
  zone_states: { key: ['session_id', 'zone'] },
  frame_cursors: { key: ['session_id'] },
  sync_stream_status: { key: ['sync_type'] },
  sync_status: { key: ['sync_id'] },
  sync_history: { key: ['id'] },
  sync_quarantine: { key: ['stream', 'record_key', 'local_id', 'code'], id: 'id', openOnly: true },
  inventory_snapshots: { key: ['timestamp_utc', 'frame_number', 'total_items', 'inventory_json'], id: 'id' },
  product_freshness: { key: ['product_name'] },
  sales_log: {
    key: ['timestamp_utc', 'product_name', 'quantity_delta', 'inventory_before', 'inventory_after'],
    id: 'id',
  },
  alerts_log: { key: ['timestamp_utc', 'alert_type', 'product_name', 'severity'], id: 'id' },
  inventory_tracker: { key: ['id'], certainOnly: true },
  inventory_readings: { key: ['reading_key'], id: 'id' },
  rejected_lines: { key: ['received_at', 'source', 'line_number', 'line'], id: 'id' },
};

/**
 * What is remembered by local ids says nothing of rows that get another one here: they go again, which leaves one. A
 * mere count of deleted ones says nothing of which rows are here again.
 */
function isOfUnnamedRows({ stream, frames }: Row): boolean {
  return (stream === 'inventory_snapshots' || stream === 'sales_log') && !(frames instanceof Buffer);
}

function restoreByKey(db: Database, { table, certain }: FoundRow, { key, id }: Rule, row: Row): boolean {
  const { name } = table;
  const where = holds(key, row);
  const sql = `SELECT 1 FROM ${name} WHERE ${where}`;
  const keyValues = key.map((column) => plain(row[column]));
  if (prepared(db, sql).get(...keyValues) !== undefined) {
    if (name === 'alerts_log') completeAlert(db, where, keyValues, row);
    if (name === 'product_freshness' && certain) renewFreshness(db, where, keyValues, row);
    return false;
  }
  // The process that ran it is gone with the file.
  const values = row.status === 'running' ? { ...row, status: 'interrupted' } : row;
  insert(db, name, id === undefined ? values : withFreeId(db, name, id, values));
  return true;
}

/** Which other files were set aside, and what came of them, goes on where no more is known of them here; all else counts as long as nothing newer does. */
function restoreSetting(db: Database, row: Row): boolean {
  const { name, value } = row;
  if (typeof name !== 'string' || typeof value !== 'string') return false;
  if (name === 'salvage') {
    const known = new Map(readSetAside(db).map((one) => [one.file, one]));
    for (const one of parseSetAside(value)) {
      const present = known.get(one.file);
      if (present === undefined || (present.state !== 'done' && one.state === 'done'))
        changeSetAside(db, one.file, () => one);
    }
    return false;
  }
  const sql = 'INSERT INTO backhaul_settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING';
  return prepared(db, sql).run(name, value).changes > 0;
}

/** A table of another program: its rows as they were, where no rule of its own is against it. */
function restoreForeign(db: Database, { table, rowid, certain }: FoundRow, row: Row): boolean {
  if (!certain) return false;
  const own = table.columns.some((column) => column.isRowid);
  const entries = [...(own ? [] : [['rowid', rowid] as const]), ...Object.entries(row)];
  const names = entries.map(([name]) => quoted(name)).join(', ');
  const sql = `INSERT OR IGNORE INTO ${quoted(table.name)} (${names}) VALUES (${entries.map(() => '?').join(', ')})`;
  return prepared(db, sql).run(...entries.map(([, value]) => plain(value))).changes > 0;
}

/** The row without its id where another one has it by now. */
function withFreeId(db: Database, table: string, id: string, row: Row): Row {
  const taken = prepared(db, `SELECT 1 FROM ${table} WHERE ${id} IS ?`).get(plain(row[id])) !== undefined;
  return taken ? without(row, id) : row;
}

function without(row: Row, column: string): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));
}

/** Texts that are no UTF-8 keep their bytes. */
function insert(db: Database, table: string, row: Row): void {
  const known = columnsOf(db, table);
  const fitting = Object.entries(row).filter(([name]) => known.has(name));
  const id = insertRow(db, table, Object.fromEntries(fitting.map(([name, value]) => [name, plain(value)])));
  for (const [name, value] of fitting) {
    if (!(value instanceof RawText)) continue;
    prepared(db, `UPDATE ${table} SET "${name}" = CAST(? AS TEXT) WHERE rowid = ?`).run(value.bytes, id);
  }
}

const columnNames = new WeakMap<Database, Map<string, ReadonlySet<string>>>();

function columnsOf(db: Database, table: string): ReadonlySet<string> {
  const tables = columnNames.get(db) ?? new Map<string, ReadonlySet<string>>();
  columnNames.set(db, tables);
  let names = tables.get(table);
  if (names === undefined) {
    const columns = db.pragma(`table_info("${table}")`) as { name: string }[];
    names = new Set(columns.map(({ name }) => name.toLowerCase()));
    tables.set(table, names);
  }
  return names;
}

function plain(value: StoredValue | undefined): null | number | bigint | string | Buffer {
  if (value === undefined) return null;
  return value instanceof RawText ? value.bytes : value;
}
