import { afterEach, expect, test } from 'vitest';
import { closeShelves, folder, open, reading, start } from './shelf-fixture.ts';

afterEach(closeShelves);

test('a product that is taken off the list is followed no more, also when no reading came for a while', async () => {
  const dir = folder();
  const both = await open(dir, {}, new Date(start * 1000));
  await both.send([0, 5].map((second) => reading(second, { Mango: 1, Pineapple: 9 })));
  await both.close();
  const products = [{ name: 'Pineapple', aliases: [], low_stock_threshold: null, expiration_days: null }];
  const one = await open(dir, { products }, new Date((start + 600) * 1000));
  expect(one.inventory.now().products).toMatchObject([{ product_name: 'Pineapple' }]);
  await one.inventory.watchAges();
  expect(one.inventory.now().open_alerts).toBe(0);
  await one.send([600, 605, 610].map((second) => reading(second, { Pineapple: 9 })));
  expect(one.rows('inventory_snapshots').at(-1)).toMatchObject({ inventory_json: '{"Pineapple":9}' });
  expect(one.rows('sales_log')).toEqual([]);
  expect(one.rows('alerts_log').length).toBe(1);
});

test('a product that gets a new name and keeps the old one beside it stays as old and as many, and so does its alert', async () => {
  const dir = folder();
  const first = await open(dir);
  await first.send([0, 5, 10].map((second) => reading(second, { Mango: 2 })));
  await first.close();
  const products = [{ name: 'Gold', aliases: ['Mango'], low_stock_threshold: 3, expiration_days: null }];
  const second = await open(dir, { products });
  await second.send([15, 20, 25].map((at) => reading(at, { Gold: 1 })));
  expect(second.inventory.now().products).toMatchObject([{ product_name: 'Gold', first_seen_utc: start }]);
  expect(second.rows('sales_log')).toMatchObject([{ product_name: 'Gold', quantity_delta: 1 }]);
  expect(second.rows('alerts_log')).toHaveLength(1);
  await second.send([reading(30, { Gold: 9 })]);
  expect(await second.inventory.alerts({ limit: 9, open: true })).toEqual([]);
});

test('after a thousand names a new one takes the place of the one that was gone longest, and of its alerts', async () => {
  const shelf = await open(folder(), { products: [] });
  const names = (from: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`Box ${from + index}`, 1]));
  await shelf.send([
    reading(0, { Mango: 1 }),
    reading(5, { Mango: 1 }),
    reading(10, names(0)),
    reading(15, { ...names(500), 'Box 999': 1 }),
    reading(20, { Cake: 7 }),
    reading(25, { Cake: 7 }),
  ]);
  const kept = JSON.parse(String(shelf.rows('inventory_snapshots').at(-1)?.inventory_json));
  expect([kept.Cake, kept.Mango, Object.keys(kept).length]).toEqual([7, undefined, 1000]);
  const alert = shelf.rows('alerts_log').findLast((row) => row.product_name === 'Mango');
  expect(JSON.parse(String(alert?.metadata_json))).toMatchObject({ resolved_utc: start + 15 });
});
