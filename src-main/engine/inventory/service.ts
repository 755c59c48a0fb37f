import type {
  AlertRow,
  AlertSelection,
  InventoryNow,
  InventoryStats,
  InventorySummary,
  SaleRow,
  SaleSelection,
  SnapshotRow,
  SnapshotSelection,
  SummarySelection,
} from '../../contract/inventory-shapes.ts';
import type { ReadingKeeper } from '../capture/service.ts';
import type { Config } from '../config/load-config.ts';
import type { Logger } from '../log/logger.ts';
import type { EventHub } from '../rpc/event-hub.ts';
import type { Storage } from '../storage/service.ts';
import { watchChanges } from '../watch-changes.ts';
import { acknowledgeAlert, unknownAlert } from './acknowledge-alert.ts';
import { displayTime } from './display-time.ts';
import { createOlderInventory, type OlderInventory } from './import/older-inventory.ts';
import { readAlerts, readSales, readSnapshots } from './read-rows.ts';
import { createStats } from './stats.ts';
import { createStockKeeper } from './stock-keeper.ts';
import { summarize } from './summary.ts';
import type { Hours, Seconds } from './summary-rows.ts';
import { trackedProducts } from './tracked-products.ts';

export type { OlderInventory } from './import/older-inventory.ts';

export interface InventoryOptions {
  readonly storage: Storage;
  readonly config: Config['inventory'];
  readonly now: () => Date;
}

/** Stock, freshness, sales and alerts of what a detector counts (SPEC 9). */
export interface Inventory {
  /** takes the readings that capture commits */
  readonly readings: ReadingKeeper;
  /** as it stands now, from memory */
  now(): InventoryNow;
  sales(selection: SaleSelection): Promise<SaleRow[]>;
  alerts(selection: AlertSelection): Promise<AlertRow[]>;
  snapshots(selection: SnapshotSelection): Promise<SnapshotRow[]>;
  stats(): Promise<InventoryStats>;
  summary(selection: SummarySelection): Promise<InventorySummary>;
  /** @throws BackhaulError `not_found` */
  acknowledge(id: number): Promise<AlertRow>;
  /** rows came back from a file that was set aside, or the file was replaced */
  recovered(): void;
  /** what the tables hold was changed beside it */
  reload(): void;
  /** products go on ageing while no reading comes; does nothing while they come */
  watchAges(): Promise<void>;
}

export function createInventory({ storage, config, now }: InventoryOptions): Inventory {
  const keeper = createStockKeeper({ storage, config, now });
  const { liveRows } = keeper;
  const stats = createStats({ storage });
  const products = trackedProducts(config);
  return {
    readings: keeper,
    now: () => keeper.view(),
    sales: async (selection) => liveRows?.sales(selection) ?? (await readSales(storage, products, selection)),
    alerts: async (selection) =>
      liveRows?.alerts(selection) ?? (await readAlerts(storage, products, selection)),
    snapshots: (selection) => readSnapshots(storage, products, selection),
    stats: async () => ({
      ...(await stats()),
      ...liveRows?.counts(),
      persistence_enabled: config.enable_persistence,
      readings_received: keeper.received(),
    }),
    summary: (selection) =>
      summarize(
        {
          ...{ storage, now, timeZone: config.timezone, nameOf: products.nameOf },
          tracked: config.products.map(({ name }) => name),
          ...(liveRows !== null && {
            past: (span: Seconds, hours: Hours) => ({
              ...liveRows.summarize(span, hours),
              expiredAtEnd: keeper
                .view()
                .products.filter((one) => one.is_expired)
                .map((one) => one.product_name),
            }),
          }),
        },
        selection,
      ),
    async acknowledge(id) {
      if (liveRows !== null) return liveRows.acknowledge(id) ?? unknownAlert(id);
      const row = await acknowledgeAlert(storage, id);
      keeper.acknowledged(id);
      return row;
    },
    recovered: () => keeper.recovered(),
    reload: () => keeper.reload(),
    watchAges: () => keeper.watchAges(),
  };
}

export interface OpenInventory {
  readonly inventory: Inventory;
  readonly olderInventory: OlderInventory;
}

/** The inventory, and what an older program's file brings into it: as much as possible before capture begins. */
export async function openInventory(
  options: InventoryOptions & { readonly log: Logger },
): Promise<OpenInventory> {
  const { storage, config, log, now } = options;
  const inventory = createInventory(options);
  const olderInventory = createOlderInventory({
    ...{ storage, log, now },
    fillings: {
      displayTime: displayTime(config.timezone),
      expirationDays: config.expiration_days,
    },
    onImported: () => inventory.reload(),
  });
  if (config.enable_persistence) await olderInventory.begin();
  return { inventory, olderInventory };
}

/** Tells of what readings, sales, alerts and acknowledgements change, at most once a second. */
export function watchInventory(
  inventory: Inventory,
  storage: Storage,
  events: EventHub,
  log: Logger,
): { stop(): void } {
  return watchChanges({
    storage: {
      // The live view goes on where nothing is committed.
      changeMark: () => `${storage.changeMark()} ${inventory.now().read_at_utc}`,
    },
    ...{ events, log, name: 'inventory.changed', read: () => Promise.resolve(inventory.now()) },
  });
}
