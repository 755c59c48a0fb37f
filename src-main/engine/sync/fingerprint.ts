/**
 * SQL of the fingerprint that resources/supabase/migrations/0002_verify.sql computes in PostgreSQL: integers
 * only, the same number on both sides, sums that can be added up (SPEC 5.4). Null counts fold as -1.
 */
const prime = 2147483647;

const folds: Readonly<Record<string, string>> = {
  division_states: `(CASE state WHEN 'RED' THEN 1 WHEN 'YELLOW' THEN 2 WHEN 'GREEN' THEN 3 ELSE 9 END * 7919
    + COALESCE(walking_area_waiters, -1) * 104729 + COALESCE(service_area_waiters, -1) * 1299709
    + COALESCE(total_staff, -1) * 15485863)`,
  table_states: `(CASE state WHEN 'IDLE' THEN 1 WHEN 'BUSY' THEN 2 WHEN 'CLEANING' THEN 3 ELSE 9 END * 7919
    + COALESCE(customers_count, -1) * 104729 + COALESCE(waiters_count, -1) * 1299709)`,
};

/** Sums of one session, camera and table. */
export interface SealedTally {
  readonly session_id: string;
  readonly camera_id: string;
  readonly table_id: string;
  readonly row_count: number;
  /** text, since sums may pass 2^53 */
  readonly frame_sum: string;
  readonly fingerprint_sum: string;
}

/** Distinct synced keys of a stream with their fingerprints: session_id, camera_id, table_id, frame_number, print. */
export function fingerprintRows(stream: string, condition: string): string {
  const tableId = stream === 'table_states' ? 'table_id' : `''`;
  const m = `((frame_number % ${prime}) * 48271 + 11) % ${prime}`;
  return `SELECT session_id, camera_id, table_id, frame_number, (mixed * mixed % ${prime} * 1103 + 13) % ${prime} AS print
    FROM (SELECT session_id, camera_id, table_id, frame_number,
        (((m * m) % ${prime} * 1103 + 7) % ${prime} + folded % ${prime}) % ${prime} AS mixed
      FROM (SELECT DISTINCT session_id, camera_id, ${tableId} AS table_id, frame_number, ${m} AS m,
          ${folds[stream]} AS folded
        FROM ${stream} WHERE synced_to_cloud = 1 AND ${condition}))`;
}

/** Per session, camera and table: count and sums, the sums as text since they may pass 2^53. */
export function fingerprintTallies(stream: string, condition: string): string {
  return `SELECT session_id, camera_id, table_id, count(*) AS row_count,
      CAST(sum(frame_number % ${prime}) AS TEXT) AS frame_sum, CAST(sum(print) AS TEXT) AS fingerprint_sum
    FROM (${fingerprintRows(stream, condition)}) GROUP BY session_id, camera_id, table_id`;
}

type Value = string | number | null | undefined;

const stateNumbers: Readonly<Record<string, Readonly<Record<string, bigint>>>> = {
  division_states: { RED: 1n, YELLOW: 2n, GREEN: 3n },
  table_states: { IDLE: 1n, BUSY: 2n, CLEANING: 3n },
};

const countFactors: Readonly<Record<string, readonly (readonly [column: string, factor: bigint])[]>> = {
  division_states: [
    ['walking_area_waiters', 104729n],
    ['service_area_waiters', 1299709n],
    ['total_staff', 15485863n],
  ],
  table_states: [
    ['customers_count', 104729n],
    ['waiters_count', 1299709n],
  ],
};

/** The fingerprint of one row, the same number as fingerprintRows gives; for the few rows whose key is sealed. */
export function fingerprintOf(stream: string, row: Readonly<Record<string, Value>>): number {
  const p = BigInt(prime);
  const m = ((BigInt(row.frame_number ?? 0) % p) * 48271n + 11n) % p;
  const state = stateNumbers[stream]?.[String(row.state)] ?? 9n;
  const counts = (countFactors[stream] ?? []).reduce(
    (sum, [column, factor]) => sum + BigInt(row[column] ?? -1) * factor,
    state * 7919n,
  );
  const mixed = (((((m * m) % p) * 1103n + 7n) % p) + (counts % p)) % p;
  return Number((((mixed * mixed) % p) * 1103n + 13n) % p);
}
