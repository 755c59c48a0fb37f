import { BackhaulError } from '../../contract/errors.ts';
import type { EditFaultKind, EditField } from '../../contract/quarantine-shapes.ts';
import { type Connection, prepared } from '../storage/service.ts';
import { contentColumns, type LogTable } from './log-table.ts';
import { type ParentRow, type ParentTable, parentKey } from './parent-source.ts';
import type { OpenEntry } from './quarantine-entries.ts';
import { largestCount } from './state-shape.ts';
import type { StateTable } from './state-table.ts';

/** A column that may be changed, without what it holds. */
export type EditColumn = Omit<EditField, 'value'>;

export interface EditableTables {
  readonly stateTables: readonly StateTable[];
  readonly logTables: readonly LogTable[];
  readonly parentTables: readonly ParentTable[];
}

/**
 * What may be changed of an entry's record, with what it holds on this box now.
 * @throws BackhaulError `not_found` where the record is no longer held
 */
export function fieldsOf(db: Connection, entry: OpenEntry, tables: EditableTables): EditField[] {
  const stateTable = tables.stateTables.find((one) => one.name === entry.stream);
  const logTable = tables.logTables.find((one) => one.name === entry.stream);
  const parentTable = tables.parentTables.find((one) => one.name === entry.stream);
  const row = (stateTable ?? logTable) ? ownRow(db, entry) : parentTable && parentRow(db, entry, parentTable);
  if (row === undefined) throw gone(entry);
  const columns = stateTable
    ? stateColumns(stateTable)
    : logTable
      ? tableColumns(db, logTable.name, contentColumns(logTable), logTable.key)
      : parentTable
        ? parentColumns(db, parentTable)
        : [];
  // A camera's address may hold its password; it is not the cloud that refuses it.
  return columns
    .filter(({ name }) => name !== 'rtsp_endpoint')
    .map((column) => ({ ...column, value: plain(row[column.name]) }));
}

/** The business columns of a state table, never its key. */
export function stateColumns(table: StateTable): EditColumn[] {
  const counts = table.columns.filter((name) => name !== 'state');
  return [
    { ...column('state', 'text', false), options: [...table.states] },
    ...counts.map((name) => ({ ...column(name, 'whole', true), least: 0, most: largestCount })),
    column('timestamp_recorded', 'time', true),
    column('timestamp_video', 'number', true),
  ];
}

/** The columns of a parent that are neither its key nor bookkeeping. */
export function parentColumns(db: Connection, table: ParentTable): EditColumn[] {
  return tableColumns(db, table.name, null, [
    ...table.key,
    'location_id',
    'video_id',
    'created_at',
    'updated_at',
  ]);
}

/** Columns of a table as it declares them: those of a list (null for all) but for what is fixed. */
export function tableColumns(
  db: Connection,
  table: string,
  names: readonly string[] | null,
  fixed: readonly string[],
): EditColumn[] {
  const info = db.pragma(`table_info("${table}")`) as ColumnInfo[];
  return info
    .filter(({ pk, name }) => pk === 0 && !fixed.includes(name) && (names?.includes(name) ?? true))
    .map(({ name, type, notnull }) => column(name, kindOf(name, type), notnull === 0));
}

/** Why a column does not take a value: for a form, and in plain words. */
export interface ValueFault {
  readonly kind: EditFaultKind;
  readonly message: string;
}

/** Why a column does not take a value, null where it does. */
export function faultOfValue(of: EditColumn, value: string | number | null): ValueFault | null {
  const fault = (kind: EditFaultKind, words: string): ValueFault => ({
    kind,
    message: `${of.name} ${words}.`,
  });
  if (value === null) return of.nullable ? null : fault('required', 'cannot be empty');
  // Digits that the command line read as a number become text again by the column's affinity.
  if (of.kind === 'text' || of.kind === 'time')
    return String(value).includes('\0') ? fault('nul', 'holds a NUL character') : null;
  if (of.kind === 'json') return isJson(value) ? null : fault('json', 'is no JSON');
  if (of.kind === 'flag') return value === 0 || value === 1 ? null : fault('flag', 'is 0 or 1');
  const words = `is no ${of.least === 0 ? 'count' : of.kind === 'whole' ? 'whole number' : 'number'}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return fault('number', words);
  if (of.kind === 'whole' && !Number.isSafeInteger(value)) return fault('whole', words);
  return value < (of.least ?? value) || value > (of.most ?? value) ? fault('range', words) : null;
}

/** The local row of a parent that an entry names by its key. */
export function parentRow(db: Connection, entry: OpenEntry, table: ParentTable): ParentRow | undefined {
  const rows = prepared(
    db,
    `SELECT *, CAST(rowid AS TEXT) AS own_id FROM ${table.name}`,
  ).all() as ParentRow[];
  return rows.find((one) => parentKey(table, one) === entry.record_key);
}

export function gone(entry: OpenEntry): BackhaulError {
  return new BackhaulError(
    'not_found',
    `The record ${entry.record_key} is no longer in ${entry.stream}. Nothing was changed; discard the entry.`,
  );
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

function ownRow(db: Connection, entry: OpenEntry): Readonly<Record<string, unknown>> | undefined {
  const sql = `SELECT * FROM ${entry.stream} WHERE rowid = CAST(? AS INTEGER)`;
  return prepared(db, sql).get(entry.local_id) as Readonly<Record<string, unknown>> | undefined;
}

function column(name: string, kind: EditColumn['kind'], nullable: boolean): EditColumn {
  return { name, kind, nullable, least: null, most: null, options: [] };
}

function kindOf(name: string, declared: string): EditColumn['kind'] {
  if (name === 'polygon_points' || name.endsWith('_json')) return 'json';
  if (/^(is_|acknowledged$)/.test(name)) return 'flag';
  if (/INT/i.test(declared)) return 'whole';
  return /REAL|FLOA|DOUB|NUMERIC/i.test(declared) ? 'number' : 'text';
}

function isJson(value: unknown): boolean {
  try {
    return typeof value === 'string' && typeof JSON.parse(value) === 'object';
  } catch {
    return false;
  }
}

function plain(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
