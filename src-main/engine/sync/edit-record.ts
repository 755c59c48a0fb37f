import { BackhaulError } from '../../contract/errors.ts';
import type { EditFaultKind, RefusalReason } from '../../contract/quarantine-shapes.ts';
import { type Connection, prepared, type Storage } from '../storage/service.ts';
import {
  type EditColumn,
  faultOfValue,
  gone,
  parentColumns,
  parentRow,
  stateColumns,
  tableColumns,
} from './edit-fields.ts';
import { contentColumns, type LogRow, type LogTable, selectLogRow } from './log-table.ts';
import type { ParentTable } from './parent-source.ts';
import { type OpenEntry, withCopies } from './quarantine-entries.ts';
import { sentenceOf } from './refusal-reasons.ts';
import { faultOfShape } from './state-shape.ts';
import type { StateRow, StateTable } from './state-table.ts';

type EditedValues = Readonly<Record<string, string | number | null>>;

interface Tables {
  readonly storage: Storage;
  readonly stateTables: readonly StateTable[];
  readonly logTables: readonly LogTable[];
  readonly parentTables: readonly ParentTable[];
}

/**
 * Inside a write transaction: changes business columns of the local row that a quarantine entry stands for, and of its
 * equal copies; never the key.
 * @throws BackhaulError `invalid_input` naming the column and the reason; nothing is changed then
 */
export function editRecord(db: Connection, entry: OpenEntry, values: EditedValues, tables: Tables): void {
  if (Object.keys(values).length === 0)
    throw new BackhaulError('invalid_input', 'An edit names at least one column. Nothing was changed.');
  const stateTable = tables.stateTables.find((one) => one.name === entry.stream);
  const logTable = tables.logTables.find((one) => one.name === entry.stream);
  const parentTable = tables.parentTables.find((one) => one.name === entry.stream);
  if (logTable !== undefined) editLog(db, entry, values, logTable);
  else if (stateTable !== undefined) editState(db, entry, values, stateTable, tables.storage);
  else if (parentTable !== undefined) editParent(db, entry, values, parentTable);
}

function editState(
  db: Connection,
  entry: OpenEntry,
  values: EditedValues,
  table: StateTable,
  storage: Storage,
): void {
  checkValues(values, stateColumns(table));
  for (const copy of withCopies(db, entry)) {
    update(db, table.name, copy.local_id, values);
    const row = prepared(
      db,
      `SELECT s.*, CAST(s.rowid AS TEXT) AS id, NULL AS session_start FROM ${table.name} s WHERE s.rowid = CAST(? AS INTEGER)`,
    ).get(copy.local_id) as StateRow | undefined;
    if (row === undefined) throw gone(entry);
    const fault = faultOfShape(table, row);
    if (fault !== null) throw notTaken(sentenceOf(fault.kind, fault.values), { reason: fault });
    if (table.toCloud(row, storage.location.timeZone()).timestamp_recorded === null)
      throw notTaken('timestamp_recorded is no possible time.', {
        column: 'timestamp_recorded',
        kind: 'time',
      });
  }
}

function editLog(db: Connection, entry: OpenEntry, values: EditedValues, table: LogTable): void {
  checkValues(values, tableColumns(db, table.name, contentColumns(table), table.key));
  for (const copy of withCopies(db, entry)) {
    update(db, table.name, copy.local_id, values);
    const sql = `${selectLogRow(table)} WHERE s.rowid = CAST(? AS INTEGER)`;
    const row = prepared(db, sql).get(copy.local_id) as LogRow | undefined;
    if (row === undefined) throw gone(entry);
    const fault = table.faultOf(row);
    if (fault !== null) throw notTaken(sentenceOf(fault.kind, fault.values), { reason: fault });
  }
}

function editParent(db: Connection, entry: OpenEntry, values: EditedValues, table: ParentTable): void {
  checkValues(values, parentColumns(db, table));
  const row = parentRow(db, entry, table);
  if (row === undefined) throw gone(entry);
  update(db, table.name, String(row.own_id), values);
}

function checkValues(values: EditedValues, allowed: readonly EditColumn[]): void {
  for (const [name, value] of Object.entries(values)) {
    const column = allowed.find((one) => one.name === name);
    if (column === undefined)
      throw notTaken(`${name} cannot be edited; ${allowed.map((one) => one.name).join(', ')} can.`, {
        column: name,
      });
    const fault = faultOfValue(column, value);
    if (fault !== null) throw notTaken(fault.message, { column: name, kind: fault.kind });
  }
}

/** `details`: `column` and the `kind` of fault for a form, or the `reason` why the record cannot travel even so. */
function notTaken(sentence: string, details: EditDetails): BackhaulError {
  return new BackhaulError('invalid_input', `${sentence} Nothing was changed.`, { details: { ...details } });
}

interface EditDetails {
  readonly column?: string;
  readonly kind?: EditFaultKind;
  readonly reason?: RefusalReason;
}

function update(db: Connection, table: string, rowId: string | null, values: EditedValues): void {
  const assignments = Object.keys(values).map((name) => `"${name}" = ?`);
  db.prepare(`UPDATE ${table} SET ${assignments.join(', ')} WHERE rowid = CAST(? AS INTEGER)`).run(
    ...Object.values(values),
    rowId,
  );
}
