import { type AlertState, noAlert } from './rules/alerts.ts';
import type { FreshnessState } from './rules/freshness.ts';
import { noSales, type SalesState } from './rules/sales.ts';

/** What is remembered of one product between two readings. */
export interface ProductState {
  /** the last readings, the oldest first */
  readings: number[];
  /** these, smoothed */
  count: number;
  freshness: FreshnessState | null;
  isExpired: boolean;
  sales: SalesState;
  lowStock: AlertState;
  expiration: AlertState;
}

/** Everything that a later reading builds on. It is stored with the readings it follows from (SPEC 9). */
export interface TrackerState {
  /** time of the last reading, by the detector's clock where it says one; epoch milliseconds */
  readAtMs: number | null;
  /** when it came, by this box's clock */
  arrivedAtMs: number | null;
  frameNumber: number | null;
  snapshotAtMs: number | null;
  readings: number;
  products: Map<string, ProductState>;
}

export function emptyState(): TrackerState {
  return {
    ...{ readAtMs: null, arrivedAtMs: null, frameNumber: null, snapshotAtMs: null, readings: 0 },
    products: new Map(),
  };
}

export function newProduct(): ProductState {
  return {
    ...{ readings: [], count: 0, freshness: null, isExpired: false },
    ...{ sales: noSales, lowStock: noAlert, expiration: noAlert },
  };
}

/**
 * The clock of the readings was set back: what lies after its new time counts as being now, so that no pause lasts
 * longer than it should.
 */
export function setBack(state: TrackerState, atMs: number): void {
  const before = (ms: number | null): number | null => (ms === null ? null : Math.min(ms, atMs));
  const alert = (one: AlertState): AlertState =>
    one.last === null ? one : { ...one, last: { ...one.last, atMs: Math.min(one.last.atMs, atMs) } };
  state.snapshotAtMs = before(state.snapshotAtMs);
  for (const product of state.products.values()) {
    product.sales = { ...product.sales, soldAtMs: before(product.sales.soldAtMs) };
    product.lowStock = alert(product.lowStock);
    product.expiration = alert(product.expiration);
    if (product.freshness === null) continue;
    const { firstSeenMs, lastSeenMs, absent } = product.freshness;
    product.freshness = {
      firstSeenMs: Math.min(firstSeenMs, atMs),
      lastSeenMs: Math.min(lastSeenMs, atMs),
      absent,
    };
  }
}
