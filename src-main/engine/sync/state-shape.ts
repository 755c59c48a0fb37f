import type { StateRow, StateTable } from './state-table.ts';

/** what an integer column of the cloud holds */
export const largestCount = 2_147_483_647;

/**
 * What other writers may put into a state row and no cloud could hold as it is: null when the row can travel.
 * Values that the cloud may judge for itself (a state's name) are left to it.
 */
export function faultOfShape(table: StateTable, row: StateRow): string | null {
  for (const name of table.key.filter((column) => column !== 'frame_number')) {
    const value: unknown = row[name];
    if (typeof value !== 'string' || value === '') return `${name} is no text.`;
    if (value.includes('\0')) return `${name} holds a NUL character.`;
  }
  if (!Number.isSafeInteger(row.frame_number)) return 'frame_number is no whole number below 2^53.';
  if (row.timestamp_video !== null && !Number.isFinite(row.timestamp_video))
    return 'timestamp_video is no number.';
  if (typeof row.state !== 'string' || row.state.includes('\0')) return 'state is no text.';
  const count = table.columns.find((name) => name !== 'state' && !isCount(row[name]));
  return count === undefined ? null : `${count} is no count.`;
}

function isCount(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= largestCount;
}
