import type { TestBox } from './test-box.ts';

type Values = Readonly<Record<string, unknown>>;

/** 2026-11-20T12:00:00Z */
export const noon = 1_795_176_000;

/** A row of an inventory table as another process writes it: plainly. */
export function insertInventory(box: TestBox, table: string, values: Values): number {
  const names = Object.keys(values);
  const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  return Number(box.other.prepare(sql).run(...Object.values(values)).lastInsertRowid);
}

export function insertSnapshot(box: TestBox, at: number, values: Values = {}): number {
  const inventory_json = '{"Mango":3,"Passion Fruit":2}';
  const row = { timestamp_utc: at, frame_number: null, total_items: 5, inventory_json, ...values };
  return insertInventory(box, 'inventory_snapshots', row);
}

export function insertSale(box: TestBox, at: number, values: Values = {}): number {
  return insertInventory(box, 'sales_log', {
    timestamp_utc: at,
    timestamp_est: '2026-11-20 07:00:00 AM EST',
    product_name: 'Mango',
    quantity_delta: 3,
    inventory_before: 10,
    inventory_after: 7,
    ...values,
  });
}

export function insertAlert(box: TestBox, at: number, values: Values = {}): number {
  return insertInventory(box, 'alerts_log', {
    timestamp_utc: at,
    timestamp_est: '2026-11-20 07:00:00 AM EST',
    alert_type: 'low_stock',
    product_name: 'Mango',
    severity: 'warning',
    message: 'Mango is low: 3 left.',
    metadata_json: '{"count":3}',
    ...values,
  });
}

export function insertFreshness(box: TestBox, product: string, seen: number, values: Values = {}): number {
  const row = { product_name: product, first_seen_utc: seen - 60, last_seen_utc: seen, ...values };
  return insertInventory(box, 'product_freshness', row);
}
