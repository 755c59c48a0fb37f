import type { Storage } from '../storage/service.ts';
import { storeTime } from '../time/store-time.ts';
import { localQuery, type Query, queryByKeys, type TimeForm } from './local-query.ts';
import type { StateRow, StateTable, Wanted } from './wanted-records.ts';

/** A row with what else its way is told from. */
export type LocalRow = StateRow & {
  readonly quarantine_id: number | null;
  readonly quarantine_code: string | null;
  readonly quarantine_message: string | null;
};

/** A record that this box holds. */
export interface LocalRecord {
  readonly table: StateTable;
  readonly row: LocalRow;
  /** natural key, as the quarantine writes it */
  readonly recordKey: string;
  /** what travels */
  readonly payload: ReturnType<StateTable['toCloud']>;
  /** when it was recorded; null for an impossible time */
  readonly epochMs: number | null;
}

/** The natural key in one text. */
export function recordKeyOf(table: StateTable, row: Readonly<Record<string, unknown>>): string {
  return table.key.map((name) => String(row[name])).join('/');
}

/** Rows of one table, newest first, one more than the limit where there are more. */
export async function readLocal(storage: Storage, table: StateTable, wanted: Wanted): Promise<LocalRecord[]> {
  const timed = wanted.fromMs !== null || wanted.beforeMs !== null;
  const forms: readonly TimeForm[] = timed ? ['written', 'null', 'empty'] : ['any'];
  const records: LocalRecord[] = [];
  for (const form of forms) records.push(...(await readForm(storage, table, wanted, form)));
  return records.sort(newestFirst).slice(0, wanted.limit + 1);
}

/** Rows that have one of these natural keys. */
export function readByKeys(
  storage: Storage,
  table: StateTable,
  wanted: Wanted,
  keys: readonly unknown[][],
): Promise<LocalRecord[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return query(storage, table, wanted.timeZone, queryByKeys(table, wanted.locationId, keys));
}

export function newestFirst(
  a: { readonly epochMs: number | null },
  b: { readonly epochMs: number | null },
): number {
  return (b.epochMs ?? Number.NEGATIVE_INFINITY) - (a.epochMs ?? Number.NEGATIVE_INFINITY) || 0;
}

/** Pages until there are enough: the query lets through some rows that lie outside the range. */
async function readForm(
  storage: Storage,
  table: StateTable,
  wanted: Wanted,
  form: TimeForm,
): Promise<LocalRecord[]> {
  const limit = Math.max(wanted.limit + 1, 500);
  const found: LocalRecord[] = [];
  for (let offset = 0; ; offset += limit) {
    const page = await query(
      storage,
      table,
      wanted.timeZone,
      localQuery(table, wanted, form, { limit, offset }),
    );
    found.push(...page.filter((record) => form === 'any' || isWithin(record, wanted)));
    if (page.length < limit || found.length > wanted.limit) return found;
  }
}

async function query(
  storage: Storage,
  table: StateTable,
  timeZone: string,
  { sql, parameters }: Query,
): Promise<LocalRecord[]> {
  const rows = await storage.background.all<LocalRow>(sql, parameters);
  return rows.map((row) => {
    const payload = table.toCloud(row, timeZone);
    const recorded = payload.timestamp_recorded;
    const epochMs = typeof recorded === 'string' ? storeTime(timeZone).toEpochMs(recorded) : null;
    return { table, row, recordKey: recordKeyOf(table, row), payload, epochMs };
  });
}

function isWithin({ epochMs }: LocalRecord, { fromMs, beforeMs }: Wanted): boolean {
  if (epochMs === null) return false;
  return (fromMs === null || epochMs >= fromMs) && (beforeMs === null || epochMs < beforeMs);
}
