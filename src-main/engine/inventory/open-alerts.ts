import { type Connection, prepared } from '../storage/service.ts';
import type { Severity } from './rules/alerts.ts';
import type { AlertType } from './step-reading.ts';
import type { TrackedProducts } from './tracked-products.ts';
import type { TrackerState } from './tracker-state.ts';

/** An alert whose cause lasts, as far as its row says. */
export interface OpenAlert {
  readonly id: number;
  readonly type: AlertType;
  /** as it is written there, which may be another name of the product */
  readonly name: string;
  readonly severity: Severity;
}

/** What another program wrote as metadata may be no object. */
const metadata = `CASE WHEN json_valid(metadata_json) AND json_type(metadata_json) = 'object'
  THEN metadata_json ELSE '{}' END`;

export function openAlerts(db: Connection): OpenAlert[] {
  const sql = `SELECT id, alert_type AS type, product_name AS name, severity FROM alerts_log
    WHERE alert_type IN ('low_stock', 'expiration') AND severity IN ('warning', 'critical')
      AND json_extract(${metadata}, '$.resolved_utc') IS NULL`;
  return prepared(db, sql).all() as OpenAlert[];
}

/** Inside a write transaction: their cause is gone. @returns their ids */
export function closeAlerts(db: Connection, alerts: readonly OpenAlert[], atMs: number): number[] {
  const sql = `UPDATE alerts_log SET metadata_json = json_set(${metadata}, '$.resolved_utc', ?) WHERE id = ?`;
  for (const { id } of alerts) prepared(db, sql).run(atMs / 1000, id);
  return alerts.map(({ id }) => id);
}

/** Rows that say open of what is not followed as open: an older state of the table came back with a backup. */
export function strayAlerts(db: Connection, state: TrackerState, products: TrackedProducts): OpenAlert[] {
  return openAlerts(db).filter(({ type, name, severity }) => {
    const product = state.products.get(products.nameOf(name));
    const followed = type === 'low_stock' ? product?.lowStock : product?.expiration;
    return !followed?.open.includes(severity);
  });
}
