import type { ChangingTable } from '../changing-table.ts';
import { sameLogKey } from '../log-table.ts';
import { instantOfSeconds, parsedJson } from './inventory-values.ts';

const key = ['timestamp_utc', 'alert_type', 'product_name', 'severity'];

export const alertsLog: ChangingTable = {
  name: 'alerts_log',
  // Of equal keys (an older file was imported) the newest says how the alert is now.
  select: `SELECT s.*, ? AS location_id, CAST(s.rowid AS TEXT) AS own_id FROM alerts_log s
    WHERE NOT EXISTS (SELECT 1 FROM alerts_log b WHERE ${sameLogKey({ key }, 's')} AND b.rowid > s.rowid)
    ORDER BY s.rowid`,
  key,
  time: 'timestamp_utc',
  instants: ['timestamp_utc'],
  cloudId: 'alert_id',
  bare: null,
  isStub: () => false,
  parents: (row) => [['locations', String(row.location_id)]],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    timestamp_utc: instantOfSeconds(row.timestamp_utc),
    timestamp_est: row.timestamp_est ?? null,
    alert_type: row.alert_type ?? null,
    product_name: row.product_name ?? null,
    severity: row.severity ?? null,
    message: row.message ?? null,
    metadata_json: parsedJson(row.metadata_json),
    acknowledged: row.acknowledged === null ? null : row.acknowledged !== 0,
  }),
};
