import type {
  AlertRow,
  AlertSelection,
  InventoryStats,
  SaleRow,
  SaleSelection,
} from '../../contract/inventory-shapes.ts';
import type { Effects } from './step-reading.ts';
import type { Hours, PastRows, Seconds } from './summary-rows.ts';

/** Sales and alerts since the start where nothing is stored (`inventory.enable_persistence: false`). */
export interface LiveRows {
  readonly effects: Effects;
  /** newest first */
  sales(selection: SaleSelection): SaleRow[];
  /** newest first */
  alerts(selection: AlertSelection): AlertRow[];
  /** the newest, and all whose cause lasts */
  recentAlerts(): readonly AlertRow[];
  counts(): Pick<InventoryStats, 'sales_count' | 'alerts_count' | 'open_alerts'>;
  /** what `readSalesByHour`, `readExpired` and `countAlerts` say of rows that are stored */
  summarize(span: Seconds, hours: Hours): Pick<PastRows, 'sales' | 'expired' | 'alerts'>;
  /** @returns undefined where there is no such alert */
  acknowledge(id: number): AlertRow | undefined;
}

const mostRows = 1000;
/** beside those that are open */
const mostRecentAlerts = 50;

type Display = (epochMs: number) => string;

export function createLiveRows(display: Display, nameOf: (name: string) => string): LiveRows {
  const nothing = (): void => undefined;
  let sales: readonly SaleRow[] = [];
  let alerts: readonly AlertRow[] = [];
  let lastId = 0;

  function head(atMs: number, product_name: string) {
    lastId += 1;
    return {
      ...{ id: lastId, timestamp_utc: atMs / 1000, timestamp_est: display(atMs), product_name },
      created_at: null,
    };
  }

  return {
    effects: {
      ...{ snapshot: nothing, freshness: nothing },
      sale(atMs, product, { quantity, before, after }) {
        const shelf = { quantity_delta: quantity, inventory_before: before, inventory_after: after };
        sales = [{ ...head(atMs, product), ...shelf }, ...sales].slice(0, mostRows);
      },
      alert({ atMs, type, product, severity, message, metadata }) {
        const words = { alert_type: type, severity, message, metadata };
        const row = { ...head(atMs, product), ...words, acknowledged: false, resolved_utc: null };
        alerts = newestAndOpen([row, ...alerts], mostRows);
      },
      resolve(atMs, type, product, severity) {
        const isMeant = (row: AlertRow): boolean =>
          row.resolved_utc === null &&
          row.alert_type === type &&
          row.product_name === product &&
          row.severity === severity;
        alerts = alerts.map((row) => (isMeant(row) ? resolvedAt(row, atMs / 1000) : row));
      },
    },
    sales: (selection) => selected(sales, selection, nameOf),
    alerts: (selection) => selected(selection.open ? alerts.filter(isOpen) : alerts, selection, nameOf),
    recentAlerts: () => newestAndOpen(alerts),
    counts: () => ({
      ...{ sales_count: sales.length, alerts_count: alerts.length },
      open_alerts: alerts.filter(isOpen).length,
    }),
    summarize: (span, hours) => {
      const within = alerts.filter((row) => isWithin(row, span));
      const of = (severity: AlertRow['severity']): number =>
        within.filter((row) => row.severity === severity).length;
      return {
        sales: hours.flatMap(([from, before], hour) =>
          sales
            .filter((row) => isWithin(row, { from, before }))
            .map(({ product_name, quantity_delta: sold }) => ({ hour, product_name, sold, sales: 1 })),
        ),
        expired: within
          .filter((row) => row.alert_type === 'expiration')
          .map(({ product_name, timestamp_utc: since_utc }) => ({ product_name, since_utc }))
          .reverse(),
        alerts: { warning: of('warning'), critical: of('critical'), info: of('info') },
      };
    },
    acknowledge(id) {
      alerts = alerts.map((row) => (row.id === id ? { ...row, acknowledged: true } : row));
      return alerts.find((row) => row.id === id);
    },
  };
}

function isWithin({ timestamp_utc: at }: SaleRow | AlertRow, { from, before }: Seconds): boolean {
  return at >= from && at < before;
}

function isOpen({ resolved_utc }: AlertRow): boolean {
  return resolved_utc === null;
}

export function newestAndOpen(rows: readonly AlertRow[], most = mostRecentAlerts): AlertRow[] {
  return rows.filter((row, index) => index < most || isOpen(row));
}

export function resolvedAt(row: AlertRow, atUtc: number): AlertRow {
  return { ...row, resolved_utc: atUtc, metadata: { ...row.metadata, resolved_utc: atUtc } };
}

function selected<Row extends SaleRow | AlertRow>(
  rows: readonly Row[],
  { limit, from_utc = -Infinity, to_utc = Infinity, product_name }: SaleSelection,
  nameOf: (name: string) => string,
): Row[] {
  return rows
    .filter(
      (row) =>
        row.timestamp_utc >= from_utc &&
        row.timestamp_utc < to_utc &&
        (product_name === undefined || row.product_name === nameOf(product_name)),
    )
    .sort((one, other) => other.timestamp_utc - one.timestamp_utc || other.id - one.id)
    .slice(0, limit);
}
