import type { InventorySummary } from '../../../src-main/contract/inventory-shapes.ts';
import type { Formats } from '../../ui/formats.ts';

/** One bar: an hour of a day, or a day of a week. */
export interface SalesBar {
  /** of its own, also for an hour that the clocks have twice */
  readonly id: string;
  readonly name: string;
  readonly sold: number;
  /** the best seller first */
  readonly products: readonly ProductSales[];
}

export interface ProductSales {
  readonly name: string;
  readonly sold: number;
}

/** The hours of a day; those that the clocks have twice tell them apart by their offset from UTC. */
export function hourBars({ hours }: InventorySummary, formats: Formats): readonly SalesBar[] {
  const names = hours.map(({ from_utc }) => formats.time(new Date(from_utc * 1000)));
  return hours.map(({ from_utc, label, sold, by_product }, index) => {
    const name = names[index] ?? label;
    const isTwice = names.indexOf(name) !== names.lastIndexOf(name);
    return {
      id: String(from_utc),
      name: isTwice ? `${name} (${offsetOf(label)})` : name,
      sold,
      products: bestFirst(by_product),
    };
  });
}

/** The days of a week, as the inventory's calendar has them whatever zone times are shown in. */
export function dayBars(summary: InventorySummary, formats: Formats): readonly SalesBar[] {
  const days = new Map<string, { sold: number; by: Record<string, number> }>();
  for (const { label, sold, by_product } of summary.hours) {
    const day = label.slice(0, 10);
    const known = days.get(day) ?? { sold: 0, by: {} };
    known.sold += sold;
    for (const [name, count] of Object.entries(by_product)) known.by[name] = (known.by[name] ?? 0) + count;
    days.set(day, known);
  }
  return [...days].map(([day, { sold, by }]) => ({
    id: day,
    name: formats.weekday(day),
    sold,
    products: bestFirst(by),
  }));
}

/** Products that were sold, the best seller first. */
export function productBars({ products }: InventorySummary): readonly ProductSales[] {
  return bestFirst(Object.fromEntries(products.map((one) => [one.product_name, one.sold])));
}

/** Null where nothing was sold. */
export function bestSeller(summary: InventorySummary): ProductSales | null {
  return productBars(summary)[0] ?? null;
}

/** Null where nothing was sold. */
export function busiest(bars: readonly SalesBar[]): SalesBar | null {
  return bars.reduce<SalesBar | null>((best, bar) => (bar.sold > (best?.sold ?? 0) ? bar : best), null);
}

/** A name where there is little room. */
export function shortName(name: string, most: number): string {
  const letters = [...name];
  return letters.length <= most ? name : `${letters.slice(0, most - 1).join('')}…`;
}

function bestFirst(counts: Readonly<Record<string, number>>): readonly ProductSales[] {
  return Object.entries(counts)
    .flatMap(([name, sold]) => (sold > 0 ? [{ name, sold }] : []))
    .toSorted((one, other) => other.sold - one.sold || one.name.localeCompare(other.name));
}

/** `2026-11-01 01:00-04:00` → `-04:00` */
function offsetOf(label: string): string {
  return label.slice(16);
}
