import type { LogTable } from '../log-table.ts';
import { faultOfText, faultOfTime, faultOfWhole, instantOfSeconds } from './inventory-values.ts';

export const salesLog: LogTable = {
  name: 'sales_log',
  key: ['timestamp_utc', 'product_name', 'inventory_before', 'inventory_after', 'quantity_delta'],
  columns: ['timestamp_est'],
  faultOf: (row) =>
    faultOfTime(row.timestamp_utc) ??
    faultOfText(row.product_name, 'product_name') ??
    faultOfWhole(row.inventory_before, 'inventory_before') ??
    faultOfWhole(row.inventory_after, 'inventory_after') ??
    faultOfWhole(row.quantity_delta, 'quantity_delta') ??
    (row.timestamp_est === null ? null : faultOfText(row.timestamp_est, 'timestamp_est')),
  toCloud: (row, locationId) => ({
    location_id: locationId,
    timestamp_utc: instantOfSeconds(row.timestamp_utc),
    timestamp_est: row.timestamp_est ?? null,
    product_name: row.product_name ?? null,
    quantity_delta: row.quantity_delta ?? null,
    inventory_before: row.inventory_before ?? null,
    inventory_after: row.inventory_after ?? null,
  }),
};
