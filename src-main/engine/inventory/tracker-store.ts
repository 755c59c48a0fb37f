import type { AlertRow } from '../../contract/inventory-shapes.ts';
import { type Connection, prepared } from '../storage/service.ts';
import { alertColumns, toAlert } from './read-rows.ts';
import type { Severity } from './rules/alerts.ts';
import { noSales } from './rules/sales.ts';
import type { TrackedProducts } from './tracked-products.ts';
import { emptyState, newProduct, type ProductState, type TrackerState } from './tracker-state.ts';

const version = 1;

/** What the readings that are stored have led to; made from the tables where it was not kept (an older inventory). */
export function loadTracker(db: Connection, products: TrackedProducts): TrackerState {
  const row = prepared(db, 'SELECT state FROM inventory_tracker WHERE id = 1').get() as
    | { state: string }
    | undefined;
  return (row && parsedState(row.state, products)) ?? stateOfTables(db, products);
}

/** Beside the rows that follow from it, in one transaction. */
export function saveTracker(db: Connection, state: TrackerState, now: string): void {
  const text = JSON.stringify({ version, ...state, products: [...state.products] });
  prepared(
    db,
    `INSERT INTO inventory_tracker (id, state, updated_at) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
  ).run(text, now);
}

/** Null for what another version or a damaged page left there. */
function parsedState(text: string, products: TrackedProducts): TrackerState | null {
  try {
    const { version: of, ...state } = JSON.parse(text) as { version: number } & Omit<
      TrackerState,
      'products'
    > & {
        products: [string, ProductState][];
      };
    if (of !== version) return null;
    return { ...emptyState(), ...state, products: byPresentName(state.products, products) };
  } catch {
    return null;
  }
}

/** A product that was given a new name and kept the old one beside it is the same one. */
function byPresentName(
  kept: readonly (readonly [string, ProductState])[],
  products: TrackedProducts,
): Map<string, ProductState> {
  const byName = new Map<string, ProductState>();
  for (const [name, product] of kept) {
    const present = products.nameOf(name);
    if (present === name || !byName.has(present)) byName.set(present, product);
  }
  return byName;
}

interface FreshnessRow {
  readonly product_name: string;
  readonly first_seen_utc: number;
  readonly last_seen_utc: number;
  readonly is_expired: number;
}

/** An older program may have kept a product under another of its names. */
function stateOfTables(db: Connection, products: TrackedProducts): TrackerState {
  const state = emptyState();
  const product = (written: string): ProductState => {
    const name = products.nameOf(written);
    const known = state.products.get(name) ?? newProduct();
    state.products.set(name, known);
    return known;
  };
  const last = prepared(
    db,
    `SELECT CAST(timestamp_utc AS REAL) AS timestamp_utc, inventory_json FROM inventory_snapshots
     WHERE ${isPossible('timestamp_utc')} ORDER BY timestamp_utc DESC, id DESC LIMIT 1`,
  ).get() as { timestamp_utc: number; inventory_json: string } | undefined;
  if (last !== undefined) {
    state.snapshotAtMs = Math.round(last.timestamp_utc * 1000);
    state.readAtMs = state.snapshotAtMs;
    for (const [name, count] of countsIn(last.inventory_json)) {
      const one = product(name);
      one.count += count;
      one.readings = [one.count];
      one.sales = { ...noSales, baseline: one.count };
    }
  }
  const seen = prepared(
    db,
    `SELECT product_name, CAST(first_seen_utc AS REAL) AS first_seen_utc,
       CAST(last_seen_utc AS REAL) AS last_seen_utc, CAST(is_expired AS INTEGER) AS is_expired
     FROM product_freshness WHERE ${isPossible('first_seen_utc')} AND ${isPossible('last_seen_utc')}`,
  ).all() as FreshnessRow[];
  for (const row of seen) {
    const one = product(row.product_name);
    const [firstSeenMs, lastSeenMs] = [row.first_seen_utc, row.last_seen_utc].map((at) =>
      Math.round(at * 1000),
    );
    const before = one.freshness;
    one.freshness = {
      firstSeenMs: Math.min(firstSeenMs ?? 0, before?.firstSeenMs ?? Number.POSITIVE_INFINITY),
      lastSeenMs: Math.max(lastSeenMs ?? 0, before?.lastSeenMs ?? 0),
      absent: one.count === 0,
    };
    one.isExpired ||= row.is_expired === 1;
  }
  restoreSales(db, product);
  restoreAlerts(db, product);
  return state;
}

/** What another program wrote as a time may be anything. */
function isPossible(column: string): string {
  return `${column} BETWEEN 1 AND 253402300799`;
}

function restoreSales(db: Connection, product: (name: string) => ProductState): void {
  const sql = `SELECT product_name, max(CAST(timestamp_utc AS REAL)) AS at FROM sales_log
    WHERE ${isPossible('timestamp_utc')} GROUP BY product_name`;
  for (const { product_name, at } of prepared(db, sql).all() as { product_name: string; at: number }[]) {
    const one = product(product_name);
    one.sales = { ...one.sales, soldAtMs: Math.max(Math.round(at * 1000), one.sales.soldAtMs ?? 0) };
  }
}

const fields: ReadonlyMap<string, 'lowStock' | 'expiration'> = new Map([
  ['low_stock', 'lowStock'],
  ['expiration', 'expiration'],
]);

function restoreAlerts(db: Connection, product: (name: string) => ProductState): void {
  const sql = `SELECT ${alertColumns} FROM alerts_log WHERE ${isPossible('timestamp_utc')}
    ORDER BY timestamp_utc, id`;
  for (const row of prepared(db, sql).iterate() as Iterable<Parameters<typeof toAlert>[0]>) {
    const { alert_type, product_name, severity, timestamp_utc, resolved_utc } = toAlert(row);
    if (!(severity === 'warning' || severity === 'critical')) continue;
    const field = fields.get(alert_type);
    if (field === undefined) continue;
    const one = product(product_name);
    const before = one[field];
    one[field] = {
      confirmations: resolved_utc === null ? 2 : 0,
      open:
        resolved_utc === null
          ? withOne(before.open, severity)
          : before.open.filter((open) => open !== severity),
      last: { severity, atMs: Math.round(Number(timestamp_utc) * 1000) },
    };
  }
}

function withOne(open: readonly Severity[], severity: Severity): readonly Severity[] {
  return open.includes(severity) ? open : [...open, severity];
}

function countsIn(json: string): [string, number][] {
  try {
    return Object.entries(JSON.parse(json) as Record<string, unknown>).flatMap(([name, count]) =>
      typeof count === 'number' && Number.isInteger(count) && count >= 0
        ? [[name, count] as [string, number]]
        : [],
    );
  } catch {
    return [];
  }
}

/** The newest alerts. */
export function loadAlerts(db: Connection, most: number): AlertRow[] {
  const sql = `SELECT ${alertColumns} FROM alerts_log ORDER BY timestamp_utc DESC, id DESC LIMIT ?`;
  return (prepared(db, sql).all(most) as Parameters<typeof toAlert>[0][]).map(toAlert);
}
