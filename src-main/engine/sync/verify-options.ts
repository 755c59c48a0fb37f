import type { Storage } from '../storage/service.ts';
import type { ChangingTable } from './changing-table.ts';
import type { LogTable } from './log-table.ts';
import type { RowsQuestion } from './rows-question.ts';

/** The cloud's half, inside its database (resources/supabase/migrations/0002_verify.sql). */
export interface CloudVerifier {
  /** [session, camera, table, count, frame sum, fingerprint sum] */
  tallies(stream: string, sessions: readonly string[], signal: AbortSignal): Promise<readonly CloudTally[]>;
  /** [camera, table, frame, fingerprint] */
  records(stream: string, session: string, signal: AbortSignal): Promise<readonly CloudRecord[]>;
  /** [UTC day, count, fingerprint sum] (0007_inventory.sql) */
  dayTallies(stream: string, days: readonly string[], signal: AbortSignal): Promise<readonly CloudDay[]>;
  /** [key, fingerprint] */
  dayRecords(stream: string, day: string, signal: AbortSignal): Promise<readonly CloudDayRecord[]>;
  /** a page of this location's rows, for tables that have no function of their own */
  rows(question: RowsQuestion, signal: AbortSignal): Promise<readonly CloudRow[]>;
}

export type CloudRow = { readonly row_key: string | number } & Readonly<Record<string, unknown>>;
export type CloudDay = readonly [day: string, rows: number, prints: string];
export type CloudDayRecord = readonly [recordKey: string, print: number];
export type CloudTally = readonly [string, string, string, number, string, string];
export type CloudRecord = readonly [string, string, string, number];

export interface VerifyOptions {
  readonly storage: Storage;
  readonly cloud: CloudVerifier;
  readonly locationId: string;
  /** sessions to compare; null for all that are held */
  readonly sessions: readonly string[] | null;
  /** tables that only grow, and those whose rows change after they were sent */
  readonly logTables: readonly LogTable[];
  readonly changingTables: readonly ChangingTable[];
  /** of both: the UTC days to compare by stream; null for all that are held */
  readonly days: ReadonlyMap<string, ReadonlySet<string>> | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** true where the cloud had no time for so many sessions at once: fewer are asked then */
  readonly isTooLarge: (error: unknown) => boolean;
  /** marks held records that are missing in the cloud as pending again */
  readonly repair: boolean;
  /** with `repair`: held records that differ in the cloud go again, too, and overwrite it */
  readonly overwrite: boolean;
  /** what was deleted here and is missing or different in the cloud is accepted as it is there */
  readonly acceptLost: boolean;
}
