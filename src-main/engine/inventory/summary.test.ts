import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InventorySummary, inventorySummary } from '../../contract/inventory-shapes.ts';
import { type KeptRows, openKeptRows } from './kept-rows-fixture.ts';
import { summarize } from './summary.ts';

let rows: KeptRows;
const now = new Date('2026-01-08T12:00:00Z');

beforeEach(async () => {
  rows = await openKeptRows(() => now);
});
afterEach(() => rows.close());

/** as an older program may have written it */
const nameOf = (name: string): string => (name === 'Wild Mango' ? 'Mango' : name);

const seconds = (iso: string): number => Date.parse(iso) / 1000;

async function summary(
  timeZone: string,
  day?: string,
  period: 'day' | 'week' = 'day',
  tracked: readonly string[] = ['Watermelon', 'Mango'],
): Promise<InventorySummary> {
  const selection = day === undefined ? { period } : { period, day };
  return inventorySummary.parse(
    await summarize({ storage: rows.storage, timeZone, tracked, nameOf, now: () => now }, selection),
  );
}

describe('the hours of a day', () => {
  const labels = async (zone: string, day: string): Promise<string[]> =>
    (await summary(zone, day)).hours.map(({ label }) => label);

  test('an ordinary one has 24, in a zone that never changes its clocks always', async () => {
    const hours = await labels('America/New_York', '2026-01-10');
    expect(hours).toHaveLength(24);
    expect(hours[15]).toBe('2026-01-10 15:00-05:00');
    expect(await labels('Asia/Shanghai', '2026-03-08')).toHaveLength(24);
    expect(await labels('Asia/Shanghai', '2026-11-01')).toHaveLength(24);
    expect((await labels('Asia/Kathmandu', '2026-11-01'))[1]).toBe('2026-11-01 01:00+05:45');
  });

  test('when the clocks go forward in New York it has 23, and the skipped one is not there', async () => {
    const hours = await labels('America/New_York', '2026-03-08');
    expect(hours).toHaveLength(23);
    expect(hours.slice(0, 3)).toEqual([
      '2026-03-08 00:00-05:00',
      '2026-03-08 01:00-05:00',
      '2026-03-08 03:00-04:00',
    ]);
  });

  test('when they go back it has 25, and sales of the doubled hour fall into the right one', async () => {
    rows.sale(seconds('2026-11-01T01:59:59-04:00'), 'Mango', 2);
    rows.sale(seconds('2026-11-01T01:00:00-05:00'), 'Mango', 5);
    rows.sale(seconds('2026-11-01T23:59:59-05:00'), 'Mango', 1);
    rows.sale(seconds('2026-11-02T00:00:00-05:00'), 'Mango', 100);
    rows.sale(seconds('2026-10-31T23:59:59-04:00'), 'Mango', 100);
    const day = await summary('America/New_York', '2026-11-01');
    expect(day.hours).toHaveLength(25);
    expect(day.to_utc - day.from_utc).toBe(25 * 3600);
    expect(day.hours.slice(1, 3)).toEqual([
      {
        from_utc: seconds('2026-11-01T05:00:00Z'),
        label: '2026-11-01 01:00-04:00',
        sold: 2,
        by_product: { Mango: 2 },
      },
      {
        from_utc: seconds('2026-11-01T06:00:00Z'),
        label: '2026-11-01 01:00-05:00',
        sold: 5,
        by_product: { Mango: 5 },
      },
    ]);
    expect(day.total_sold).toBe(8);
  });

  test('a change of half an hour leaves half an hour, and nothing is between hours', async () => {
    const forward = await summary('Australia/Lord_Howe', '2026-10-04');
    expect(forward.hours.slice(1, 4).map(({ label }) => label)).toEqual([
      '2026-10-04 01:00+10:30',
      '2026-10-04 02:30+11:00',
      '2026-10-04 03:00+11:00',
    ]);
    const back = await summary('Australia/Lord_Howe', '2026-04-05');
    expect(back.hours.slice(1, 4).map(({ label }) => label)).toEqual([
      '2026-04-05 01:00+11:00',
      '2026-04-05 01:30+10:30',
      '2026-04-05 02:00+10:30',
    ]);
    expect([forward, back].map(({ from_utc, to_utc }) => (to_utc - from_utc) / 3600)).toEqual([23.5, 24.5]);
  });
});

test('a week is that of ISO 8601, from Monday to Sunday, and has its 169 hours when the clocks go back', async () => {
  expect(await summary('America/New_York', '2026-11-01', 'week')).toMatchObject({
    first_day: '2026-10-26',
    last_day: '2026-11-01',
    hours: expect.objectContaining({ length: 169 }),
  });
  expect(await summary('Asia/Shanghai', '2026-03-02', 'week')).toMatchObject({
    first_day: '2026-03-02',
    last_day: '2026-03-08',
  });
});

