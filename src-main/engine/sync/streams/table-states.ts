import type { StateTable } from '../state-table.ts';
import { recordedInstant } from './recorded-instant.ts';

export const tableStates: StateTable = {
  name: 'table_states',
  key: ['session_id', 'frame_number', 'camera_id', 'table_id'],
  columns: ['state', 'customers_count', 'waiters_count'],
  states: ['IDLE', 'BUSY', 'CLEANING'],
  toCloud: (row, timeZone) => ({
    location_id: row.location_id,
    session_id: row.session_id,
    camera_id: row.camera_id,
    frame_number: row.frame_number,
    table_id: row.table_id ?? null,
    timestamp_video: row.timestamp_video,
    timestamp_recorded: recordedInstant(row, timeZone),
    state: row.state ?? null,
    customers_count: row.customers_count ?? null,
    waiters_count: row.waiters_count ?? null,
  }),
};
