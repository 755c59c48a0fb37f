import type { Database } from 'better-sqlite3';
import { insertRow } from './insert-row.ts';
import { prepared } from './prepared.ts';

/** The parents that a state row names. */
export interface ParentNames {
  readonly sessionId: string;
  readonly cameraId: string;
  readonly locationId: string;
}

/**
 * Inside a write transaction: makes stubs for the parents that are not there yet (SPEC 4.1), NOT NULL columns
 * filled with ''. A stub is told by its empty columns and completed when the real message comes.
 */
export function ensureParents(db: Database, names: ParentNames): void {
  ensureCamera(db, names.cameraId, names.locationId);
  if (exists(db, 'sessions', 'session_id', names.sessionId)) return;
  insertRow(db, 'sessions', {
    session_id: names.sessionId,
    camera_id: names.cameraId,
    location_id: names.locationId,
    ...(requiresVideo(db) ? { video_id: stubVideo(db, names.cameraId) } : {}),
  });
}

/** A camera's stub, with its location's. */
export function ensureCamera(db: Database, cameraId: string, locationId: string): void {
  ensureLocation(db, locationId);
  if (exists(db, 'cameras', 'camera_id', cameraId)) return;
  insertRow(db, 'cameras', { camera_id: cameraId, location_id: locationId, camera_ip_address: '' });
}

export function ensureLocation(db: Database, locationId: string): void {
  if (exists(db, 'locations', 'location_id', locationId)) return;
  insertRow(db, 'locations', { location_id: locationId, city: '', restaurant_name: '', commercial_area: '' });
}

/** The video row that stands in where an older file insists on one; it is never sent. */
export function stubVideo(db: Database, cameraId: string): number {
  const row = prepared(db, `SELECT video_id FROM videos WHERE camera_id = ? AND video_filename = ''`).get(
    cameraId,
  ) as { video_id: number } | undefined;
  return row?.video_id ?? insertRow(db, 'videos', { camera_id: cameraId, video_filename: '' });
}

function requiresVideo(db: Database): boolean {
  const columns = db.pragma('table_info(sessions)') as { name: string; notnull: number }[];
  return columns.some((column) => column.name === 'video_id' && column.notnull === 1);
}

function exists(db: Database, table: string, key: string, value: string): boolean {
  return prepared(db, `SELECT 1 FROM ${table} WHERE ${key} = ?`).get(value) !== undefined;
}
