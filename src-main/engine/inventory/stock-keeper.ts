import type { AlertRow, InventoryNow, ProductStock } from '../../contract/inventory-shapes.ts';
import type { InventoryMessage, ReadingKeeper, ReadingOutcome } from '../capture/service.ts';
import type { Config } from '../config/load-config.ts';
import { type Connection, type Storage, utcText } from '../storage/service.ts';
import { displayTime } from './display-time.ts';
import { createKnownReadings, type KnownReadings } from './known-readings.ts';
import { createLiveRows, type LiveRows, newestAndOpen, resolvedAt } from './live-rows.ts';
import { closeAlerts, strayAlerts } from './open-alerts.ts';
import { stockSeverity } from './rules/alerts.ts';
import { isExpired } from './rules/freshness.ts';
import {
  type Effects,
  forgetUntracked,
  type Reading,
  type StepRules,
  stepReading,
  watchAge,
} from './step-reading.ts';
import { trackedProducts } from './tracked-products.ts';
import { emptyState, type ProductState, type TrackerState } from './tracker-state.ts';
import { loadAlerts, loadTracker, saveTracker } from './tracker-store.ts';
import { writeEffects } from './write-effects.ts';

export interface StockKeeperOptions {
  readonly storage: Storage;
  readonly config: Config['inventory'];
  readonly now: () => Date;
}

/** Keeps the stock: takes readings inside capture's transactions, and says how the shelf stands (SPEC 9). */
export interface StockKeeper extends ReadingKeeper {
  view(): InventoryNow;
  /** readings ever, as far as they led to what is stored */
  received(): number;
  /** what is said where nothing is stored; null where it is */
  readonly liveRows: LiveRows | null;
  /** a person has seen it */
  acknowledged(id: number): void;
  /** rows came back, or the file was replaced */
  recovered(): void;
  /** what the tables hold was changed beside it */
  reload(): void;
  watchAges(): Promise<void>;
}

const mostAlertsRead = 5000;
/** Readings name the time; without any for so long time goes on by this box's clock. */
const readingsTellTimeForMs = 60_000;
const dayMs = 86_400_000;

export function createStockKeeper(options: StockKeeperOptions): StockKeeper {
  return new TransactionalKeeper(options);
}

class TransactionalKeeper implements StockKeeper {
  readonly liveRows: LiveRows | null;
  readonly #options: StockKeeperOptions;
  readonly #rules: StepRules;
  readonly #known: KnownReadings;
  readonly #display: (epochMs: number) => string;
  /** what is stored leads to; null when it must be read again */
  #kept: TrackerState | null = null;
  /** the same and what came since: goes on where nothing can be stored */
  #live: TrackerState = emptyState();
  #recent: AlertRow[] = [];
  #pending: ((recent: AlertRow[]) => AlertRow[])[] = [];
  #stopReason: string | null = null;
  #dirty = false;
  #loaded = false;

