import type { Database } from 'better-sqlite3';
import { prepared } from '../prepared.ts';
import type { StoredValue } from './record.ts';

type Row = Readonly<Record<string, StoredValue>>;

/** That a person has seen it, and that its cause was gone, stays so, whichever of two rows says it. */
export function completeAlert(db: Database, where: string, keyValues: readonly unknown[], row: Row): void {
  if (Number(row.acknowledged) === 1)
    prepared(db, `UPDATE alerts_log SET acknowledged = 1 WHERE ${where}`).run(...keyValues);
  const { metadata_json: metadata } = row;
  if (typeof metadata !== 'string') return;
  prepared(
    db,
    `UPDATE alerts_log SET metadata_json = ?
     WHERE ${where} AND ${resolvedUtc('metadata_json')} IS NULL AND ${resolvedUtc('?')} IS NOT NULL`,
  ).run(metadata, ...keyValues, metadata, metadata);
}

/** SQL */
function resolvedUtc(json: string): string {
  return `CASE WHEN json_valid(${json}) THEN json_extract(${json}, '$.resolved_utc') END`;
}

/** A product that was seen, or that expired, after the row that is here was written. */
export function renewFreshness(db: Database, where: string, keyValues: readonly unknown[], row: Row): void {
  const [first, seen, expired, days] = freshnessColumns.map((name) => numberOrNull(row[name]));
  if (first === null || seen === null) return;
  prepared(
    db,
    `UPDATE product_freshness SET (${freshnessColumns.join(', ')}) = (?, ?, ?, ?)
     WHERE ${where} AND (last_seen_utc < ? OR (last_seen_utc = ? AND is_expired < ?))`,
  ).run(first, seen, expired, days, ...keyValues, seen, seen, expired);
}

const freshnessColumns = ['first_seen_utc', 'last_seen_utc', 'is_expired', 'expiration_days'] as const;

/** A whole number in a column of fractions is stored as one. */
function numberOrNull(value: StoredValue | undefined): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}
