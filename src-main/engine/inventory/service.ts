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
import type { Config } from '../config/load-config.ts';
import type { Storage } from '../storage/service.ts';
import { readAlerts, readSales, readSnapshots } from './read-rows.ts';
import { createStats } from './stats.ts';
import { summarize } from './summary.ts';

export interface InventoryOptions {
  readonly storage: Storage;
  readonly config: Config['inventory'];
  readonly now: () => Date;
}

/** Stock, freshness, sales and alerts of what a detector counts (SPEC 9). */
export interface Inventory {
  /** as it stands now, from memory */
  now(): InventoryNow;
  sales(selection: SaleSelection): Promise<SaleRow[]>;
  alerts(selection: AlertSelection): Promise<AlertRow[]>;
  snapshots(selection: SnapshotSelection): Promise<SnapshotRow[]>;
  stats(): Promise<InventoryStats>;
  summary(selection: SummarySelection): Promise<InventorySummary>;
  /** @throws BackhaulError `not_found` */
  acknowledge(id: number): Promise<AlertRow>;
}

export function createInventory({ storage, config, now }: InventoryOptions): Inventory {
  const later = (): never => {
    throw new Error(`not built yet ${now().toISOString()} ${config.timezone}`);
  };
  const stats = createStats({ storage });
  return {
    now: later,
    sales: (selection) => readSales(storage, selection),
    alerts: (selection) => readAlerts(storage, selection),
    snapshots: (selection) => readSnapshots(storage, selection),
    stats: async () => ({
      ...(await stats()),
      persistence_enabled: config.enable_persistence,
      readings_received: 0,
    }),
    summary: (selection) =>
      summarize(
        { storage, timeZone: config.timezone, tracked: config.products.map(({ name }) => name), now },
        selection,
      ),
    acknowledge: later,
  };
}
