import { z } from 'zod';
import { call, event } from './define.ts';
import {
  alertRow,
  alertSelection,
  inventoryImport,
  inventoryNow,
  inventoryStats,
  inventorySummary,
  saleRow,
  saleSelection,
  snapshotRow,
  snapshotSelection,
  summarySelection,
} from './inventory-shapes.ts';

const nothing = z.object({}).strict();

/** Stock, freshness, sales and alerts (SPEC 9). */
export const inventoryCalls = {
  /** Stock, freshness and open alerts as they stand now. */
  'inventory.get': call(nothing, inventoryNow),
  /** Sales, newest first. */
  'inventory.sales': call(saleSelection, z.array(saleRow)),
  /** Alerts, newest first. */
  'inventory.alerts': call(alertSelection, z.array(alertRow)),
  /** Snapshots, newest first. */
  'inventory.snapshots': call(snapshotSelection, z.array(snapshotRow)),
  /** Sizes and counts of what is kept. */
  'inventory.stats': call(nothing, inventoryStats),
  /** A day or week: sales by product and hour, turnover, what expired. */
  'inventory.summary': call(summarySelection, inventorySummary),
  /** A person has seen the alert; it stays open until its cause is gone. Faults: not_found. */
  'inventory.acknowledge': call(z.strictObject({ id: z.int().min(1) }), alertRow),
  /** Brings the rows of an older inventory.db here; the file is only read. Faults: not_found, invalid_input, storage. */
  'inventory.import': call(z.strictObject({ file: z.string().min(1) }), inventoryImport),
  /** A reading, a sale, an alert or an acknowledgement has changed it. At most once a second. */
  'inventory.changed': event(inventoryNow),
} as const;
