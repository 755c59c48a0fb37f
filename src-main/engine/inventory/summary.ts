import type { InventorySummary, SummarySelection } from '../../contract/inventory-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { addDays, dayBounds, dayOf } from '../time/store-days.ts';
import { hoursBetween } from '../time/store-hours.ts';
import { storeTime } from '../time/store-time.ts';
import { type Hours, type PastRows, readPast, readStock, type Seconds } from './summary-rows.ts';

export interface SummaryOptions {
  readonly storage: Storage;
  /** IANA name */
  readonly timeZone: string;
  /** names of the tracked products, in their order */
  readonly tracked: readonly string[];
  /** the product that a name of an older program means */
  readonly nameOf: (name: string) => string;
  readonly now: () => Date;
  /** tells what was sold and said where nothing is stored; what is expired now comes from its products then */
  readonly past?: (span: Seconds, hours: Hours) => PastRows;
}

/**
 * What was sold, what is left and what expired in a calendar day or ISO week of the inventory's zone. Stock is that of
 * every snapshot of the time; a product that one does not name was not there, one that none names is not known. Read beside the engine's own thread.
 */
export async function summarize(
  { storage, timeZone, tracked, nameOf, now, past }: SummaryOptions,
  { period, day = dayOf(now().getTime(), timeZone) }: SummarySelection,
): Promise<InventorySummary> {
  const first = period === 'day' ? day : mondayOf(day);
  const last = period === 'day' ? day : addDays(first, 6);
  const fromMs = dayBounds(first, timeZone).fromMs;
  const beforeMs = dayBounds(last, timeZone).beforeMs;
  const span = { from: fromMs / 1000, before: beforeMs / 1000 };
  const hours = hoursBetween(fromMs, beforeMs, timeZone);

  const spans = hours.map(({ fromMs, beforeMs }) => [fromMs / 1000, beforeMs / 1000] as const);
  const [rows, stock] = await Promise.all([
    past?.(span, spans) ?? readPast(storage, span, spans),
    readStock(storage, span, nameOf),
  ]);
  const { expiredAtEnd, expired, alerts } = rows;
  const sales = rows.sales.map((row) => ({ ...row, product_name: nameOf(row.product_name) }));
  const seen = [...sales.map((row) => row.product_name), ...stock.names];
  return {
    period,
    first_day: first,
    last_day: last,
    from_utc: span.from,
    to_utc: span.before,
    time_zone: timeZone,
    total_sold: total(sales),
    products: inOrder(tracked, seen).map((product_name) => {
      const own = sales.filter((row) => row.product_name === product_name);
      const sold = total(own);
      const average = stock.average(product_name);
      return {
        product_name,
        sold,
        sales: own.reduce((sum, row) => sum + row.sales, 0),
        stock_at_start: stock.atStart(product_name),
        stock_at_end: stock.atEnd(product_name),
        average_stock: average,
        turnover: average === null || average === 0 ? null : sold / average,
        is_expired: expiredAtEnd.some((name) => nameOf(name) === product_name),
      };
    }),
    hours: hours.map(({ fromMs, label }, index) => {
      const own = sales.filter((row) => row.hour === index);
      return {
        from_utc: fromMs / 1000,
        label,
        sold: total(own),
        by_product: Object.fromEntries(
          [...Map.groupBy(own, (row) => row.product_name)].map(([name, rows]) => [name, total(rows)]),
        ),
      };
    }),
    expired: expired.map((one) => ({
      ...one,
      label: storeTime(timeZone).fromEpochMs(Math.floor(one.since_utc) * 1000) ?? '',
    })),
    alerts,
  };
}

function total(rows: readonly { readonly sold: number }[]): number {
  return rows.reduce((sum, { sold }) => sum + sold, 0);
}

/** The tracked ones as they are configured, then what else there was, by name. */
function inOrder(tracked: readonly string[], seen: readonly string[]): readonly string[] {
  const others = new Set(seen.filter((name) => !tracked.includes(name)));
  return [...tracked, ...[...others].sort((a, b) => (a < b ? -1 : 1))];
}

/** ISO weeks begin on Monday. */
function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}
