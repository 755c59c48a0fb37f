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

/** A clock that was set back: what is needed should that have been the mistake. */
interface SetBack {
  readonly fromMs: number;
  readonly toMs: number;
  /** when products were first seen, by their names, where that lies after toMs */
  readonly firstSeenMs: readonly (readonly [product: string, ms: number])[];
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
  /** while the clock of the readings stands before where it was; null else */
  setBack: SetBack | null;
  products: Map<string, ProductState>;
}

export function emptyState(): TrackerState {
  return {
    ...{ readAtMs: null, arrivedAtMs: null, frameNumber: null, snapshotAtMs: null, readings: 0 },
    ...{ setBack: null, products: new Map() },
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
  state.setBack = {
    fromMs: Math.max(state.setBack?.fromMs ?? atMs, state.readAtMs ?? atMs),
    toMs: atMs,
    firstSeenMs: [
      ...[...state.products].flatMap(([name, { freshness }]) =>
        freshness !== null && freshness.firstSeenMs > atMs ? [[name, freshness.firstSeenMs] as const] : [],
      ),
      ...(state.setBack?.firstSeenMs ?? []),
    ],
  };
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

/**
 * The clock of the readings is where it was before it was set back. When it leaps there, setting it back was the
 * mistake (a box without a battery starts in 1970): ages are again what they were, and what was first seen meanwhile is
 * as old as it was then.
 */
export function comeBack(state: TrackerState, atMs: number): void {
  const { setBack: back, readAtMs } = state;
  if (back === null || readAtMs === null || atMs < back.fromMs) return;
  state.setBack = null;
  const leapMs = atMs - readAtMs;
  if (leapMs * 2 <= back.fromMs - back.toMs) return;
  const original = new Map(back.firstSeenMs);
  for (const [name, product] of state.products) {
    if (product.freshness === null || product.freshness.lastSeenMs < back.toMs) continue;
    const { firstSeenMs, lastSeenMs, absent } = product.freshness;
    const moved = firstSeenMs < back.toMs ? firstSeenMs : firstSeenMs + leapMs;
    product.freshness = {
      firstSeenMs: firstSeenMs === back.toMs ? (original.get(name) ?? moved) : moved,
      lastSeenMs: lastSeenMs + leapMs,
      absent,
    };
  }
}

/** The clock of the readings was set for the first time: what was seen before is as old as it was. */
export function leap(state: TrackerState, byMs: number): void {
  for (const product of state.products.values()) {
    if (product.freshness === null) continue;
    const { firstSeenMs, lastSeenMs, absent } = product.freshness;
    product.freshness = { firstSeenMs: firstSeenMs + byMs, lastSeenMs: lastSeenMs + byMs, absent };
  }
}
