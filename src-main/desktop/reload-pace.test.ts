import { expect, test } from 'vitest';
import { createReloadPace } from './reload-pace.ts';

test('a page that broke is loaded at once, one that keeps breaking later each time, until it was well for a minute', () => {
  let uptimeMs = 0;
  const next = createReloadPace(() => uptimeMs);
  const pauses = Array.from({ length: 8 }, () => {
    uptimeMs += 200;
    return next();
  });
  expect(pauses).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  uptimeMs += 90_001;
  expect(next()).toBe(0);
});
