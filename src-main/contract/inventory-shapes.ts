import { z } from 'zod';

const count = z.int().min(0);
/** epoch seconds, UTC, with fractions */
const timestampUtc = z.number();
/** the display time of the inventory's zone, `2026-01-10 03:30:00 PM EST` */
const displayTime = z.string();

export const alertType = z.enum(['low_stock', 'expiration']);
export const alertSeverity = z.enum(['info', 'warning', 'critical']);

/** Enough on the shelf, at or below the product's threshold, or none. */
export const stockLevel = z.enum(['enough', 'low', 'out']);

/** One product as it stands now (SPEC 9). */
export const productStock = z.object({
  product_name: z.string(),
  /** smoothed, as of the last reading */
  count,
  level: stockLevel,
  low_stock_threshold: count,
  /** null where it was never seen */
  first_seen_utc: timestampUtc.nullable(),
  last_seen_utc: timestampUtc.nullable(),
  /** days since it was first seen, with fractions */
  age_days: z.number().nullable(),
  /** days until it expires, negative afterwards */
  days_left: z.number().nullable(),
  is_expired: z.boolean(),
  expiration_days: z.number(),
});

/** What a row of sales_log holds. */
export const saleRow = z.object({
  id: z.int(),
  timestamp_utc: timestampUtc,
  timestamp_est: displayTime,
  product_name: z.string(),
  quantity_delta: z.int(),
  inventory_before: count,
  inventory_after: count,
  created_at: z.string().nullable(),
});

/** What a row of alerts_log holds; `metadata` is its metadata_json. */
export const alertRow = z.object({
  id: z.int(),
  timestamp_utc: timestampUtc,
  timestamp_est: displayTime,
  alert_type: alertType,
  product_name: z.string(),
  severity: alertSeverity,
  message: z.string(),
  metadata: z.record(z.string(), z.json()),
  acknowledged: z.boolean(),
  /** when its cause was gone; null while it lasts */
  resolved_utc: timestampUtc.nullable(),
  created_at: z.string().nullable(),
});

/** What a row of inventory_snapshots holds; `inventory` is its inventory_json. */
export const snapshotRow = z.object({
  id: z.int(),
  timestamp_utc: timestampUtc,
  frame_number: z.int().nullable(),
  total_items: count,
  inventory: z.record(z.string(), z.int()),
  created_at: z.string().nullable(),
});

/** How the shelf stands now, from memory: it goes on where nothing can be stored. */
export const inventoryNow = z.object({
  /** false by `inventory.enable_persistence` */
  persistence_enabled: z.boolean(),
  /** why nothing can be stored now; null when it can */
  persistence_fault: z.string().nullable(),
  /** of the last reading; null before the first */
  read_at_utc: timestampUtc.nullable(),
  frame_number: z.int().nullable(),
  /** of the last snapshot */
  snapshot_at_utc: timestampUtc.nullable(),
  total_items: count,
  /** in the order of the configuration, then by name */
  products: z.array(productStock),
  open_alerts: count,
  unacknowledged_alerts: count,
  /** newest first, at most 50 */
  alerts: z.array(alertRow),
  /** IANA name, of display times, hours and days */
  time_zone: z.string(),
});

export const inventoryStats = z.object({
  database_path: z.string(),
  /** megabytes of 1,048,576 bytes, its journal included */
  database_size_mb: z.number(),
  snapshot_count: count,
  freshness_count: count,
  sales_count: count,
  alerts_count: count,
  open_alerts: count,
  oldest_snapshot_utc: timestampUtc.nullable(),
  newest_snapshot_utc: timestampUtc.nullable(),
  persistence_enabled: z.boolean(),
  readings_received: count,
});

const span = {
  /** epoch seconds; from included, to excluded */
  from_utc: timestampUtc.optional(),
  to_utc: timestampUtc.optional(),
  product_name: z.string().min(1).max(200).optional(),
};

/** Rows, newest first. */
export const saleSelection = z.strictObject({ limit: z.int().min(1).max(10_000).default(100), ...span });
export const alertSelection = z.strictObject({
  limit: z.int().min(1).max(10_000).default(20),
  ...span,
  /** only those whose cause lasts */
  open: z.boolean().default(false),
});
export const snapshotSelection = z.strictObject({ limit: z.int().min(1).max(10_000).default(100), ...span });

/** A calendar day or ISO week (Monday to Sunday) of the inventory's zone. */
export const summarySelection = z.strictObject({
  period: z.enum(['day', 'week']).default('day'),
  /** any day in it, YYYY-MM-DD; today when left out */
  day: z.iso.date().optional(),
});

/** What was sold, what is left and what expired in a day or week (SPEC 9). */
export const inventorySummary = z.object({
  period: z.enum(['day', 'week']),
  /** first and last day, YYYY-MM-DD */
  first_day: z.string(),
  last_day: z.string(),
  from_utc: timestampUtc,
  to_utc: timestampUtc,
  time_zone: z.string(),
  total_sold: count,
  products: z.array(
    z.object({
      product_name: z.string(),
      sold: count,
      sales: count,
      /** of the first and the last snapshot of the time; null where none of the time names it */
      stock_at_start: z.int().nullable(),
      stock_at_end: z.int().nullable(),
      /** mean of the snapshots of the time; null where none of them names it */
      average_stock: z.number().nullable(),
      /** sold / average_stock; null without stock */
      turnover: z.number().nullable(),
      /** at the end of the time, or now where that is still to come */
      is_expired: z.boolean(),
    }),
  ),
  /** every hour of the time, also those without a sale: 23 or 25 on the days of a change of the clocks */
  hours: z.array(
    z.object({
      from_utc: timestampUtc,
      /** `2026-01-10 15:00-05:00` */
      label: z.string(),
      sold: count,
      by_product: z.record(z.string(), count),
    }),
  ),
  /** products that were found expired in the time; `label` is since_utc on the zone's clock, `2026-01-10 15:00:00-05:00` */
  expired: z.array(z.object({ product_name: z.string(), since_utc: timestampUtc, label: z.string() })),
  alerts: z.object({ warning: count, critical: count, info: count }),
});

/** What became of the rows of an older inventory, by table. */
export const inventoryImport = z.object({
  file: z.string(),
  /** false where it was ended in the middle; it goes on there */
  finished: z.boolean(),
  tables: z.record(
    z.string(),
    z.object({
      imported: count,
      already_there: count,
      /** rows that no table of ours can hold */
      left_out: count,
      /** of those imported, so many go without a column of which nothing could be made */
      in_part: count,
      /** of the first that was left out or came in part, or of the table */
      reason: z.string().nullable(),
    }),
  ),
});

export type InventoryImport = z.infer<typeof inventoryImport>;
export type ProductStock = z.infer<typeof productStock>;
export type SaleRow = z.infer<typeof saleRow>;
export type AlertRow = z.infer<typeof alertRow>;
export type SnapshotRow = z.infer<typeof snapshotRow>;
export type InventoryNow = z.infer<typeof inventoryNow>;
export type InventoryStats = z.infer<typeof inventoryStats>;
export type InventorySummary = z.infer<typeof inventorySummary>;
export type SaleSelection = z.output<typeof saleSelection>;
export type AlertSelection = z.output<typeof alertSelection>;
export type SnapshotSelection = z.output<typeof snapshotSelection>;
export type SummarySelection = z.output<typeof summarySelection>;
