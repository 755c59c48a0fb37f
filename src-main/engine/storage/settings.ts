import type { Database } from 'better-sqlite3';
import { prepared } from './prepared.ts';

/** What the file remembers about itself. */
export type SettingName =
  | 'location_id'
  | 'cloud'
  | 'last_verification'
  /** '1' while something is marked as sent that no comparison has covered */
  | 'comparison_owed'
  /** a token while rows came back with their marks that no comparison of all has covered, else '0' */
  | 'whole_comparison_owed'
  | 'schedule'
  | 'other_sync'
  | 'planned_rows'
  | 'seen_lines'
  | 'salvage'
  /** older inventories, and how far their import has come */
  | 'inventory_import';

export function readSetting(db: Database, name: SettingName): string | null {
  const row = prepared(db, 'SELECT value FROM backhaul_settings WHERE name = ?').get(name) as
    | { value: string }
    | undefined;
  return row?.value ?? null;
}

export function writeSetting(db: Database, name: SettingName, value: string): void {
  prepared(
    db,
    'INSERT INTO backhaul_settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, value);
}
