import type { Config } from '../config/load-config.ts';
import { type AlertStep, type Severity, stepAlert, stockSeverity } from './rules/alerts.ts';
import { isExpired, isGone, stepFreshness } from './rules/freshness.ts';
import { type OwedSale, stepSales } from './rules/sales.ts';
import { smoothed } from './rules/smoothing.ts';
import type { TrackedProducts } from './tracked-products.ts';
import {
  comeBack,
  leap,
  newProduct,
  type ProductState,
  setBack,
  type TrackerState,
} from './tracker-state.ts';

/** One `inventory` message. */
export interface Reading {
  /** epoch milliseconds, by the detector's clock or by this box's */
  readonly atMs: number;
  readonly arrivedAtMs: number;
  readonly frameNumber: number | null;
  readonly counts: Readonly<Record<string, number>>;
}

export type AlertType = 'low_stock' | 'expiration';

export interface NewAlert {
  readonly atMs: number;
  readonly type: AlertType;
  readonly product: string;
  readonly severity: Severity;
  readonly message: string;
  readonly metadata: Readonly<Record<string, number>>;
}

/** Where the effects of a reading go, in the order they happen. */
export interface Effects {
  snapshot(atMs: number, frameNumber: number | null, counts: Readonly<Record<string, number>>): void;
  freshness(product: string, state: ProductState, expirationDays: number, atMs: number): void;
  sale(atMs: number, product: string, sale: OwedSale): void;
  alert(alert: NewAlert): void;
  /** the alerts of this kind that are open have lost their cause */
  resolve(atMs: number, type: AlertType, product: string, severity: Severity): void;
}

export interface StepRules {
  readonly config: Config['inventory'];
  readonly products: TrackedProducts;
}

/** Readings that overtook each other count as being at the time of the last one. */
const overtakenWithinMs = 60_000;
const mostProducts = 1000;
const dayMs = 86_400_000;
const lowStockConfirmations = 2;

/** Takes a reading into account (SPEC 9): changes the state and tells the effects. */
export function stepReading(state: TrackerState, reading: Reading, rules: StepRules, effects: Effects): void {
  const atMs = timeOf(state, reading.atMs);
  const { config, products } = rules;
  state.readAtMs = atMs;
  state.arrivedAtMs = reading.arrivedAtMs;
  state.frameNumber = reading.frameNumber;
  state.readings += 1;
  const counts = products.countsOf(reading.counts);
  for (const name of counts.keys()) if (!state.products.has(name)) state.products.set(name, newProduct());
  const absenceMs = config.absence_minutes * 60_000;
  for (const [name, product] of state.products) {
    product.readings = [...product.readings, counts.get(name) ?? 0].slice(-config.smoothing_window);
    product.count = smoothed(product.readings, config.smoothing_method);
    product.freshness = stepFreshness(product.freshness, product.count, atMs, absenceMs);
  }
  dropLongestGone(state, atMs, effects);
  const due =
    state.snapshotAtMs === null || atMs - state.snapshotAtMs >= Math.round(config.snapshot_interval * 1000);
  if (!due) return;
  state.snapshotAtMs = atMs;
  takeSnapshot(state, atMs, rules, effects);
}

/** A box without a battery begins in 1970. */
const clockWasNeverSetBeforeMs = Date.UTC(2000, 0, 1);

function timeOf(state: TrackerState, atMs: number): number {
  const { readAtMs } = state;
  const wasNeverSet = state.setBack === null && readAtMs !== null && readAtMs < clockWasNeverSetBeforeMs;
  if (wasNeverSet && atMs >= clockWasNeverSetBeforeMs) leap(state, atMs - readAtMs);
  if (state.readAtMs === null || atMs >= state.readAtMs) {
    comeBack(state, atMs);
    return atMs;
  }
  if (state.readAtMs - atMs <= overtakenWithinMs) return state.readAtMs;
  setBack(state, atMs);
  return atMs;
}

