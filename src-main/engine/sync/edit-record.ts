import { BackhaulError } from '../../contract/errors.ts';
import { type Connection, prepared, type Storage } from '../storage/service.ts';
import { type ParentRow, type ParentTable, parentKey } from './parent-source.ts';
import { type OpenEntry, withCopies } from './quarantine-entries.ts';
import { faultOfShape } from './state-shape.ts';
import type { StateRow, StateTable } from './state-table.ts';

type EditedValues = Readonly<Record<string, string | number | null>>;

interface Tables {
  readonly storage: Storage;
  readonly stateTables: readonly StateTable[];
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
  const parentTable = tables.parentTables.find((one) => one.name === entry.stream);
  if (stateTable !== undefined) editState(db, entry, values, stateTable, tables.storage);
  else if (parentTable !== undefined) editParent(db, entry, values, parentTable);
}

function editState(
  db: Connection,
  entry: OpenEntry,
  values: EditedValues,
  table: StateTable,
  storage: Storage,
): void {
  checkColumns(values, ['timestamp_video', 'timestamp_recorded', ...table.columns]);
  for (const copy of withCopies(db, entry)) {
    update(db, table.name, copy.local_id, values);
    const row = prepared(
      db,
      `SELECT s.*, CAST(s.rowid AS TEXT) AS id, NULL AS session_start FROM ${table.name} s WHERE s.rowid = CAST(? AS INTEGER)`,
    ).get(copy.local_id) as StateRow | undefined;
    if (row === undefined) throw gone(entry);
    const fault = faultOfShape(table, row);
    if (fault !== null) throw new BackhaulError('invalid_input', `${fault} Nothing was changed.`);
    if (table.toCloud(row, storage.location.timeZone()).timestamp_recorded === null)
      throw new BackhaulError(
        'invalid_input',
        'timestamp_recorded is no possible time. Nothing was changed.',
      );
  }
}

function editParent(db: Connection, entry: OpenEntry, values: EditedValues, table: ParentTable): void {
  const info = db.pragma(`table_info("${table.name}")`) as { name: string; pk: number }[];
  const fixed = new Set([...table.key, 'location_id', 'video_id', 'created_at']);
  checkColumns(
    values,
    info.filter((column) => column.pk === 0 && !fixed.has(column.name)).map((column) => column.name),
  );
  const rows = prepared(
    db,
    `SELECT *, CAST(rowid AS TEXT) AS own_id FROM ${table.name}`,
  ).all() as ParentRow[];
  const row = rows.find((one) => parentKey(table, one) === entry.record_key);
  if (row === undefined) throw gone(entry);
  update(db, table.name, String(row.own_id), values);
}

function checkColumns(values: EditedValues, allowed: readonly string[]): void {
  for (const name of Object.keys(values)) {
    if (allowed.includes(name)) continue;
    throw new BackhaulError(
      'invalid_input',
      `${name} cannot be edited; ${allowed.join(', ')} can. Nothing was changed.`,
    );
  }
}

function update(db: Connection, table: string, rowId: string | null, values: EditedValues): void {
  const assignments = Object.keys(values).map((name) => `"${name}" = ?`);
  db.prepare(`UPDATE ${table} SET ${assignments.join(', ')} WHERE rowid = CAST(? AS INTEGER)`).run(
    ...Object.values(values),
    rowId,
  );
}

function gone(entry: OpenEntry): BackhaulError {
  return new BackhaulError(
    'not_found',
    `The record ${entry.record_key} is no longer in ${entry.stream}. Nothing was changed; discard the entry.`,
  );
}
