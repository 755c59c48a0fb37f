import type { AlertRow } from '../../contract/inventory-shapes.ts';
import { type Connection, prepared } from '../storage/service.ts';
import { closeAlerts, openAlerts } from './open-alerts.ts';
import type { Effects } from './step-reading.ts';
import type { TrackedProducts } from './tracked-products.ts';

/** Writes the effects of readings into the tables, inside a write transaction (SPEC 9). */
export function writeEffects(
  db: Connection,
  now: string,
  display: (epochMs: number) => string,
  products: TrackedProducts,
  heard: { onAlert(row: AlertRow): void; onResolved(ids: readonly number[], atUtc: number): void },
): Effects {
  return {
    snapshot(atMs, frameNumber, counts) {
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      prepared(
        db,
        `INSERT INTO inventory_snapshots (timestamp_utc, frame_number, total_items, inventory_json, created_at)
         VALUES (?, ?, ?, ?, ?)`,
      ).run(atMs / 1000, frameNumber, total, JSON.stringify(counts), now);
    },
    freshness(product, { freshness, isExpired }, expirationDays) {
      if (freshness === null) return;
      const row = {
        ...{ product, first: freshness.firstSeenMs / 1000, last: freshness.lastSeenMs / 1000 },
        ...{ expired: Number(isExpired), days: expirationDays, now },
      };
      // A table that another program made may have no key, which ON CONFLICT would ask for.
      prepared(
        db,
        `UPDATE product_freshness SET (first_seen_utc, last_seen_utc, is_expired, expiration_days, updated_at)
           = (@first, @last, @expired, @days, @now) WHERE product_name = @product AND (first_seen_utc IS NOT @first
           OR last_seen_utc IS NOT @last OR is_expired IS NOT @expired OR expiration_days IS NOT @days)`,
      ).run(row);
      prepared(
        db,
        `INSERT INTO product_freshness
           (product_name, first_seen_utc, last_seen_utc, is_expired, expiration_days, updated_at, created_at)
         SELECT @product, @first, @last, @expired, @days, @now, @now
         WHERE NOT EXISTS (SELECT 1 FROM product_freshness WHERE product_name = @product)`,
      ).run(row);
    },
    sale(atMs, product, { quantity, before, after }) {
      prepared(
        db,
        `INSERT INTO sales_log (timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before,
           inventory_after, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(atMs / 1000, display(atMs), product, quantity, before, after, now);
    },
    alert({ atMs, type, product, severity, message, metadata }) {
      const { lastInsertRowid } = prepared(
        db,
        `INSERT INTO alerts_log (timestamp_utc, timestamp_est, alert_type, product_name, severity, message,
           metadata_json, acknowledged, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`,
      ).run(atMs / 1000, display(atMs), type, product, severity, message, JSON.stringify(metadata), now);
      heard.onAlert({
        id: Number(lastInsertRowid),
        ...{
          timestamp_utc: atMs / 1000,
          timestamp_est: display(atMs),
          alert_type: type,
          product_name: product,
        },
        ...{ severity, message, metadata, acknowledged: false, resolved_utc: null, created_at: now },
      });
    },
    resolve(atMs, type, product, severity) {
      const own = openAlerts(db).filter(
        (one) => one.type === type && one.severity === severity && products.nameOf(one.name) === product,
      );
      heard.onResolved(closeAlerts(db, own, atMs), atMs / 1000);
    },
  };
}
