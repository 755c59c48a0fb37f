import type { AlertRow, InventoryImport, InventoryNow, SaleRow } from '../contract/inventory-shapes.ts';
import { storeTime } from '../engine/time/store-time.ts';
import { formatTable, printable } from './output.ts';

/** Stock now, for people. */
export function describeStock(now: InventoryNow): string {
  const { products, persistence_fault, persistence_enabled, read_at_utc, time_zone } = now;
  const words = [
    read_at_utc === null
      ? 'No reading has come yet.'
      : `Read ${clock(read_at_utc, time_zone)}: ${now.total_items} items.`,
    `Alerts: ${now.open_alerts} open, ${now.unacknowledged_alerts} not yet seen.`,
    ...(persistence_enabled ? [] : ['Nothing is stored: inventory.enable_persistence is false.']),
    ...(persistence_fault === null ? [] : [`Nothing can be stored now: ${printable(persistence_fault)}`]),
  ].join('\n');
  if (products.length === 0) return words;
  const table = formatTable(
    ['product', 'count', 'level', 'low at', 'last seen'],
    products.map((product) => [
      product.product_name,
      product.count,
      product.level,
      product.low_stock_threshold,
      product.last_seen_utc === null ? 'never' : clock(product.last_seen_utc, time_zone),
    ]),
  );
  return `${table}\n\n${words}`;
}

/** Ages and days left, for people. */
export function describeFreshness({ products, time_zone }: InventoryNow): string {
  const seen = products.filter(({ first_seen_utc }) => first_seen_utc !== null);
  if (seen.length === 0) return 'No product has been seen yet.';
  return formatTable(
    ['product', 'state', 'age in days', 'days left', 'first seen', 'last seen'],
    seen.map((product) => [
      product.product_name,
      product.is_expired ? 'expired' : 'fresh',
      product.age_days?.toFixed(1) ?? '',
      product.days_left?.toFixed(1) ?? '',
      clock(product.first_seen_utc, time_zone),
      clock(product.last_seen_utc, time_zone),
    ]),
  );
}

/** Sales, for people. */
export function describeSales(sales: readonly SaleRow[], timeZone: string): string {
  if (sales.length === 0) return 'No such sale.';
  return formatTable(
    ['time', 'product', 'sold', 'before', 'after', 'id'],
    sales.map((sale) => [
      clock(sale.timestamp_utc, timeZone),
      sale.product_name,
      sale.quantity_delta,
      sale.inventory_before,
      sale.inventory_after,
      String(sale.id),
    ]),
  );
}

/** Alerts, for people. */
export function describeAlerts(alerts: readonly AlertRow[], timeZone: string): string {
  if (alerts.length === 0) return 'No such alert.';
  return formatTable(
    ['id', 'time', 'severity', 'product', 'state', 'seen', 'message'],
    alerts.map((alert) => [
      String(alert.id),
      clock(alert.timestamp_utc, timeZone),
      alert.severity,
      alert.product_name,
      alert.resolved_utc === null ? 'open' : 'resolved',
      alert.acknowledged ? 'yes' : 'no',
      alert.message,
    ]),
  );
}

/** An alert that was just noted as seen, for people. */
export function describeAcknowledged({ id, product_name, message, resolved_utc }: AlertRow): string {
  const words = printable(message).trim() || product_name;
  const end = /[.!?]$/.test(words) ? '' : '.';
  const state = resolved_utc === null ? 'It stays open until its cause is gone.' : 'It is resolved.';
  return `Alert ${id} is noted as seen: ${words}${end} ${state}`;
}

/** What was imported, for people. */
export function describeImport({ file, finished, tables }: InventoryImport): string {
  const table = formatTable(
    ['table', 'imported', 'already here', 'left out', 'in part', 'why'],
    Object.entries(tables).map(([name, { imported, already_there, left_out, in_part, reason }]) => [
      name,
      imported,
      already_there,
      left_out,
      in_part,
      reason ?? '',
    ]),
  );
  const end = finished
    ? `${file} was imported; it was not changed.`
    : `The import of ${file} was ended; the next one goes on there.`;
  return `${table}\n\n${end}`;
}

function clock(epochSeconds: number | null, timeZone: string): string {
  if (epochSeconds === null) return '';
  return storeTime(timeZone).fromEpochMs(Math.floor(epochSeconds) * 1000) ?? '';
}
