import type { ParentTable } from '../parent-source.ts';
import { numberOrNull, wholeNumberOrNull } from './column-values.ts';

export const videos: ParentTable = {
  name: 'videos',
  // A video without a name is the stub that an older file's sessions need; it means nothing in the cloud.
  select: `SELECT v.*, c.location_id AS location_id FROM videos v JOIN cameras c ON c.camera_id = v.camera_id
    WHERE c.location_id = ? AND v.video_filename <> '' ORDER BY v.video_id`,
  key: ['camera_id', 'video_filename'],
  bare: ['location_id', 'camera_id', 'video_filename'],
  isStub: () => false,
  parents: (row) => [['cameras', String(row.camera_id)]],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    camera_id: row.camera_id ?? null,
    video_filename: row.video_filename ?? null,
    video_date: text(row.video_date),
    start_time: text(row.start_time),
    end_time: text(row.end_time),
    duration_seconds: numberOrNull(row.duration_seconds),
    file_size_bytes: wholeNumberOrNull(row.file_size_bytes),
    fps: numberOrNull(row.fps),
    resolution: row.resolution ?? null,
    is_processed: row.is_processed === null ? null : row.is_processed !== 0,
    storage_location: row.storage_location ?? null,
  }),
};

function text(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
