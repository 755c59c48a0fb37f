import type { Database } from 'better-sqlite3';
import { isTimeZone } from '../time/store-time.ts';
import { prepared } from './prepared.ts';
import { readSetting, writeSetting } from './settings.ts';

export const defaultTimeZone = 'Asia/Shanghai';

/**
 * One box, one location (SPEC 3): the configured id, else the one fixed earlier, else the only one in the
 * file, else the first that was written; null until one is seen.
 */
export function boxLocation(db: Database, configured: string | null): string | null {
  return configured ?? readSetting(db, 'location_id') ?? firstLocation(db);
}

/** Remembers the location once it is known; a later one never replaces it. */
export function fixLocation(db: Database, locationId: string): void {
  if (readSetting(db, 'location_id') === null) writeSetting(db, 'location_id', locationId);
}

function firstLocation(db: Database): string | null {
  for (const table of ['locations', 'sessions', 'division_states', 'table_states']) {
    const row = prepared(
      db,
      `SELECT location_id FROM ${table} WHERE location_id IS NOT NULL AND location_id <> '' ORDER BY rowid LIMIT 1`,
    ).get() as { location_id: string } | undefined;
    if (row !== undefined) return row.location_id;
  }
  return null;
}

/** The IANA zone of a location: its row's, else the configured one, else Asia/Shanghai. */
export function locationTimeZone(db: Database, locationId: string | null, configured: string | null): string {
  if (configured !== null) return configured;
  const row = prepared(db, 'SELECT timezone FROM locations WHERE location_id = ?').get(locationId) as
    | { timezone: string | null }
    | undefined;
  // Another program may have written anything there; doctor says so.
  const zone = row?.timezone ?? '';
  return isTimeZone(zone) ? zone : defaultTimeZone;
}
