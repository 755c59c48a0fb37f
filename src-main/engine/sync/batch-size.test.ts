import { expect, test } from 'vitest';
import { adaptiveBatchSize } from './batch-size.ts';

/** Requests one after another; `cost` says how long one of a size takes. */
function run(cost: (records: number) => number, requests: number, lanes = 1): number[] {
  let clock = 0;
  const size = adaptiveBatchSize(1000, () => clock);
  const sizes: number[] = [];
  for (let request = 0; request < requests; request += 1) {
    const begun = clock;
    const records = size.current();
    clock += cost(records);
    for (let lane = 0; lane < lanes; lane += 1) size.took(cost(records), records, begun);
    sizes.push(size.current());
  }
  return sizes;
}

test('a slow line keeps the size: smaller requests would take as long', () => {
  for (const lineMs of [2100, 5000, 20_000])
    expect(run(() => lineMs, 20).slice(-10)).toEqual(Array(10).fill(1000));
});

test('answers of one burst halve the size once', () => {
  expect(run(() => 2100, 1, 8)).toEqual([500]);
});

test('a cloud that is slow for the size gets fewer, never so few that requests are all that is done', () => {
  const last = run((records) => 100 + records * 6, 20).at(-1) ?? 0;
  expect(last).toBeGreaterThanOrEqual(125);
  expect(last).toBeLessThanOrEqual(500);
  expect(run((records) => records * 400, 40).at(-1)).toBe(25);
});

test('the size grows again when the cloud is quick', () => {
  let slow = true;
  let clock = 0;
  const size = adaptiveBatchSize(1000, () => clock);
  for (let request = 0; request < 12; request += 1) {
    const records = size.current();
    const ms = slow ? records * 5 : 50;
    clock += ms;
    size.took(ms, records, clock - ms);
    if (request === 4) slow = false;
  }
  expect(size.current()).toBe(1000);
});

test('a refused size halves down to a single record', () => {
  const size = adaptiveBatchSize(1000, () => 0);
  for (let time = 0; time < 12; time += 1) size.tooLarge();
  expect(size.current()).toBe(1);
});
