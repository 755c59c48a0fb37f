import { fromUtcText } from '../../storage/service.ts';
import { storeTime } from '../../time/store-time.ts';
import type { StateRow } from '../state-table.ts';

/**
 * When a state was recorded, as UTC; the same instant is the same text, however it was written. Rows of other
 * writers may lack it: then session start + timestamp_video, else when the row was made (SPEC 3). Null for a
 * text that is no possible time.
 */
export function recordedInstant(row: StateRow, timeZone: string): string | null {
  const text = instantOf(row, timeZone);
  return text === null ? null : text.replace(/(\.\d*[1-9])0+Z$/, '$1Z').replace(/\.0+Z$/, 'Z');
}

function instantOf(row: StateRow, timeZone: string): string | null {
  const zone = storeTime(timeZone);
  if (typeof row.timestamp_recorded === 'string' && row.timestamp_recorded !== '') {
    return zone.toInstant(row.timestamp_recorded);
  }
  const start = row.session_start === null ? null : zone.toEpochMs(row.session_start);
  if (start !== null) return new Date(start + Math.round((row.timestamp_video ?? 0) * 1000)).toISOString();
  return fromUtcText(row.created_at)?.toISOString() ?? null;
}
