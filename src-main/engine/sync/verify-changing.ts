import { isDeepStrictEqual } from 'node:util';
import type { SessionVerification, StreamVerification } from '../../contract/verify-shapes.ts';
import { prepared, type Storage } from '../storage/service.ts';
import { type ChangingTable, dayOf } from './changing-table.ts';
import type { OutgoingValues } from './outgoing-row.ts';
import { type SettledParent, settledParents } from './parent-source.ts';
import { ofSessions } from './stream-verification.ts';
import { isPast } from './verify-days.ts';
import type { CloudRow, VerifyOptions } from './verify-options.ts';
import type { Mended } from './verify-session.ts';

const mostRowsPerPage = 1000;

/** Rows by their key in the cloud. */
type CloudRows = ReadonlyMap<string, CloudRow>;

/**
 * Compares a table whose rows change, row by row, since it is small: each row whose mark says that the cloud has its
 * present content must be there and equal. What waits or is set aside is no fault, nor is what the cloud has beside.
 * Told by the UTC day of the row, as the cloud drops whole days.
 * @returns null where nothing of it is marked
 */
export async function verifyChanging(
  table: ChangingTable,
  options: VerifyOptions,
  mended: Mended,
): Promise<StreamVerification | null> {
  const days = options.days === null ? null : (options.days.get(table.name) ?? new Set());
  if (days?.size === 0) return null;
  const settled = await settledParents(options.storage, table, options.locationId);
  const held = settled.filter(({ sent }) => days === null || days.has(dayOf(table, sent)));
  if (held.length === 0) return null;
  // Local keys may be one key in the cloud (names in bytes that are no text): the last one counts.
  const here = new Map(held.map((one) => [keyOf(table, one.sent), one]));
  const byDay = Map.groupBy(here.values(), ({ sent }) => dayOf(table, sent));
  const names = [...byDay.keys()].sort();
  const there = await readCloud(table, columnsOf(held[0]?.sent ?? {}), names, options);
  const beside = [...there].filter(([key]) => !here.has(key)).map(([, row]) => dayIn(table, row));
  const sessions: SessionVerification[] = [];
  for (const day of names) {
    const extra = beside.filter((one) => one === day).length;
    sessions.push(
      await compareDay({ table, day, rows: byDay.get(day) ?? [], there, extra }, options, mended),
    );
  }
  return ofSessions(table.name, sessions);
}

interface DayOfRows {
  readonly table: ChangingTable;
  readonly day: string;
  readonly rows: readonly SettledParent[];
  readonly there: CloudRows;
  /** rows of the day that the cloud has beside these */
  readonly extra: number;
}

async function compareDay(
  { table, day, rows, there, extra }: DayOfRows,
  { storage, repair, overwrite, now }: VerifyOptions,
  mended: Mended,
): Promise<SessionVerification> {
  const absent = rows.filter(({ sent }) => !there.has(keyOf(table, sent)));
  const cloud = rows.length - absent.length + extra;
  const expired = cloud === 0 && isPast(day, now());
  const missing = expired ? [] : absent;
  const different = rows.filter(({ sent }) => {
    const found = there.get(keyOf(table, sent));
    return found !== undefined && !isAsSent(table, sent, found);
  });
  const again = [...missing, ...(overwrite ? different : [])];
  if (repair) mended.records += await forgetMarks(storage, table.name, again);
  return {
    sessionId: day,
    agrees: missing.length === 0 && different.length === 0,
    local: rows.length,
    cloud,
    expired,
    missing: missing.length,
    different: different.length,
    lost: 0,
    extra,
  };
}

/** Where the key holds the time only these days are asked for, else the rows may be of any day there. */
async function readCloud(
  table: ChangingTable,
  columns: readonly string[],
  days: readonly string[],
  { cloud, signal, isTooLarge }: VerifyOptions,
): Promise<CloudRows> {
  const { name, cloudId: id, key, time } = table;
  const within = [
    [time, `gte.${days[0]}T00:00:00Z`],
    [time, `lte.${days.at(-1)}T23:59:59.999999Z`],
  ] as const;
  const conditions = key.includes(time) ? within : [];
  const rows = new Map<string, CloudRow>();
  let limit = mostRowsPerPage;
  for (let after: string | number | null = null; ; ) {
    signal.throwIfAborted();
    try {
      const page = await cloud.rows({ table: name, id, columns, conditions, after, limit }, signal);
      const known = rows.size;
      for (const row of page) rows.set(keyOf(table, row), row);
      // None, or what some cache on the way gives again and again.
      if (rows.size === known) return rows;
      after = page.at(-1)?.row_key ?? null;
    } catch (error) {
      if (limit === 1 || !isTooLarge(error)) throw error;
      limit = Math.ceil(limit / 4);
    }
  }
}

/** The location is asked for, not read. */
function columnsOf(sent: OutgoingValues): string[] {
  return Object.keys(sent).filter((name) => name !== 'location_id');
}

function keyOf(table: ChangingTable, row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(table.key.map((name) => asText(comparable(table, name, row[name]))));
}

function dayIn(table: ChangingTable, row: CloudRow): string {
  return asText(comparable(table, table.time, row[table.time])).slice(0, 10);
}

/** What other writers left of another type is text in a column of text, as it was written on the way. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** JSON is compared by value; what JSON cannot say (infinity) travelled as null. */
function isAsSent(table: ChangingTable, sent: OutgoingValues, found: CloudRow): boolean {
  const travelled = JSON.parse(JSON.stringify(sent)) as OutgoingValues;
  return columnsOf(travelled).every((name) => {
    const here = comparable(table, name, travelled[name]);
    const there = comparable(table, name, found[name]);
    return isDeepStrictEqual(here, there) || (typeof there === 'string' && asText(here) === there);
  });
}

function comparable({ instants }: ChangingTable, name: string, value: unknown): unknown {
  return typeof value === 'string' && instants.includes(name) ? sameInstant(value) : value;
}

/** An instant in any zone's words as UTC to the microsecond, one text for one instant; another text as it is. */
function sameInstant(text: string): string {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const second = Date.parse(text.replace(/\.\d+/, ''));
  if (Number.isNaN(second)) return text;
  return `${new Date(second).toISOString().slice(0, -5)}.${fraction.padEnd(6, '0')}Z`;
}

/** A row without a mark goes again with the next run. */
async function forgetMarks(
  storage: Storage,
  stream: string,
  rows: readonly SettledParent[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const sql = 'DELETE FROM sync_marks WHERE stream = ? AND record_key = ?';
  return storage.transaction((db) =>
    rows.reduce((sum, { recordKey }) => sum + prepared(db, sql).run(stream, recordKey).changes, 0),
  );
}
