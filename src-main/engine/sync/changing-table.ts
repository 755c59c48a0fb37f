import type { OutgoingValues } from './outgoing-row.ts';
import type { ParentTable } from './parent-source.ts';

/**
 * A table of few rows that change after they were sent (SPEC 9). Its select gives the rowid as own_id; columns have the
 * same names here and in the cloud.
 */
export interface ChangingTable extends ParentTable {
  /** how old a row is: epoch seconds here, an instant in the cloud */
  readonly time: 'timestamp_utc' | 'last_seen_utc';
  /** all columns that are instants in the cloud */
  readonly instants: readonly string[];
  /** what numbers its rows in the cloud */
  readonly cloudId: string;
}

/** The UTC day of a row as it travels, YYYY-MM-DD. */
export function dayOf({ time }: ChangingTable, sent: OutgoingValues): string {
  return String(sent[time]).slice(0, 10);
}
