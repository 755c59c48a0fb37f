import type { RefusalReason } from '../../contract/quarantine-shapes.ts';
import type { OutgoingValues } from './outgoing-row.ts';

/** A table that only grows and has no flag: what the cloud has of it is remembered as ranges of local ids. */
export interface LogTable {
  readonly name: 'inventory_snapshots' | 'sales_log';
  /** natural key within the location; it begins with timestamp_utc, which has an index */
  readonly key: readonly string[];
  /** business columns beside the key */
  readonly columns: readonly string[];
  /** what other writers may have put there and no cloud could hold as it is; null when the row can travel */
  faultOf(row: LogRow): RefusalReason | null;
  toCloud(row: LogRow, locationId: string): OutgoingValues;
}

/** A local row with what reading it found out. */
export interface LogRow {
  /** local ids are text: SQLite's may pass 2^53 */
  readonly id: string;
  /** the lowest id of the row's key */
  readonly first_id: string;
  readonly timestamp_utc: number;
  readonly [column: string]: string | number | null;
}

/** What of a row travels, as it is stored. */
export function contentColumns(table: LogTable): string[] {
  return [...table.key, ...table.columns];
}

/** SQL: epoch seconds of `column` as whole microseconds, as the cloud keeps them. */
export function microsecondsOf(column: string): string {
  return `CAST(round(${column} * 1000000.0) AS INTEGER)`;
}

/** SQL: row `b` has the key of row `of` in the cloud; found by the index on timestamp_utc. */
export function sameLogKey(table: { readonly key: readonly string[] }, of: string): string {
  const rest = table.key.filter((name) => name !== 'timestamp_utc');
  return [
    `b.timestamp_utc BETWEEN ${of}.timestamp_utc - 0.000002 AND ${of}.timestamp_utc + 0.000002`,
    `${microsecondsOf('b.timestamp_utc')} = ${microsecondsOf(`${of}.timestamp_utc`)}`,
    ...rest.map((name) => `b.${name} IS ${of}.${name}`),
  ].join(' AND ');
}

/** SQL: a row with the lowest id of its key. */
export function selectLogRow(table: LogTable): string {
  return `SELECT s.*, CAST(s.rowid AS TEXT) AS id,
      CAST((SELECT min(b.rowid) FROM ${table.name} b WHERE ${sameLogKey(table, 's')}) AS TEXT) AS first_id
    FROM ${table.name} s`;
}

/** The UTC day of epoch seconds, YYYY-MM-DD. */
export function utcDay(timestampUtc: number): string {
  return new Date(Math.floor(Math.round(timestampUtc * 1e6) / 1e3)).toISOString().slice(0, 10);
}
