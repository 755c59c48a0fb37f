import type { InventorySummary } from '../../contract/inventory-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { validJson } from './read-rows.ts';

/** Epoch seconds; from included, before excluded. */
export interface Seconds {
  readonly from: number;
  readonly before: number;
}

export interface HourSales {
  /** which of the hours, counted from 0 */
  readonly hour: number;
  readonly product_name: string;
  readonly sold: number;
  readonly sales: number;
}

/** Pairs of epoch seconds. */
export type Hours = readonly (readonly [from: number, before: number])[];

/** A product that was found expired; epoch seconds. */
export interface Expired {
  readonly product_name: string;
  readonly since_utc: number;
}

/** What is told of a day or week beside its stock. */
export interface PastRows {
  readonly sales: readonly HourSales[];
  /** names of products */
  readonly expiredAtEnd: readonly string[];
  readonly expired: readonly Expired[];
  readonly alerts: InventorySummary['alerts'];
}

export async function readPast(storage: Storage, span: Seconds, hours: Hours): Promise<PastRows> {
  const [sales, expiredAtEnd, expired, alerts] = await Promise.all([
    readSalesByHour(storage, hours),
    readExpiredAt(storage, span.before),
    readExpired(storage, span),
    countAlerts(storage, span),
  ]);
  return { sales, expiredAtEnd, expired, alerts };
}

/** What was sold of each product in each of the hours; hours without a sale have no row. */
function readSalesByHour(storage: Storage, hours: Hours): Promise<HourSales[]> {
  const sql = `SELECT hour.key AS hour, CAST(sale.product_name AS TEXT) AS product_name,
      SUM(MAX(CAST(sale.quantity_delta AS INTEGER), 0)) AS sold, COUNT(*) AS sales
    FROM json_each(?) AS hour CROSS JOIN sales_log AS sale
    WHERE sale.timestamp_utc >= json_extract(hour.value, '$[0]')
      AND sale.timestamp_utc < json_extract(hour.value, '$[1]')
    GROUP BY 1, 2`;
  return storage.background.all<HourSales>(sql, [JSON.stringify(hours)]);
}

export interface Stock {
  /** every product that a snapshot of the time names */
  readonly names: readonly string[];
  /** of the first snapshot of the time; null where none of the time names it */
  atStart(name: string): number | null;
  atEnd(name: string): number | null;
  /** mean of all snapshots of the time; null where none of them names it */
  average(name: string): number | null;
}

/**
 * Snapshots of equal content are read once: a week has 120,960 of them, and stock changes a few thousand times. A
 * product that a snapshot does not name counts as none, one that no snapshot names is not known.
 */
export async function readStock(
  storage: Storage,
  { from, before }: Seconds,
  nameOf: (name: string) => string,
): Promise<Stock> {
  const within = 'FROM inventory_snapshots WHERE timestamp_utc >= ? AND timestamp_utc < ?';
  const counts = `json_each(${validJson('text')}) AS item`;
  const isCount = `item.type IN ('integer', 'real')`;
  const end = (name: string, order: string): string =>
    `SELECT '${name}' AS of, item.key AS product_name, item.value AS number
     FROM (SELECT inventory_json AS text ${within} AND json_valid(inventory_json) ORDER BY timestamp_utc ${order}, id ${order} LIMIT 1), ${counts}
     WHERE ${isCount}`;
  const sql = `WITH different AS MATERIALIZED (SELECT inventory_json AS text, COUNT(*) AS times ${within} GROUP BY 1)
    SELECT 'sum' AS of, item.key AS product_name, SUM(item.value * times) AS number
      FROM different, ${counts} WHERE ${isCount} GROUP BY item.key
    UNION ALL SELECT 'snapshots', '', COALESCE(SUM(times), 0) FROM different WHERE json_valid(text)
    UNION ALL ${end('first', 'ASC')} UNION ALL ${end('last', 'DESC')}`;
  const span = [from, before];
  const rows = await storage.background.all<{
    readonly of: 'sum' | 'snapshots' | 'first' | 'last';
    readonly product_name: string | number;
    readonly number: number;
  }>(sql, [...span, ...span, ...span]);
  const numbers = (of: string): ReadonlyMap<string, number> => {
    const byName = new Map<string, number>();
    for (const row of rows.filter((one) => one.of === of)) {
      const name = nameOf(String(row.product_name));
      byName.set(name, (byName.get(name) ?? 0) + row.number);
    }
    return byName;
  };
  const snapshots = rows.find((row) => row.of === 'snapshots')?.number ?? 0;
  const [sums, first, last] = [numbers('sum'), numbers('first'), numbers('last')];
  const whereKnown = (name: string, value: number): number | null => (sums.has(name) ? value : null);
  return {
    names: [...sums.keys()],
    atStart: (name) => whereKnown(name, Math.round(first.get(name) ?? 0)),
    atEnd: (name) => whereKnown(name, Math.round(last.get(name) ?? 0)),
    average: (name) => whereKnown(name, (sums.get(name) ?? 0) / snapshots),
  };
}

/** Products, by the names of their rows, that were past their days at that time or, where it is still to come, are so now. */
async function readExpiredAt(storage: Storage, at: number): Promise<readonly string[]> {
  const sql = `SELECT product_name FROM product_freshness
      WHERE is_expired = 1 AND first_seen_utc + expiration_days * 86400 < ?
    UNION SELECT product_name FROM alerts_log WHERE alert_type = 'expiration' AND timestamp_utc < ?
      AND json_extract(${validJson('metadata_json')}, '$.resolved_utc') >= ?`;
  const rows = await storage.background.all<{ readonly product_name: string }>(sql, [at, at, at]);
  return rows.map(({ product_name }) => product_name);
}

/** Products that were found expired in the time: by their alert, or by the clock where none tells of it. */
function readExpired(storage: Storage, { from, before }: Seconds): Promise<readonly Expired[]> {
  const sql = `WITH by_clock AS (
      SELECT product_name, first_seen_utc + expiration_days * 86400 AS since_utc
      FROM product_freshness WHERE is_expired = 1
    ), found AS (
      SELECT product_name, timestamp_utc AS since_utc FROM alerts_log WHERE alert_type = 'expiration'
    )
    SELECT product_name, MIN(since_utc) AS since_utc FROM (
      SELECT * FROM found UNION ALL SELECT * FROM by_clock WHERE NOT EXISTS (
        SELECT 1 FROM found WHERE found.product_name = by_clock.product_name AND found.since_utc >= by_clock.since_utc
      )
    ) WHERE since_utc >= ? AND since_utc < ? GROUP BY product_name ORDER BY since_utc, product_name`;
  return storage.background.all(sql, [from, before]);
}

/** Alerts of the time by severity. */
async function countAlerts(storage: Storage, { from, before }: Seconds): Promise<InventorySummary['alerts']> {
  const rows = await storage.background.all<{ severity: string; alerts: number }>(
    'SELECT severity, COUNT(*) AS alerts FROM alerts_log WHERE timestamp_utc >= ? AND timestamp_utc < ? GROUP BY 1',
    [from, before],
  );
  const of = (severity: string): number => rows.find((row) => row.severity === severity)?.alerts ?? 0;
  return { warning: of('warning'), critical: of('critical'), info: of('info') };
}
