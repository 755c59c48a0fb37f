import type { InventoryNow, InventoryStats } from '../../../contract/inventory-shapes.ts';
import { by, counter, type Family, gauge } from './exposition.ts';
import type { Sold } from './sales-tally.ts';

export function inventoryFamilies(
  inventory: InventoryNow,
  stats: InventoryStats,
  sold: ReadonlyMap<string, Sold>,
  now: Date,
): readonly Family[] {
  const { products } = inventory;
  const names = new Set([...products.map((one) => one.product_name), ...sold.keys()]);
  const soldOf = (figure: keyof Sold) =>
    by(
      'product',
      [...names].map((name) => [name, sold.get(name)?.[figure] ?? 0] as const),
    );
  const seen = products.filter((one) => one.first_seen_utc !== null);
  return [
    gauge(
      'backhaul_inventory_items',
      'Stock of a product, smoothed, as of the last reading.',
      by(
        'product',
        products.map((one) => [one.product_name, one.count] as const),
      ),
    ),
    gauge(
      'backhaul_inventory_age_seconds',
      'Time since a product was first seen.',
      by(
        'product',
        seen.map((one) => [one.product_name, (one.age_days ?? 0) * 86_400] as const),
      ),
    ),
    gauge(
      'backhaul_inventory_expired',
      'Whether a product counts as expired.',
      by(
        'product',
        seen.map((one) => [one.product_name, one.is_expired] as const),
      ),
    ),
    counter('backhaul_inventory_sales_total', 'Sales since the engine began.', soldOf('sales')),
    counter('backhaul_inventory_sold_items_total', 'Items sold since the engine began.', soldOf('items')),
    counter(
      'backhaul_inventory_readings_total',
      'Counts of the shelf that came in since the engine began.',
      stats.readings_received,
    ),
    gauge(
      'backhaul_inventory_last_reading_age_seconds',
      'How old the last count of the shelf is; left out before the first.',
      inventory.read_at_utc === null ? null : Math.max(0, now.getTime() / 1000 - inventory.read_at_utc),
    ),
    gauge('backhaul_inventory_open_alerts', 'Alerts whose cause lasts.', inventory.open_alerts),
    gauge(
      'backhaul_inventory_unacknowledged_alerts',
      'Open alerts that nobody has acknowledged.',
      inventory.unacknowledged_alerts,
    ),
    gauge(
      'backhaul_inventory_stored',
      'Whether snapshots, sales and alerts are being stored.',
      inventory.persistence_enabled && inventory.persistence_fault === null,
    ),
    gauge(
      'backhaul_inventory_rows',
      'Rows that are kept.',
      by('table', [
        ['snapshots', stats.snapshot_count],
        ['freshness', stats.freshness_count],
        ['sales', stats.sales_count],
        ['alerts', stats.alerts_count],
      ]),
    ),
  ];
}