/** Where all names are tracked a detector that makes up names must not fill the memory. */
function dropLongestGone(state: TrackerState, atMs: number, effects: Effects): void {
  if (state.products.size <= mostProducts) return;
  const names = [...state.products.keys()];
  const lastSeen = (name: string): number => state.products.get(name)?.freshness?.lastSeenMs ?? 0;
  names.sort((one, other) => lastSeen(one) - lastSeen(other));
  for (const name of names.slice(0, names.length - mostProducts)) letGo(state, name, atMs, effects);
}

function takeSnapshot(state: TrackerState, atMs: number, rules: StepRules, effects: Effects): void {
  const entries = [...state.products].sort(([one], [other]) => rules.products.compare(one, other));
  effects.snapshot(
    atMs,
    state.frameNumber,
    Object.fromEntries(entries.map(([name, { count }]) => [name, count])),
  );
  for (const [name, product] of entries) {
    const { state: sales, sale } = stepSales(product.sales, product.count, atMs, {
      minDelta: rules.config.sale_min_delta,
      cooldownMs: rules.config.sale_cooldown_seconds * 1000,
    });
    product.sales = sales;
    if (sale !== null) effects.sale(atMs, name, sale);
    watchStock(name, product, atMs, rules, effects);
    watchAge(name, product, atMs, rules, effects);
  }
}

function watchStock(
  name: string,
  product: ProductState,
  atMs: number,
  rules: StepRules,
  effects: Effects,
): void {
  const threshold = rules.products.thresholdOf(name);
  const { count } = product;
  const step = stepAlert(product.lowStock, stockSeverity(count, threshold), atMs, {
    confirmations: lowStockConfirmations,
    cooldownMs: rules.config.alert_cooldown_minutes * 60_000,
  });
  product.lowStock = step.state;
  const left = count === 0 ? 'none is left' : `only ${count} left`;
  tell(step, effects, {
    ...{ atMs, type: 'low_stock', product: name },
    message: `${name}: ${left} (low at ${threshold})`,
    metadata: { count, threshold },
  });
}

/** Whether it is past its days, and the warning that goes with it while it is on the shelf. */
export function watchAge(
  name: string,
  product: ProductState,
  atMs: number,
  { config, products }: StepRules,
  effects: Effects,
): void {
  const { freshness } = product;
  if (freshness === null) return;
  const days = products.expirationDaysOf(name);
  product.isExpired = isExpired(freshness, atMs, days);
  effects.freshness(name, product, days, atMs);
  const gone = isGone(freshness, atMs, config.absence_minutes * 60_000);
  const step = stepAlert(product.expiration, product.isExpired && !gone ? 'warning' : null, atMs, {
    confirmations: 1,
    cooldownMs: config.alert_cooldown_minutes * 60_000,
  });
  product.expiration = step.state;
  const age = Math.floor(((atMs - freshness.firstSeenMs) / dayMs) * 10) / 10;
  tell(step, effects, {
    ...{ atMs, type: 'expiration', product: name },
    message: `${name}: expired, first seen ${age} days ago (good for ${days})`,
    metadata: { age_days: age, expiration_days: days, first_seen_utc: freshness.firstSeenMs / 1000 },
  });
}

function tell({ raised, resolved }: AlertStep, effects: Effects, alert: Omit<NewAlert, 'severity'>): void {
  for (const severity of resolved) effects.resolve(alert.atMs, alert.type, alert.product, severity);
  if (raised !== null) effects.alert({ ...alert, severity: raised });
}

/** A product that is tracked no more: its open alerts have lost their cause. */
export function forgetUntracked(
  state: TrackerState,
  products: TrackedProducts,
  atMs: number,
  effects: Effects,
): void {
  for (const name of state.products.keys()) if (!products.tracks(name)) letGo(state, name, atMs, effects);
}

function letGo(state: TrackerState, name: string, atMs: number, effects: Effects): void {
  const product = state.products.get(name);
  if (product === undefined) return;
  for (const severity of product.lowStock.open) effects.resolve(atMs, 'low_stock', name, severity);
  for (const severity of product.expiration.open) effects.resolve(atMs, 'expiration', name, severity);
  state.products.delete(name);
}
