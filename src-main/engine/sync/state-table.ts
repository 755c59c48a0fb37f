import type { OutgoingValues } from './outgoing-row.ts';

/** How a state table's rows go to the cloud. Names are those of SPEC 3. */
export interface StateTable {
  readonly name: 'division_states' | 'table_states';
  /** natural key within the location, in the order of the index on (session_id, frame_number) */
  readonly key: readonly string[];
  /** business columns beside the key */
  readonly columns: readonly string[];
  /** what Backhaul's own cloud takes as `state`; another project may take more */
  readonly states: readonly string[];
  toCloud(row: StateRow, timeZone: string): OutgoingValues;
}

/** A local row with what reading it found out. */
export interface StateRow {
  /** local ids are text: SQLite's may pass 2^53 */
  readonly id: string;
  readonly first_id: string;
  readonly parent_confirmed: number;
  readonly session_start: string | null;
  readonly session_id: string;
  readonly camera_id: string;
  readonly location_id: string;
  readonly frame_number: number;
  readonly timestamp_video: number | null;
  readonly timestamp_recorded: string | null;
  readonly created_at: string | null;
  readonly synced_to_cloud: number | null;
  readonly [column: string]: string | number | null;
}

/**
 * SQL: row `b` has the key of row `of`. The plus signs leave SQLite only the index on (session_id, frame_number): by
 * location and table it would read a table's whole history for each row.
 */
export function sameKeyBySession(table: StateTable, of: string): string {
  return ['location_id', ...table.key]
    .map((name) => `${name === 'session_id' || name === 'frame_number' ? '' : '+'}b.${name} = ${of}.${name}`)
    .join(' AND ');
}
