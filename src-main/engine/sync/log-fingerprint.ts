import { microsecondsOf } from './log-table.ts';
import { isSettled } from './settled-ranges.ts';

/*
 * SQL of the fingerprints that resources/supabase/migrations/0007_inventory.sql computes in PostgreSQL: integers only,
 * the same number on both sides, sums that can be added up (SPEC 5.4).
 */
const prime = 2147483647;

const us = microsecondsOf('s.timestamp_utc');

const prints: Readonly<Record<string, { readonly key: string; readonly folded: string }>> = {
  inventory_snapshots: {
    key: `${us} || '/' || COALESCE(s.frame_number, '')`,
    folded: `COALESCE(s.frame_number % ${prime}, -1) * 7919 + s.total_items % ${prime} * 104729
      + CASE WHEN NOT json_valid(s.inventory_json) THEN 17 WHEN json_type(s.inventory_json) = 'object' THEN (
          SELECT COALESCE(sum((length(e.key) * 7919 + COALESCE(unicode(e.key), 0) * 104729
            + COALESCE(unicode(substr(e.key, -1)), 0) * 1299709
            + CASE WHEN e.type IN ('integer', 'real') AND abs(e.value) < 1000000000
                THEN CAST(round(e.value) AS INTEGER) ELSE -1 END * 15485863) % ${prime}), 0) % ${prime}
          FROM json_each(s.inventory_json) e)
        ELSE 17 END`,
  },
  sales_log: {
    key: `${us} || '/' || s.product_name || '/' || s.inventory_before || '/' || s.inventory_after || '/'
      || s.quantity_delta`,
    folded: `s.quantity_delta % ${prime} * 7919 + s.inventory_before % ${prime} * 104729
      + s.inventory_after % ${prime} * 1299709 + length(s.product_name) * 15485863
      + COALESCE(unicode(s.product_name), 0) * 31 + COALESCE(unicode(substr(s.product_name, -1)), 0) * 37`,
  },
};

/** Rows that are known to be in the cloud, and their fingerprints: id, timestamp_utc, record_key, print. */
export function logPrints(stream: string, condition: string): string {
  const { key, folded } = prints[stream] ?? { key: '', folded: '' };
  return `SELECT id, timestamp_utc, record_key, (mixed * mixed % ${prime} * 1103 + 13) % ${prime} AS print
    FROM (SELECT id, timestamp_utc, record_key,
        ((m * m % ${prime} * 1103 + 7) % ${prime} + folded % ${prime}) % ${prime} AS mixed
      FROM (SELECT CAST(s.rowid AS TEXT) AS id, s.timestamp_utc, ${key} AS record_key,
          (${us} % ${prime} * 48271 + 11) % ${prime} AS m, ${folded} AS folded
        FROM ${stream} s WHERE ${isSettled(stream, 's')} AND ${condition}))`;
}

/** Count and sum of the fingerprints of distinct keys; the sum as text, since it may pass 2^53. */
export function logTally(stream: string, condition: string): string {
  return `SELECT count(*) AS row_count, CAST(COALESCE(sum(print), 0) AS TEXT) AS fingerprint_sum
    FROM (SELECT DISTINCT record_key, print FROM (${logPrints(stream, condition)}))`;
}

/** SQL: rows of a UTC day; its parameters are those of `boundsOf`. */
export const ofDay = 's.timestamp_utc >= ? AND s.timestamp_utc < ?';

/** Epoch seconds of a UTC day's beginning and of the next one's, as timestamps to the microsecond round to them. */
export function boundsOf(day: string): readonly [number, number] {
  const begin = Date.parse(`${day}T00:00:00Z`) / 1000;
  return [begin - 0.0000005, begin + 86_400 - 0.0000005];
}