test('without a day it is the one that the clock of the zone shows', async () => {
  expect((await summary('Asia/Shanghai')).first_day).toBe('2026-01-08');
  expect((await summary('Pacific/Kiritimati')).first_day).toBe('2026-01-09');
});

test('stock is that of every snapshot: who is not named was not there, who is named in none is not known', async () => {
  const from = seconds('2026-01-07T16:00:00Z');
  rows.snapshot(from - 1, { Mango: 99 });
  rows.snapshot(from, { Mango: 4, Kiwi: 1 });
  rows.snapshot(from + 5, { Mango: 4, Kiwi: 1 });
  rows.snapshot(from + 10, { Mango: 2 });
  rows.snapshot(from + 25, 'no json');
  rows.snapshot(from + 20, { Mango: 1 });
  rows.snapshot(from + 86_400, { Mango: 99 });
  rows.sale(from + 12, 'Mango', 3);
  rows.sale(from + 13, 'Mango', 1);
  const { products } = await summary('Asia/Shanghai', '2026-01-08');
  expect(products).toEqual([
    expect.objectContaining({ product_name: 'Watermelon', sold: 0, average_stock: null, turnover: null }),
    {
      ...{ product_name: 'Mango', sold: 4, sales: 2, stock_at_start: 4, stock_at_end: 1, is_expired: false },
      average_stock: 11 / 4,
      turnover: 4 / (11 / 4),
    },
    expect.objectContaining({
      product_name: 'Kiwi',
      stock_at_start: 1,
      stock_at_end: 0,
      average_stock: 2 / 4,
    }),
  ]);
});

test('without a snapshot there is no stock and no turnover, but what was sold', async () => {
  rows.sale(seconds('2026-01-08T01:00:00Z'), 'Mango', 3);
  expect((await summary('Asia/Shanghai', '2026-01-08')).products[1]).toMatchObject({
    ...{ sold: 3, stock_at_start: null, stock_at_end: null, average_stock: null, turnover: null },
  });
});

test('expired is what was found so in the time, by its alert or else by its clock', async () => {
  const from = seconds('2026-01-07T16:00:00Z');
  const fiveDays = 5 * 86_400;
  rows.freshness('Mango', from - 1 - fiveDays, true);
  rows.alert(from + 4, 'Mango', { alert_type: 'expiration', severity: 'critical' });
  rows.freshness('Watermelon', from + 60 - fiveDays, true);
  rows.freshness('Kiwi', from + 86_400 - fiveDays, true);
  rows.freshness('Plum', from + 70 - fiveDays, false);
  rows.alert(from + 5, 'Plum');
  const day = await summary('Asia/Shanghai', '2026-01-08', 'day', ['Mango', 'Plum', 'Kiwi']);
  expect(day.expired).toEqual([
    { product_name: 'Mango', since_utc: from + 4, label: '2026-01-08 00:00:04+08:00' },
    { product_name: 'Watermelon', since_utc: from + 60, label: '2026-01-08 00:01:00+08:00' },
  ]);
  expect(day.alerts).toEqual({ warning: 1, critical: 1, info: 0 });
  expect(day.products.map(({ is_expired }) => is_expired)).toEqual([true, false, false]);
});

test('a past day says what was past its days at its end, although it was thrown away since', async () => {
  const from = seconds('2026-01-07T16:00:00Z');
  const resolved = (at: number): string => JSON.stringify({ resolved_utc: at });
  const expiration = { alert_type: 'expiration', severity: 'warning' };
  rows.alert(from + 5, 'Mango', { ...expiration, metadata_json: resolved(from + 90_000) });
  rows.alert(from + 5, 'Kiwi', { ...expiration, metadata_json: resolved(from + 80_000) });
  rows.freshness('Mango', from + 91_000, false);
  const expired = async (day: string): Promise<unknown> =>
    (await summary('Asia/Shanghai', day, 'day', ['Mango', 'Kiwi'])).products.map((row) => row.is_expired);
  expect(await expired('2026-01-08')).toEqual([true, false]);
  expect(await expired('2026-01-09')).toEqual([false, false]);
});

test('what an older program kept under another name is counted with its product', async () => {
  const from = seconds('2026-01-10T00:00:00-05:00');
  rows.snapshot(from, { Mango: 1, 'Wild Mango': 3 });
  rows.sale(from + 60, 'Wild Mango', 2);
  rows.sale(from + 90, 'Mango', 1);
  const { products, hours } = await summary('America/New_York', '2026-01-10', 'day', ['Mango']);
  expect(products).toMatchObject([
    { product_name: 'Mango', sold: 3, sales: 2, stock_at_start: 4, average_stock: 4 },
  ]);
  expect(hours[0]).toMatchObject({ sold: 3, by_product: { Mango: 3 } });
});
