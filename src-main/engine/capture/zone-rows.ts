import type { Database } from 'better-sqlite3';
import { insertRow, prepared } from '../storage/service.ts';
import type { Area, Point, Thresholds, Zones } from './zones.ts';

/** One zone as `camera_rois` holds it. */
interface RoiRow {
  readonly roi_type: string;
  readonly roi_identifier: string;
  readonly polygon_points: string;
  /** of a sitting area: the identifier of its table */
  readonly linked_to: string | null;
  /** of the division: the thresholds, so that a session can go on after a restart */
  readonly description: string | null;
}

/**
 * Writes the zones of a camera to `camera_rois` (SPEC 4.1) and returns their roi_version: the newest one when
 * nothing changed, else a new one, which makes the older rows inactive.
 */
export function writeZones(db: Database, cameraId: string, zones: Zones, now: string): number {
  const rows = roiRows(zones);
  const newest = newestVersion(db, cameraId);
  if (newest !== null && sameRows(readRows(db, cameraId, newest), rows)) return newest;
  const version = nextVersion(db, cameraId);
  prepared(
    db,
    'UPDATE camera_rois SET is_active = 0, updated_at = ? WHERE camera_id = ? AND is_active <> 0',
  ).run(now, cameraId);
  const idByTable = new Map<string, number>();
  for (const { linked_to, ...row } of rows) {
    const link = linked_to === null ? null : (idByTable.get(linked_to) ?? null);
    const columns = {
      ...row,
      camera_id: cameraId,
      roi_version: versionText(version),
      linked_to_roi_id: link,
    };
    const id = insertRow(db, 'camera_rois', { ...columns, is_active: 1, updated_at: now, created_at: now });
    if (row.roi_type === 'table') idByTable.set(row.roi_identifier, id);
  }
  return version;
}

/** The zones that a version of a camera stands for, null when it was not written by us. */
export function readZones(db: Database, cameraId: string, version: number): Zones | null {
  const rows = readRows(db, cameraId, version);
  const division = rows.find((row) => row.roi_type === 'division');
  if (division?.description == null) return null;
  const areas = (type: string): (Area & { readonly tableId: string | null })[] =>
    rows
      .filter((row) => row.roi_type === type)
      .map((row) => ({ id: row.roi_identifier, polygon: points(row), tableId: row.linked_to }));
  const area = ({ id, polygon }: Area): Area => ({ id, polygon });
  try {
    return {
      cameraId,
      locationId: null,
      division: points(division),
      tables: areas('table').map(area),
      sittingAreas: areas('sitting'),
      serviceAreas: areas('service').map(area),
      thresholds: JSON.parse(division.description) as Thresholds,
    };
  } catch {
    return null;
  }
}

/** Whether two sets of zones place and time people alike. */
export function sameZones(one: Zones, other: Zones): boolean {
  return one === other || sameRows(roiRows(one), roiRows(other));
}

function points(row: RoiRow): readonly Point[] {
  return JSON.parse(row.polygon_points) as readonly Point[];
}

/** Tables keep their ids; another zone that has the same one gets its type before it. */
function roiRows(zones: Zones): RoiRow[] {
  const taken = new Set<string>();
  const row = (
    type: string,
    area: Area,
    link: string | null = null,
    description: string | null = null,
  ): RoiRow => {
    let identifier = area.id;
    while (taken.has(identifier)) identifier = `${type}:${identifier}`;
    taken.add(identifier);
    const polygon_points = JSON.stringify(area.polygon);
    return { roi_type: type, roi_identifier: identifier, polygon_points, linked_to: link, description };
  };
  const tables = zones.tables.map((area) => row('table', area));
  const link = (tableId: string | null) =>
    zones.tables.some((table) => table.id === tableId) ? tableId : null;
  return [
    ...tables,
    row('division', { id: 'division', polygon: zones.division }, null, JSON.stringify(zones.thresholds)),
    ...zones.sittingAreas.map((area) => row('sitting', area, link(area.tableId))),
    ...zones.serviceAreas.map((area) => row('service', area)),
  ];
}

function readRows(db: Database, cameraId: string, version: number): RoiRow[] {
  return prepared(
    db,
    `SELECT roi.roi_type, roi.roi_identifier, roi.polygon_points, tables.roi_identifier AS linked_to, roi.description
     FROM camera_rois roi LEFT JOIN camera_rois tables ON tables.roi_id = roi.linked_to_roi_id
     WHERE roi.camera_id = ? AND roi.roi_version = ? ORDER BY roi.roi_id`,
  ).all(cameraId, versionText(version)) as RoiRow[];
}

function sameRows(stored: readonly RoiRow[], rows: readonly RoiRow[]): boolean {
  const text = (all: readonly RoiRow[]) =>
    JSON.stringify(
      all.map((row) => [
        row.roi_type,
        row.roi_identifier,
        row.polygon_points,
        row.linked_to,
        row.description,
      ]),
    );
  return text(stored) === text(rows);
}

function newestVersion(db: Database, cameraId: string): number | null {
  const row = prepared(
    db,
    'SELECT roi_version AS version FROM camera_rois WHERE camera_id = ? ORDER BY roi_id DESC LIMIT 1',
  ).get(cameraId) as { version: number | string } | undefined;
  const version = Number(row?.version ?? Number.NaN);
  return Number.isSafeInteger(version) ? version : null;
}

/** Older files may name versions `v1`; the number in the name counts. */
function nextVersion(db: Database, cameraId: string): number {
  const rows = prepared(
    db,
    'SELECT DISTINCT roi_version AS version FROM camera_rois WHERE camera_id = ?',
  ).all(cameraId) as { version: number | string }[];
  const numbers = rows.map((row) => Number.parseInt(String(row.version).replace(/^\D+/, ''), 10) || 0);
  return Math.max(0, ...numbers) + 1;
}

/** Bound as text it is `3` in older files' text columns and the number 3 in ours; a bound number would be 3.0. */
export function versionText(version: number): string {
  return String(version);
}
