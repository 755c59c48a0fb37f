import type { Line } from '../support/records.ts';

/** A state as it was sent; `mark-<seq>.` in its screenshot_path finds it again, in a page of the file as in a row. */
export interface SentState {
  readonly seq: number;
  readonly frame: number;
  readonly state: string;
  /** null for the division */
  readonly table: string | null;
}

export const locationId = 'store_power';
const cameraId = 'camera_power';
const sessionId = '20251213_110000_camera_power';

/** Three parents, which are acknowledged like every line, and states after them; each line has its mark. */
export function makeMarkedLines(states: number): { readonly lines: Line[]; readonly sent: SentState[] } {
  const ids = { session_id: sessionId, camera_id: cameraId, location_id: locationId };
  const parents: Line[] = [
    { type: 'location', seq: 0, location_id: locationId, address: 'mark-0.' },
    { type: 'camera', seq: 1, camera_id: cameraId, location_id: locationId, camera_name: 'mark-1.' },
    { type: 'session', seq: 2, ...ids, start_time: '2025-12-13 11:00:00', video_filename: 'mark-2.mp4' },
  ];
  const sent = Array.from({ length: states }, (_, index): SentState => {
    const [seq, frame] = [index + parents.length, index * 5];
    return index % 3 === 0
      ? { seq, frame, table: null, state: ['RED', 'YELLOW', 'GREEN'][index % 2] ?? 'RED' }
      : { seq, frame, table: `T${index % 4}`, state: ['IDLE', 'BUSY', 'CLEANING'][index % 3] ?? 'IDLE' };
  });
  const lines = sent.map(({ seq, frame, table, state }): Line => {
    const head = { seq, ...ids, frame_number: frame, timestamp_video: frame / 10, state };
    const counts =
      table === null
        ? { walking_area_waiters: seq % 4, service_area_waiters: 1 }
        : { table_id: table, customers_count: seq % 4, waiters_count: 1 };
    const type = table === null ? 'division_state' : 'table_state';
    return { type, ...head, ...counts, screenshot_path: `/shots/mark-${seq}.jpg` };
  });
  return { lines: [...parents, ...lines], sent };
}
