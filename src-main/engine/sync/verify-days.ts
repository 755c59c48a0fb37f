import type { SessionVerification, StreamVerification } from '../../contract/verify-shapes.ts';
import { prepared, type Storage, utcText } from '../storage/service.ts';
import { cloudKeepsDays } from './cloud-days.ts';
import {
  acceptDeleted,
  countUnnamed,
  type DayRecord,
  type DayTally,
  forgetDeleted,
  forgetUnnamed,
  nothing,
  numberOf,
  plus,
  readDeleted,
  readDeletedRecords,
} from './day-tallies.ts';
import { boundsOf, logPrints, logTally, ofDay } from './log-fingerprint.ts';
import { type LogTable, utcDay } from './log-table.ts';
import { unsettle } from './settled-ranges.ts';
import { inPages, ofSessions } from './stream-verification.ts';
import type { VerifyOptions } from './verify-options.ts';
import type { Mended } from './verify-session.ts';

const mostDaysPerQuestion = 10;
const idsPerTransaction = 1000;

/**
 * Compares a table that only grows, UTC day by UTC day, inside both databases. Where the sums of a day differ it is
 * compared record by record: what is marked must be there and equal; what the cloud has beside is no fault.
 * @returns null where nothing of it is held or was ever compared
 */
export async function verifyDays(
  table: LogTable,
  options: VerifyOptions,
  mended: Mended,
): Promise<StreamVerification | null> {
  const days =
    options.days === null ? heldDays(options.storage, table) : [...(options.days.get(table.name) ?? [])];
  const sessions = await inPages(days, mostDaysPerQuestion, options, (page) =>
    comparePage(table.name, page, options, mended),
  );
  if (sessions.length === 0) return null;
  return ofSessions(table.name, sessions);
}

/** Days of which there are rows, or were until they were deleted; by the index, one look for each day. */
function heldDays(storage: Storage, table: LogTable): string[] {
  const next = prepared(
    storage.reader,
    `SELECT timestamp_utc FROM ${table.name} WHERE timestamp_utc >= ? ORDER BY timestamp_utc LIMIT 1`,
  );
  const days = new Set<string>();
  for (let from = 0; ; ) {
    const row = next.get(from) as { timestamp_utc: unknown } | undefined;
    if (typeof row?.timestamp_utc !== 'number') break;
    const day = utcDay(row.timestamp_utc);
    days.add(day);
    from = boundsOf(day)[1];
  }
  const sql = `SELECT session_id FROM verified_tallies WHERE stream = ? AND session_id <> ''`;
  const deleted = prepared(storage.reader, sql).all(table.name) as { session_id: string }[];
  for (const { session_id } of deleted) days.add(session_id);
  return [...days].sort();
}

async function comparePage(
  stream: string,
  days: readonly string[],
  options: VerifyOptions,
  mended: Mended,
): Promise<SessionVerification[]> {
  const { storage, cloud, signal } = options;
  const local: { readonly day: string; readonly here: DayTally; readonly deleted: DayTally }[] = [];
  for (const day of days) {
    const deleted = readDeleted(storage.reader, stream, day);
    const here = plus(await heldTally(storage, stream, day), deleted);
    if (here.rows > 0) local.push({ day, here, deleted });
  }
  const marked = local.map(({ day }) => day);
  const answer = marked.length === 0 ? [] : await cloud.dayTallies(stream, marked, signal);
  const there = new Map(answer.map(([day, rows, prints]) => [day, { rows, prints: BigInt(prints) }]));
  const results: SessionVerification[] = [];
  for (const { day, here, deleted } of local) {
    const inCloud = there.get(day) ?? nothing;
    const expired = inCloud.rows === 0 && isPast(day, options.now());
    const counts = { sessionId: day, local: here.rows, cloud: inCloud.rows, expired, ...alike };
    if (expired && deleted.rows > 0) await storage.transaction((db) => forgetDeleted(db, stream, day));
    const agrees = expired || (here.rows === inCloud.rows && here.prints === inCloud.prints);
    results.push(
      agrees ? { ...counts, agrees } : { ...counts, ...(await compareDay(stream, day, options, mended)) },
    );
  }
  return results;
}

const alike = { missing: 0, different: 0, lost: 0, extra: 0 } as const;

async function heldTally(storage: Storage, stream: string, day: string): Promise<DayTally> {
  const [row] = await storage.background.all<{ row_count: number; fingerprint_sum: string }>(
    logTally(stream, ofDay),
    boundsOf(day),
  );
  return row === undefined ? nothing : { rows: row.row_count, prints: BigInt(row.fingerprint_sum) };
}

/** The cloud drops whole days. */
export function isPast(day: string, now: Date): boolean {
  return boundsOf(day)[1] * 1000 < now.getTime() - cloudKeepsDays * 86_400_000;
}

type Compared = Pick<SessionVerification, 'agrees' | 'local' | 'missing' | 'different' | 'lost' | 'extra'>;

/** A record that was deleted here and is held again is compared as it is held. */
async function compareDay(
  stream: string,
  day: string,
  options: VerifyOptions,
  mended: Mended,
): Promise<Compared> {
  const { storage, cloud, now } = options;
  const there = new Map(await cloud.dayRecords(stream, day, options.signal));
  const here = await storage.background.all<DayRecord & { id: string }>(
    `SELECT id, record_key, print FROM (${logPrints(stream, ofDay)})`,
    boundsOf(day),
  );
  const missing = here.filter((row) => !there.has(row.record_key));
  const different = here.filter((row) => (there.get(row.record_key) ?? row.print) !== row.print);
  const again = [...missing, ...(options.overwrite ? different : [])].map(({ id }) => BigInt(id));
  if (options.repair) mended.records += await markPending(storage, stream, again, utcText(now()));
  const held = new Set(here.map((row) => row.record_key));
  const beside = new Map(
    [...there].filter(([key]) => !held.has(key)).map(([key, print]) => [numberOf(key), print]),
  );
  const deleted = readDeletedRecords(storage.reader, stream, day);
  for (const key of held) deleted.delete(numberOf(key));
  const isLost = ([number, print]: readonly [number, number]): boolean => beside.get(number) !== print;
  const unnamed = countUnnamed(storage.reader, stream, day);
  const extra = [...beside.keys()].filter((number) => !deleted.has(number)).length;
  const named = isPast(day, now()) ? [] : [...deleted].filter(isLost).map(([number]) => number);
  const lost = named.length + (isPast(day, now()) ? 0 : Math.max(0, unnamed - extra));
  if (options.acceptLost && lost > 0) {
    const accepted = new Map(named.map((number) => [number, beside.get(number)]));
    await storage.transaction((db) => {
      acceptDeleted(db, stream, day, accepted, utcText(now()));
      if (unnamed > extra) forgetUnnamed(db, stream, day);
    });
    mended.accepted += lost;
  }
  const stillLost = options.acceptLost ? 0 : lost;
  return {
    agrees: missing.length === 0 && different.length === 0 && stillLost === 0,
    local: held.size + deleted.size + unnamed,
    missing: missing.length,
    different: different.length,
    lost: stillLost,
    extra: Math.max(0, extra - unnamed),
  };
}

async function markPending(
  storage: Storage,
  stream: string,
  ids: readonly bigint[],
  at: string,
): Promise<number> {
  for (let from = 0; from < ids.length; from += idsPerTransaction) {
    const some = ids.slice(from, from + idsPerTransaction);
    await storage.transaction((db) => unsettle(db, stream, some, at));
  }
  return ids.length;
}
