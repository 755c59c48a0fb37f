import { describe, expect, it } from 'vitest';
import { createFormats } from '../../ui/formats.ts';
import { summaryOf } from './now-fixture.ts';
import { bestSeller, busiest, dayBars, hourBars, shortName } from './sales-figures.ts';

const formats = createFormats('en', 'America/New_York');

function hour(iso: string, label: string, by_product: Readonly<Record<string, number>> = {}) {
  const sold = Object.values(by_product).reduce((sum, one) => sum + one, 0);
  return { from_utc: Date.parse(iso) / 1000, label, sold, by_product };
}

describe('the bars of a day', () => {
  const doubled = summaryOf({
    hours: [
      hour('2026-11-01T04:00:00Z', '2026-11-01 00:00-04:00'),
      hour('2026-11-01T05:00:00Z', '2026-11-01 01:00-04:00', { Mango: 2, Pear: 3 }),
      hour('2026-11-01T06:00:00Z', '2026-11-01 01:00-05:00', { Mango: 1, Pear: 0 }),
    ],
  });

  it('tell the hour that the clocks have twice apart', () => {
    const bars = hourBars(doubled, formats);
    expect(bars.map(({ name }) => name)).toEqual(['00:00', '01:00 (-04:00)', '01:00 (-05:00)']);
    expect(new Set(bars.map(({ id }) => id)).size).toBe(3);
    expect(bars[1]?.products).toEqual([
      { name: 'Pear', sold: 3 },
      { name: 'Mango', sold: 2 },
    ]);
    expect(bars[2]?.products).toEqual([{ name: 'Mango', sold: 1 }]);
  });

  it('are in UTC where that was chosen, each hour once', () => {
    const names = hourBars(doubled, createFormats('en', 'America/New_York', true)).map(({ name }) => name);
    expect(names).toEqual(['04:00', '05:00', '06:00']);
  });

  it('have a busiest one, none where nothing was sold', () => {
    expect(busiest(hourBars(doubled, formats))?.sold).toBe(5);
    expect(busiest(hourBars(summaryOf(), formats))).toBeNull();
  });
});

it("a week has a bar a day of the inventory's calendar, whatever zone times are shown in", () => {
  const week = summaryOf({
    period: 'week',
    hours: [
      hour('2026-01-10T04:00:00Z', '2026-01-09 23:00-05:00', { Mango: 1 }),
      hour('2026-01-10T05:00:00Z', '2026-01-10 00:00-05:00', { Mango: 4 }),
      hour('2026-01-10T06:00:00Z', '2026-01-10 01:00-05:00', { Pear: 2 }),
    ],
  });
  const bars = dayBars(week, createFormats('en', 'America/New_York', true));
  expect(bars.map(({ id, sold }) => [id, sold])).toEqual([
    ['2026-01-09', 1],
    ['2026-01-10', 6],
  ]);
  expect(bars[1]?.name).toBe('Sat, Jan 10');
});

it('the best seller is the one that was sold most, none where nothing was', () => {
  const product = {
    sales: 1,
    stock_at_start: 1,
    stock_at_end: 1,
    average_stock: 1,
    turnover: 1,
    is_expired: false,
  };
  const products = ['Mango', 'Pear'].map((product_name, index) => ({
    ...product,
    product_name,
    sold: index * 2,
  }));
  expect(bestSeller(summaryOf({ products }))).toEqual({ name: 'Pear', sold: 2 });
  expect(bestSeller(summaryOf())).toBeNull();
});

it('a long name is cut between letters, not within one', () => {
  expect(shortName('Mango', 5)).toBe('Mango');
  expect(shortName('🥭🥭🥭🥭', 3)).toBe('🥭🥭…');
});
