import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noSales, type OwedSale, type SalesRules, stepSales } from './sales.ts';

const rules: SalesRules = { minDelta: 1, cooldownMs: 10_000 };

interface Told extends OwedSale {
  readonly atMs: number;
}

function play(counts: readonly number[], given: Partial<SalesRules> = {}, everyMs = 5000): Told[] {
  let state = noSales;
  return counts.flatMap((count, index) => {
    const step = stepSales(state, count, index * everyMs, { ...rules, ...given });
    state = step.state;
    return step.sale === null ? [] : [{ ...step.sale, atMs: index * everyMs }];
  });
}

const quantities = (counts: readonly number[], given: Partial<SalesRules> = {}): number[] =>
  play(counts, given).map(({ quantity }) => quantity);

test('the settled level is what counts: 10, 8, 7, 7 is a sale of three and 10, 7, 8, 8 one of two', () => {
  expect(play([10, 8, 7, 7])).toEqual([{ quantity: 3, before: 10, after: 7, atMs: 15_000 }]);
  expect(play([10, 7, 8, 8])).toEqual([{ quantity: 2, before: 10, after: 8, atMs: 15_000 }]);
});

test('a dip that comes back to the baseline is no sale, and the next fall is counted from the same level', () => {
  expect(quantities([10, 8, 10, 10])).toEqual([]);
  expect(quantities([10, 8, 8, 10, 10])).toEqual([]);
  expect(quantities([10, 8, 10, 9, 9, 9])).toEqual([1]);
});

test('a rise that holds is a restock, from which the next sale is counted; one that does not hold is none', () => {
  expect(play([4, 10, 10, 10, 9, 9, 9])).toMatchObject([{ quantity: 1, before: 10 }]);
  expect(play([4, 10, 4, 3, 3, 3])).toMatchObject([{ quantity: 1, before: 4 }]);
  expect(quantities([10, 8, 12, 12, 12, 12])).toEqual([]);
});

test('a fall smaller than the least one is no sale until it has become large enough', () => {
  expect(quantities([10, 9, 9, 9, 9, 8, 8, 8], { minDelta: 2 })).toEqual([2]);
  expect(quantities([10, 9, 9, 9, 9, 9], { minDelta: 2 })).toEqual([]);
});

test('within the cooldown a sale is put off and never given up, also when the shelf is filled meanwhile', () => {
  const fast = play([10, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8], {}, 1000);
  expect(fast.map(({ quantity, atMs }) => [quantity, atMs])).toEqual([
    [1, 3000],
    [1, 13_000],
  ]);
  const refilled = play([10, 9, 9, 9, 7, 7, 7, 12, 12, 12, 12, 12, 12, 12], {}, 1000);
  expect(refilled).toMatchObject([{ quantity: 1 }, { quantity: 2, before: 9, after: 7, atMs: 13_000 }]);
});

test('at the end of the cooldown, not before and not after it, the next sale is written', () => {
  const at = (cooldownMs: number): number[] =>
    play([10, 9, 9, 9, 8, 8, 8, 8], { cooldownMs }, 1000).map(({ atMs }) => atMs);
  expect(at(3000)).toEqual([3000, 6000]);
  expect(at(3001)).toEqual([3000, 7000]);
});

test('what is sold is what the level lost between restocks, whatever the order of counts and pauses', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 6 }), { maxLength: 60 }),
      fc.constantFrom(0, 3000, 60_000),
      (counts, cooldownMs) => {
        const settled = [...counts, ...Array<number>(200).fill(counts.at(-1) ?? 0)];
        const sold = play(settled, { cooldownMs }).reduce((sum, { quantity }) => sum + quantity, 0);
        expect(sold).toBe(soldByModel(settled));
      },
    ),
  );
});

/** Looks at the whole sequence at once: a level is one that three snapshots in a row are on the same side of. */
function soldByModel(counts: readonly number[]): number {
  let level = counts[0] ?? 0;
  let sold = 0;
  for (let index = 1; index < counts.length; ) {
    const three = counts.slice(index, index + 3);
    const off = three.findIndex((count) => Math.sign(count - level) !== Math.sign((three[0] ?? 0) - level));
    if (three[0] === level) index += 1;
    else if (off !== -1) index += off;
    else if (three.length < 3) break;
    else {
      sold += Math.max(0, level - (three[2] ?? 0));
      level = three[2] ?? 0;
      index += 3;
    }
  }
  return sold;
}
