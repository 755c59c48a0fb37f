import { expect, test } from 'vitest';
import { noAlert, type Severity, stepAlert, stockSeverity } from './alerts.ts';
import { type FreshnessState, isExpired, isGone, stepFreshness } from './freshness.ts';
import { smoothed } from './smoothing.ts';

const minute = 60_000;
const hour = 60 * minute;

test('each way of smoothing makes one whole count of the last readings', () => {
  const readings = [3, 9, 3, 4, 4, 4, 3, 100];
  expect(smoothed(readings, 'median')).toBe(4);
  expect(smoothed(readings, 'mean')).toBe(16);
  expect(smoothed(readings, 'mode')).toBe(3);
  expect(smoothed([4, 4, 3, 3], 'mode')).toBe(3);
  expect([smoothed([2, 3], 'median'), smoothed([2, 3], 'mean'), smoothed([], 'mode')]).toEqual([3, 3, 0]);
});

function alerts(
  counts: readonly number[],
  {
    everyMs = minute,
    threshold = 2,
    cooldownMs = hour,
  }: { everyMs?: number; threshold?: number; cooldownMs?: number } = {},
): (string | null)[] {
  let state = noAlert;
  return counts.map((count, index) => {
    const step = stepAlert(state, stockSeverity(count, threshold), index * everyMs, {
      confirmations: 2,
      cooldownMs,
    });
    state = step.state;
    const told = [...step.resolved.map((one) => `-${one}`), ...(step.raised === null ? [] : [step.raised])];
    return told.length === 0 ? null : told.join(' ');
  });
}

test('low stock is said once, when two snapshots show it, and worse when nothing is left', () => {
  expect(alerts([3, 2, 3, 2, 2, 2, 1, 0, 0])).toEqual([
    null,
    null,
    null,
    null,
    'warning',
    null,
    null,
    '-warning critical',
    null,
  ]);
  expect(alerts([5, 0, 0])).toEqual([null, null, 'critical']);
  expect(alerts([3, 3], { threshold: 3 })).toEqual([null, 'warning']);
});

test('alerts resolve themselves when there is enough again, and one of an empty shelf no sooner', () => {
  expect(alerts([2, 2, 0, 1, 3])).toEqual([null, 'warning', '-warning critical', null, '-critical']);
  expect(alerts([5, 0, 0, 1, 0, 5])).toEqual([null, null, 'critical', null, null, '-critical']);
});

test('the cooldown holds back what is no worse, never what is worse, and ends to the millisecond', () => {
  expect(alerts([2, 2, 5, 2, 2, 0])).toEqual([null, 'warning', '-warning', null, null, 'critical']);
  const again = [2, 2, 5, 2, 2, 2];
  expect(alerts(again, { cooldownMs: 4 * minute })).toEqual([
    null,
    'warning',
    '-warning',
    null,
    null,
    'warning',
  ]);
  expect(alerts(again, { cooldownMs: 4 * minute + 1 })).toEqual([
    null,
    'warning',
    '-warning',
    null,
    null,
    null,
  ]);
});

const severities: readonly (Severity | null)[] = [
  stockSeverity(0, 0),
  stockSeverity(1, 0),
  stockSeverity(2, 2),
];

test('a threshold of none means that only an empty shelf is told of', () => {
  expect(severities).toEqual(['critical', null, 'warning']);
});

function watch(steps: readonly (readonly [count: number, atMs: number])[]): FreshnessState | null {
  return steps.reduce<FreshnessState | null>(
    (state, [count, atMs]) => stepFreshness(state, count, atMs, 30 * minute),
    null,
  );
}

test('a product that was away for half an hour is new when it is seen again; a shorter absence changes nothing', () => {
  expect(watch([[0, 0]])).toBeNull();
  expect(
    watch([
      [4, 0],
      [0, minute],
      [4, 30 * minute - 1],
    ])?.firstSeenMs,
  ).toBe(0);
  expect(
    watch([
      [4, 0],
      [0, minute],
      [4, 30 * minute],
    ])?.firstSeenMs,
  ).toBe(30 * minute);
});

test('silence of the detector is no absence: what lay there before it goes on ageing', () => {
  expect(
    watch([
      [4, 0],
      [4, 10 * hour],
    ])?.firstSeenMs,
  ).toBe(0);
});

test('a product is expired when it is older than its days, not at exactly that age', () => {
  const state = { firstSeenMs: 0, lastSeenMs: 0, absent: false };
  const days = 5 * 24 * hour;
  expect([isExpired(state, days, 5), isExpired(state, days + 1, 5), isExpired(null, days, 5)]).toEqual([
    false,
    true,
    false,
  ]);
  expect([isGone(state, days, 0), isGone({ ...state, absent: true }, 30 * minute, 30 * minute)]).toEqual([
    false,
    true,
  ]);
});
