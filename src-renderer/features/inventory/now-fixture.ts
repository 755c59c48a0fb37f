import type {
  AlertRow,
  InventoryNow,
  InventorySummary,
  ProductStock,
} from '../../../src-main/contract/inventory-shapes.ts';

export function productOf(name: string, change: Partial<ProductStock> = {}): ProductStock {
  return {
    product_name: name,
    count: 8,
    level: 'enough',
    low_stock_threshold: 2,
    first_seen_utc: 1000,
    last_seen_utc: 2000,
    age_days: 1,
    days_left: 4,
    is_expired: false,
    expiration_days: 5,
    ...change,
  };
}

export function alertOf(id: number, change: Partial<AlertRow> = {}): AlertRow {
  return {
    id,
    timestamp_utc: 1000 + id,
    timestamp_est: '',
    alert_type: 'low_stock',
    product_name: 'Mango',
    severity: 'warning',
    message: '',
    metadata: {},
    acknowledged: false,
    resolved_utc: null,
    created_at: null,
    ...change,
  };
}

export function nowOf(products: readonly ProductStock[], change: Partial<InventoryNow> = {}): InventoryNow {
  return {
    persistence_enabled: true,
    persistence_fault: null,
    read_at_utc: 2000,
    frame_number: null,
    snapshot_at_utc: 2000,
    total_items: products.reduce((sum, { count }) => sum + count, 0),
    products: [...products],
    open_alerts: 0,
    unacknowledged_alerts: 0,
    alerts: [],
    time_zone: 'America/New_York',
    ...change,
  };
}

export function summaryOf(change: Partial<InventorySummary> = {}): InventorySummary {
  return {
    period: 'day',
    first_day: '2026-01-10',
    last_day: '2026-01-10',
    from_utc: 0,
    to_utc: 86_400,
    time_zone: 'America/New_York',
    total_sold: 0,
    products: [],
    hours: [],
    expired: [],
    alerts: { warning: 0, critical: 0, info: 0 },
    ...change,
  };
}
