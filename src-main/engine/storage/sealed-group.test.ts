import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrames, encodeFrames } from './sealed-group.ts';

test('sealed frames read back as they were, in few bytes', () => {
  const frame = fc.integer({ min: -(2 ** 40), max: 2 ** 50 });
  const print = fc.integer({ min: 0, max: 2_147_483_646 });
  fc.assert(
    fc.property(fc.array(fc.tuple(frame, print)), (entries) => {
      const frames = new Map(entries);
      expect(decodeFrames(encodeFrames(frames))).toEqual(frames);
    }),
  );
  const usual = new Map(Array.from({ length: 1000 }, (_, index) => [index * 30, 2_000_000_000] as const));
  expect(encodeFrames(usual).length).toBeLessThan(6000);
  expect(decodeFrames(null).size).toBe(0);
});
