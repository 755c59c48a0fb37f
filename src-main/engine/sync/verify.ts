import type { SessionVerification, StreamVerification, Verification } from '../../contract/verify-shapes.ts';
import { isPastCloudDays } from './cloud-days.ts';
import { fingerprintTallies, type SealedTally as Tally } from './fingerprint.ts';
import { inPages, ofSessions } from './stream-verification.ts';
import { verifyChanging } from './verify-changing.ts';
import { verifyDays } from './verify-days.ts';
import type { CloudTally, VerifyOptions } from './verify-options.ts';
import { compareSession, type Mended } from './verify-session.ts';

const streams = ['division_states', 'table_states'] as const;
const mostSessionsPerQuestion = 100;

/**
 * Compares local and cloud per session, camera and table inside both databases (SPEC 5.4). Where the cloud
 * holds more than is marked (a batch whose mark was lost, a record in quarantine) that session is compared
 * record by record: what is marked must be there and equal.
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const mended: Mended = { records: 0, accepted: 0 };
  const states = await Promise.all(streams.map((stream) => verifyStream(stream, options, mended)));
  const results = [...states];
  for (const table of options.logTables) {
    const compared = await verifyDays(table, options, mended);
    if (compared !== null) results.push(compared);
  }
  for (const table of options.changingTables) {
    const compared = await verifyChanging(table, options, mended);
    if (compared !== null) results.push(compared);
  }
  return {
    agrees: results.every((one) => one.agrees),
    streams: results,
    repaired: mended.records,
    accepted: mended.accepted,
  };
}

async function verifyStream(
  stream: string,
  options: VerifyOptions,
  mended: Mended,
): Promise<StreamVerification> {
  const names = options.sessions ?? (await heldSessions(stream, options));
  const sessions = await inPages(names, mostSessionsPerQuestion, options, (page) =>
    verifySessions(stream, page, options, mended),
  );
  return ofSessions(stream, sessions);
}

const alike = { missing: 0, different: 0, lost: 0, extra: 0 } as const;

async function heldSessions(stream: string, { storage, locationId }: VerifyOptions): Promise<string[]> {
  const rows = await storage.background.all<{ session_id: string }>(
    `SELECT DISTINCT session_id FROM ${stream} WHERE synced_to_cloud = 1 AND location_id = ?
     UNION SELECT session_id FROM verified_tallies WHERE stream = ? AND session_id <> '' ORDER BY session_id`,
    [locationId, stream],
  );
  return rows.map((row) => row.session_id);
}

async function verifySessions(
  stream: string,
  names: readonly string[],
  options: VerifyOptions,
  mended: Mended,
): Promise<SessionVerification[]> {
  const local = groupBySession(await localTallies(stream, names, options));
  const cloud = groupBySession((await options.cloud.tallies(stream, names, options.signal)).map(asTally));
  const results: SessionVerification[] = [];
  for (const sessionId of names) {
    const here = local.get(sessionId) ?? [];
    const there = cloud.get(sessionId) ?? [];
    if (here.length === 0) continue;
    const counts = { sessionId, local: rowCount(here), cloud: rowCount(there), expired: false, ...alike };
    if (sameTallies(here, there)) results.push({ ...counts, agrees: true });
    else if (there.length === 0 && (await isExpired(stream, sessionId, options)))
      results.push({ ...counts, agrees: true, expired: true });
    else results.push({ ...counts, ...(await compareSession(stream, sessionId, options, mended)) });
  }
  return results;
}

/** Held rows marked synced, and the sums of those that retention has deleted. */
async function localTallies(
  stream: string,
  names: readonly string[],
  { storage, locationId }: VerifyOptions,
): Promise<Tally[]> {
  const marks = names.map(() => '?').join(', ');
  const live = await storage.background.all<Tally>(
    fingerprintTallies(stream, `location_id = ? AND session_id IN (${marks})`),
    [locationId, ...names],
  );
  const sealed = await storage.background.all<Tally>(
    `SELECT session_id, camera_id, table_id, row_count, CAST(frame_sum AS TEXT) AS frame_sum,
      CAST(fingerprint_sum AS TEXT) AS fingerprint_sum FROM verified_tallies
      WHERE stream = ? AND session_id IN (${marks})`,
    [stream, ...names],
  );
  return addUp([...live, ...sealed]);
}

function addUp(tallies: readonly Tally[]): Tally[] {
  const byKey = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = JSON.stringify([tally.session_id, tally.camera_id, tally.table_id]);
    const before = byKey.get(key);
    byKey.set(key, before === undefined ? tally : added(before, tally));
  }
  return [...byKey.values()];
}

function added(a: Tally, b: Tally): Tally {
  return {
    ...a,
    row_count: a.row_count + b.row_count,
    frame_sum: String(BigInt(a.frame_sum) + BigInt(b.frame_sum)),
    fingerprint_sum: String(BigInt(a.fingerprint_sum) + BigInt(b.fingerprint_sum)),
  };
}

function asTally([
  session_id,
  camera_id,
  table_id,
  row_count,
  frame_sum,
  fingerprint_sum,
]: CloudTally): Tally {
  return { session_id, camera_id, table_id, row_count, frame_sum, fingerprint_sum };
}

function groupBySession(tallies: readonly Tally[]): Map<string, Tally[]> {
  return Map.groupBy(tallies, (tally) => tally.session_id);
}

function rowCount(tallies: readonly Tally[]): number {
  return sum(tallies.map((tally) => tally.row_count));
}

function sameTallies(here: readonly Tally[], there: readonly Tally[]): boolean {
  const text = (tally: Tally): string =>
    JSON.stringify([
      tally.camera_id,
      tally.table_id,
      tally.row_count,
      tally.frame_sum,
      tally.fingerprint_sum,
    ]);
  const known = new Set(there.map(text));
  return here.length === there.length && here.every((tally) => known.has(text(tally)));
}

/** The cloud drops whole sessions after 90 days; what is younger must be there. */
async function isExpired(
  stream: string,
  sessionId: string,
  { storage, now }: VerifyOptions,
): Promise<boolean> {
  const rows = await storage.background.all<{ newest: string | null }>(
    `SELECT max(newest) AS newest FROM (
       SELECT max(timestamp_recorded) AS newest FROM ${stream} WHERE session_id = ?
       UNION ALL SELECT max(newest_recorded) FROM verified_tallies WHERE stream = ? AND session_id = ?)`,
    [sessionId, stream, sessionId],
  );
  return isPastCloudDays(storage, rows[0]?.newest ?? null, now());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