  constructor(options: StockKeeperOptions) {
    this.#options = options;
    this.#known = createKnownReadings(Math.round(options.config.snapshot_interval * 1000));
    this.#rules = { config: options.config, products: trackedProducts(options.config) };
    this.#display = displayTime(options.config.timezone);
    this.liveRows = options.config.enable_persistence
      ? null
      : createLiveRows(this.#display, this.#rules.products.nameOf);
  }

  seen(message: InventoryMessage): void {
    this.#ensureLoaded();
    const nowMs = this.#options.now().getTime();
    stepReading(this.#live, readingOf(message, nowMs), this.#rules, this.liveRows?.effects ?? untold);
  }

  apply(db: Connection, sender: object, message: InventoryMessage, nowMs: number): ReadingOutcome {
    if (!this.#options.config.enable_persistence) return 'new';
    const { timestampMs, frame_number: frameNumber, counts } = message;
    const what = this.#known.take(db, sender, { timestampMs, frameNumber, counts });
    if (what !== 'new') return what;
    const effects = this.#storedEffects(db, nowMs);
    const kept = this.#keptIn(db, message.timestampMs ?? nowMs, effects);
    stepReading(kept, readingOf(message, nowMs), this.#rules, effects);
    this.#dirty = true;
    return 'new';
  }

  save(db: Connection): void {
    if (this.#dirty && this.#kept !== null) saveTracker(db, this.#kept, utcText(this.#options.now()));
  }

  committed(): void {
    this.#known.committed();
    if (this.#dirty && this.#kept !== null) this.#live = structuredClone(this.#kept);
    this.#dirty = false;
    for (const change of this.#pending.splice(0)) this.#recent = newestAndOpen(change(this.#recent));
  }

  forget(): void {
    this.#known.forget();
    this.#kept = null;
    this.#dirty = false;
    this.#pending = [];
  }

  stopped(reason: string | null): void {
    this.#stopReason = reason;
  }

  received(): number {
    this.#ensureLoaded();
    return this.#live.readings;
  }

  acknowledged(id: number): void {
    this.#recent = this.#recent.map((row) => (row.id === id ? { ...row, acknowledged: true } : row));
  }

  recovered(): void {
    // Alerts that came back open and are not followed as open are ended with what is read next.
    if (!this.#dirty) this.#kept = null;
    if (this.#loaded) this.#readAlerts();
  }

  reload(): void {
    this.#kept = null;
    this.#loaded = false;
  }

  async watchAges(): Promise<void> {
    const { storage, now, config } = this.#options;
    if (
      !config.enable_persistence ||
      storage.readOnlyReason !== null ||
      this.#silentMs() <= readingsTellTimeForMs
    )
      return;
    try {
      await storage.transaction((db) => {
        const nowMs = now().getTime();
        const atMs = this.#timeNow();
        const effects = this.#storedEffects(db, nowMs);
        for (const [name, product] of this.#keptIn(db, atMs, effects).products)
          watchAge(name, product, atMs, this.#rules, effects);
        this.#dirty = true;
        this.save(db);
      });
      this.committed();
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** What is stored leads to, without what is tracked no more. */
  #keptIn(db: Connection, atMs: number, effects: Effects): TrackerState {
    if (this.#kept !== null) return this.#kept;
    this.#kept = loadTracker(db, this.#rules.products);
    forgetUntracked(this.#kept, this.#rules.products, atMs, effects);
    this.#noteResolved(closeAlerts(db, strayAlerts(db, this.#kept, this.#rules.products), atMs), atMs / 1000);
    return this.#kept;
  }

  view(): InventoryNow {
    this.#ensureLoaded();
    const { storage, config } = this.#options;
    const { readAtMs, frameNumber, snapshotAtMs, products } = this.#live;
    const atMs = this.#timeNow();
    const rows = [...products]
      .filter(([name]) => this.#rules.products.tracks(name))
      .sort(([one], [other]) => this.#rules.products.compare(one, other))
      .map(([name, product]) => this.#productRow(name, product, atMs));
    const alerts = this.liveRows?.recentAlerts() ?? this.#recent;
    const open = alerts.filter((row) => row.resolved_utc === null);
    return {
      persistence_enabled: config.enable_persistence,
      persistence_fault: config.enable_persistence ? (storage.readOnlyReason ?? this.#stopReason) : null,
      read_at_utc: readAtMs === null ? null : readAtMs / 1000,
      frame_number: frameNumber,
      snapshot_at_utc: snapshotAtMs === null ? null : snapshotAtMs / 1000,
      total_items: rows.reduce((sum, { count }) => sum + count, 0),
      products: rows,
      open_alerts: open.length,
      unacknowledged_alerts: open.filter((row) => !row.acknowledged).length,
      alerts: [...alerts],
      time_zone: config.timezone,
    };
  }

  #productRow(name: string, product: ProductState, atMs: number): ProductStock {
    const { freshness, count } = product;
    const threshold = this.#rules.products.thresholdOf(name);
    const days = this.#rules.products.expirationDaysOf(name);
    const age = freshness === null ? null : Math.max(0, (atMs - freshness.firstSeenMs) / dayMs);
    const severity = stockSeverity(count, threshold);
    return {
      product_name: name,
      count,
      level: severity === 'critical' ? 'out' : severity === 'warning' ? 'low' : 'enough',
      low_stock_threshold: threshold,
      first_seen_utc: freshness && freshness.firstSeenMs / 1000,
      last_seen_utc: freshness && freshness.lastSeenMs / 1000,
      age_days: age,
      days_left: age === null ? null : days - age,
      is_expired: isExpired(freshness, atMs, days),
      expiration_days: days,
    };
  }

  #timeNow(): number {
    const { readAtMs } = this.#live;
    const silentMs = this.#silentMs();
    if (readAtMs === null) return this.#options.now().getTime();
    return silentMs > readingsTellTimeForMs ? readAtMs + silentMs : readAtMs;
  }

  /** since the last reading came; 0 before the first */
  #silentMs(): number {
    const { readAtMs, arrivedAtMs } = this.#live;
    const at = arrivedAtMs ?? readAtMs;
    return at === null ? 0 : Math.max(0, this.#options.now().getTime() - at);
  }

  #ensureLoaded(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    if (!this.#options.config.enable_persistence) return;
    try {
      this.#live = loadTracker(this.#options.storage.reader, this.#rules.products);
    } catch {
      // What cannot be read now is read with the next transaction; the live view begins anew meanwhile.
    }
    this.#readAlerts();
  }

  #readAlerts(): void {
    if (!this.#options.config.enable_persistence) return;
    try {
      const rows = loadAlerts(this.#options.storage.reader, mostAlertsRead);
      this.#recent = newestAndOpen(rows);
    } catch {
      // They stay as they were.
    }
  }

  #storedEffects(db: Connection, nowMs: number): Effects {
    return writeEffects(db, utcText(new Date(nowMs)), this.#display, this.#rules.products, {
      onAlert: (row) => this.#pending.push((recent) => [row, ...recent]),
      onResolved: (ids, atUtc) => this.#noteResolved(ids, atUtc),
    });
  }

  #noteResolved(ids: readonly number[], atUtc: number): void {
    this.#pending.push((recent) =>
      recent.map((row) => (ids.includes(row.id) ? resolvedAt(row, atUtc) : row)),
    );
  }
}

/** What follows from readings beyond the shelf itself is told of when it is stored. */
const untold: Effects = (() => {
  const nothing = (): void => undefined;
  return { snapshot: nothing, freshness: nothing, sale: nothing, alert: nothing, resolve: nothing };
})();

function readingOf({ timestampMs, frame_number, counts }: InventoryMessage, nowMs: number): Reading {
  return { atMs: timestampMs ?? nowMs, arrivedAtMs: nowMs, frameNumber: frame_number, counts };
}
