import type { RefusalReason } from '../../contract/quarantine-shapes.ts';
import type { StateRow, StateTable } from './state-table.ts';

/** what an integer column of the cloud holds */
export const largestCount = 2_147_483_647;

/**
 * What other writers may put into a state row and no cloud could hold as it is: null when the row can travel.
 * Values that the cloud may judge for itself (a state's name) are left to it.
 */
export function faultOfShape(table: StateTable, row: StateRow): RefusalReason | null {
  for (const name of table.key.filter((column) => column !== 'frame_number')) {
    const value: unknown = row[name];
    if (typeof value !== 'string' || value === '') return fault('no_text', name);
    if (value.includes('\0')) return fault('nul_character', name);
  }
  if (!Number.isSafeInteger(row.frame_number)) return fault('no_frame_number', 'frame_number');
  if (row.timestamp_video !== null && !Number.isFinite(row.timestamp_video))
    return fault('no_number', 'timestamp_video');
  if (typeof row.state !== 'string') return fault('no_text', 'state');
  if (row.state.includes('\0')) return fault('nul_character', 'state');
  const count = table.columns.find((name) => name !== 'state' && !isCount(row[name]));
  return count === undefined ? null : fault('no_count', count);
}

function fault(kind: RefusalReason['kind'], column: string): RefusalReason {
  return { kind, values: { column } };
}

function isCount(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= largestCount;
}
