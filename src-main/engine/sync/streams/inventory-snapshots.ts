import type { LogTable } from '../log-table.ts';
import { faultOfText, faultOfTime, faultOfWhole, instantOfSeconds, parsedJson } from './inventory-values.ts';

export const inventorySnapshots: LogTable = {
  name: 'inventory_snapshots',
  key: ['timestamp_utc', 'frame_number'],
  columns: ['total_items', 'inventory_json'],
  faultOf: (row) =>
    faultOfTime(row.timestamp_utc) ??
    (row.frame_number === null ? null : faultOfWhole(row.frame_number, 'frame_number')) ??
    faultOfWhole(row.total_items, 'total_items') ??
    faultOfText(row.inventory_json, 'inventory_json'),
  toCloud: (row, locationId) => ({
    location_id: locationId,
    timestamp_utc: instantOfSeconds(row.timestamp_utc),
    frame_number: row.frame_number ?? null,
    total_items: row.total_items ?? null,
    inventory_json: parsedJson(row.inventory_json),
  }),
};
