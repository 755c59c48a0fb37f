import { expect, test } from 'vitest';
import { etaWords } from './run-panel.tsx';

test('the time left is a range that is never zero while work is left', () => {
  expect(etaWords({ low: 0, high: 0.2 })).toEqual({ key: 'left', low: 1, high: 2 });
  expect(etaWords({ low: 2.4, high: 3.6 })).toEqual({ key: 'left', low: 2, high: 4 });
});

test('a long time left is told in minutes', () => {
  expect(etaWords({ low: 100, high: 119 })).toEqual({ key: 'left', low: 100, high: 119 });
  expect(etaWords({ low: 500, high: 700 })).toEqual({ key: 'leftMinutes', low: 8, high: 12 });
});
