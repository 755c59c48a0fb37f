import { storeTime } from '../../time/store-time.ts';
import type { ParentTable } from '../parent-source.ts';
import { numberOrNull, wholeNumberOrNull } from './column-values.ts';

export const sessions: ParentTable = {
  name: 'sessions',
  // A local video id is never sent: the video is named by its natural key.
  select: `SELECT s.*, NULLIF(v.video_filename, '') AS video_filename
    FROM sessions s LEFT JOIN videos v ON v.video_id = s.video_id AND v.camera_id = s.camera_id
    WHERE s.location_id = ? AND s.session_id <> '' AND NOT EXISTS (SELECT 1 FROM cameras c
      WHERE c.camera_id = s.camera_id AND c.location_id <> s.location_id) ORDER BY s.rowid`,
  key: ['session_id'],
  bare: ['location_id', 'session_id', 'camera_id'],
  isStub: (row) =>
    [row.start_time, row.end_time, row.video_filename, row.processing_status].every(
      (value) => (value ?? '') === '',
    ),
  parents: (row) => [
    ['cameras', String(row.camera_id)],
    ...(row.video_filename === null ? [] : [['videos', `${row.camera_id}/${row.video_filename}`] as const]),
  ],
  toCloud: (row, timeZone) => ({
    location_id: row.location_id ?? null,
    session_id: row.session_id ?? null,
    camera_id: row.camera_id ?? null,
    video_filename: row.video_filename ?? null,
    config_file_path: row.config_file_path ?? null,
    roi_version: row.roi_version === null ? null : String(row.roi_version),
    start_time: instant(row.start_time, timeZone),
    end_time: instant(row.end_time, timeZone),
    total_frames: wholeNumberOrNull(row.total_frames),
    fps: numberOrNull(row.fps),
    resolution: row.resolution ?? null,
    processing_status: row.processing_status ?? null,
    processing_time_seconds: numberOrNull(row.processing_time_seconds),
    error_message: row.error_message ?? null,
  }),
};

/** A time that is none must not keep the session, and with it all its records, out of the cloud. */
function instant(value: string | number | null | undefined, timeZone: string): string | null {
  return typeof value === 'string' ? storeTime(timeZone).toInstant(value) : null;
}
