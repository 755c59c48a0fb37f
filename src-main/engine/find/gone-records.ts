import { prepared, type Storage } from '../storage/service.ts';
import { storeTime } from '../time/store-time.ts';
import type { CloudAnswer } from './ask-cloud.ts';
import type { CloudRow } from './cloud-records.ts';
import { type LocalRecord, readByKeys, recordKeyOf } from './local-records.ts';
import type { StateTable, Wanted } from './wanted-records.ts';

/** A record that only the cloud holds. */
export interface GoneRecord {
  readonly table: StateTable;
  readonly row: CloudRow;
  readonly recordKey: string;
  readonly epochMs: number | null;
  /** retention has deleted records of this session, camera and table here, after they were verified */
  readonly sealed: boolean;
}

/** What the cloud found beside the local records: what this box holds after all, and what it no longer does. */
export async function sortCloudFinds(
  storage: Storage,
  wanted: Wanted,
  local: readonly LocalRecord[],
  answer: CloudAnswer,
): Promise<{ readonly held: readonly LocalRecord[]; readonly gone: readonly GoneRecord[] }> {
  const held: LocalRecord[] = [];
  const gone: GoneRecord[] = [];
  for (const [table, side] of answer.known ? answer.sides : []) {
    const known = new Set(local.filter((one) => one.table === table).map((one) => one.recordKey));
    const rest = side.found.filter((key) => !known.has(key)).flatMap((key) => side.rows.get(key) ?? []);
    const keys = rest.map((row) => table.key.map((name) => row[name]));
    const here = await readByKeys(storage, table, wanted, keys);
    held.push(...here);
    const hereKeys = new Set(here.map((one) => one.recordKey));
    for (const row of rest) {
      const recordKey = recordKeyOf(table, row);
      if (!hereKeys.has(recordKey)) gone.push(goneRecord(storage, table, row, recordKey));
    }
  }
  return { held, gone };
}

function goneRecord(storage: Storage, table: StateTable, row: CloudRow, recordKey: string): GoneRecord {
  const sql = `SELECT 1 FROM verified_tallies WHERE stream = ? AND session_id = ? AND camera_id = ? AND table_id = ?`;
  const tableId = typeof row.table_id === 'string' ? row.table_id : '';
  const sealed =
    prepared(storage.reader, sql).get(table.name, row.session_id, row.camera_id, tableId) !== undefined;
  const recorded = row.timestamp_recorded;
  const epochMs = recorded === null ? null : storeTime('UTC').toEpochMs(recorded);
  return { table, row, recordKey, epochMs, sealed };
}
