import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../engine/log/logger.ts';
import { watchWaking } from './wake-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the engine is woken when the box resumes and when its network returns, once each', () => {
  const calls: unknown[] = [];
  let online = true;
  let looks = 0;
  let resume: () => void = () => undefined;
  const stop = watchWaking(
    {
      onResume: (listener) => {
        resume = listener;
      },
      isOnline: () => {
        looks += 1;
        return online;
      },
    },
    {
      call: (name, input) => {
        calls.push([name, input]);
        return Promise.resolve({ ok: true, value: {} });
      },
      subscribe: () => () => undefined,
    },
    createLogger(
      'info',
      () => new Date(),
      () => undefined,
    ),
  );
  vi.advanceTimersByTime(10 * 60_000);
  expect([calls, looks]).toEqual([[], 11]);
  online = false;
  vi.advanceTimersByTime(60_000);
  online = true;
  vi.advanceTimersByTime(60_000);
  vi.advanceTimersByTime(60_000);
  expect(calls).toEqual([['schedule.wake', { cause: 'online' }]]);
  resume();
  expect(calls.at(-1)).toEqual(['schedule.wake', { cause: 'resumed' }]);
  stop();
  online = false;
  vi.advanceTimersByTime(60 * 60_000);
  expect(calls).toHaveLength(2);
});
