import type { StateTable } from '../state-table.ts';
import { recordedInstant } from './recorded-instant.ts';

export const divisionStates: StateTable = {
  name: 'division_states',
  key: ['session_id', 'frame_number', 'camera_id'],
  columns: ['state', 'walking_area_waiters', 'service_area_waiters', 'total_staff'],
  states: ['RED', 'YELLOW', 'GREEN'],
  toCloud: (row, timeZone) => ({
    location_id: row.location_id,
    session_id: row.session_id,
    camera_id: row.camera_id,
    frame_number: row.frame_number,
    timestamp_video: row.timestamp_video,
    timestamp_recorded: recordedInstant(row, timeZone),
    state: row.state ?? null,
    walking_area_waiters: row.walking_area_waiters ?? null,
    service_area_waiters: row.service_area_waiters ?? null,
    total_staff: row.total_staff ?? null,
  }),
};
