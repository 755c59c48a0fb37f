import type { ChangingTable } from '../changing-table.ts';
import { numberOrNull } from './column-values.ts';
import { instantOfSeconds } from './inventory-values.ts';

export const productFreshness: ChangingTable = {
  name: 'product_freshness',
  // A table of another make may lack the key: then a product's newest row counts.
  select: `SELECT f.*, ? AS location_id, CAST(f.rowid AS TEXT) AS own_id FROM product_freshness f
    WHERE f.product_name IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM product_freshness b WHERE b.product_name = f.product_name AND b.rowid > f.rowid)
    ORDER BY f.rowid`,
  key: ['product_name'],
  time: 'last_seen_utc',
  instants: ['first_seen_utc', 'last_seen_utc'],
  cloudId: 'product_name',
  bare: null,
  isStub: () => false,
  parents: (row) => [['locations', String(row.location_id)]],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    product_name: row.product_name ?? null,
    first_seen_utc: instantOfSeconds(row.first_seen_utc),
    last_seen_utc: instantOfSeconds(row.last_seen_utc),
    is_expired: row.is_expired === null ? null : row.is_expired !== 0,
    expiration_days: numberOrNull(row.expiration_days),
  }),
};
