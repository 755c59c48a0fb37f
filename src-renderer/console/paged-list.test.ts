import { expect, test } from 'vitest';
import { createPageReader, type PagedList } from './paged-list.ts';

function readerOf(source: { numbers: number[] }) {
  const told: PagedList<number>[] = [];
  const asked: number[] = [];
  const faults: unknown[] = [];
  const reader = createPageReader<number>({
    read: async (after, limit) => {
      asked.push(limit);
      await Promise.resolve();
      const from = after === null ? 0 : source.numbers.findIndex((one) => one < after);
      const items = from < 0 ? [] : source.numbers.slice(from, from + limit);
      return { items, total: source.numbers.length };
    },
    tell: (list) => told.push(list),
    fail: (error) => faults.push(error),
  });
  return { reader, told, asked, faults, last: () => told.at(-1) };
}

const downFrom = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

test('the first page is read by a refresh, the others as they come into sight, at most 500 at once', async () => {
  const { reader, asked, last } = readerOf({ numbers: downFrom(3000) });
  await reader.refresh();
  expect([last()?.items.length, last()?.total]).toEqual([100, 3000]);
  reader.need(2999);
  await expect.poll(() => last()?.items.length).toBe(3000);
  expect(last()?.items.at(-1)).toBe(1);
  expect(Math.max(...asked)).toBe(500);
});

test('a refresh shows what is new at the top and keeps as much as was read', async () => {
  const source = { numbers: downFrom(1000) };
  const { reader, told, last } = readerOf(source);
  await reader.refresh();
  reader.need(650);
  await expect.poll(() => last()?.items.length).toBeGreaterThan(650);
  source.numbers = downFrom(1002);
  const before = told.length;
  await reader.refresh();
  expect(last()?.items.slice(0, 3)).toEqual([1002, 1001, 1000]);
  expect(told[before]?.items.length).toBeGreaterThan(650);
});

test('a list that has become shorter ends where it ends', async () => {
  const source = { numbers: downFrom(400) };
  const { reader, last } = readerOf(source);
  await reader.refresh();
  source.numbers = downFrom(400).slice(0, 150);
  reader.need(399);
  await expect.poll(() => [last()?.items.length, last()?.total]).toEqual([150, 150]);
});

test('a page that cannot be read is told, and the next try goes on', async () => {
  let away = true;
  const faults: unknown[] = [];
  const told: PagedList<number>[] = [];
  const reader = createPageReader<number>({
    read: () => (away ? Promise.reject(new Error('away')) : Promise.resolve({ items: [1], total: 1 })),
    tell: (list) => told.push(list),
    fail: (error) => faults.push(error),
  });
  await reader.refresh();
  expect(faults).toHaveLength(1);
  away = false;
  await reader.refresh();
  expect(told.at(-1)).toEqual({ items: [1], total: 1 });
});
