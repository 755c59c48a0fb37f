import type { OutgoingValues } from '../outgoing-row.ts';
import type { ParentTable } from '../parent-source.ts';

export const cameraRois: ParentTable = {
  name: 'camera_rois',
  select: `SELECT r.*, c.location_id AS location_id, l.roi_identifier AS linked_to_roi
    FROM camera_rois r JOIN cameras c ON c.camera_id = r.camera_id
    LEFT JOIN camera_rois l ON l.roi_id = r.linked_to_roi_id
    WHERE c.location_id = ? ORDER BY r.roi_id`,
  key: ['camera_id', 'roi_identifier', 'roi_version'],
  bare: null,
  isStub: () => false,
  parents: (row) => [['cameras', String(row.camera_id)]],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    camera_id: row.camera_id ?? null,
    roi_identifier: row.roi_identifier ?? null,
    roi_version: row.roi_version === null ? null : String(row.roi_version),
    roi_type: row.roi_type ?? null,
    polygon_points: parsedPolygon(row.polygon_points ?? null),
    linked_to_roi: row.linked_to_roi ?? null,
    description: row.description ?? null,
    is_active: row.is_active === null ? null : row.is_active !== 0,
  }),
};

/** Text that is no JSON (an older file may hold any) goes as a JSON string, so that nothing is lost. */
function parsedPolygon(text: string | number | null): OutgoingValues[string] {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text) as OutgoingValues[string];
  } catch {
    return text;
  }
}
