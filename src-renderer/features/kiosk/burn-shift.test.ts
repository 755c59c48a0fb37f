import { expect, test } from 'vitest';
import { shiftAt } from './burn-shift.ts';

test('the picture moves each minute, at most 12 pixels from its place, and comes back to it', () => {
  const places = Array.from({ length: 30 }, (_, step) => shiftAt(step));
  for (const [step, { x, y }] of places.entries()) {
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(12);
    expect(shiftAt(step + 1)).not.toEqual({ x, y });
  }
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(9);
  expect(shiftAt(9)).toEqual(shiftAt(0));
});
