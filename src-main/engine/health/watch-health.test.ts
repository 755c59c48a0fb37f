import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../../../e2e/support/test-box.ts';
import type { HealthReport } from '../../contract/health-shapes.ts';
import { createEventHub } from '../rpc/event-hub.ts';
import { watchHealth } from './watch-health.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const report = (level: 'ok' | 'warning'): HealthReport => ({
  level,
  checks: [{ name: 'failures', level, message: '', values: {} }],
});

test('what was said to be wrong is taken back as soon as a run has mended it, also one that ends while it is looked at', async () => {
  const events = createEventHub();
  const told: string[] = [];
  events.subscribe('health.changed', (payload) => told.push((payload as HealthReport).level));
  let level: 'ok' | 'warning' = 'warning';
  let answer = (): Promise<HealthReport> => Promise.resolve(report(level));
  const watch = watchHealth({ health: () => answer(), events, log: silentLog });
  const finish = (): void => events.emit('sync.progress', { phase: 'finished' } as never);
  await vi.advanceTimersByTimeAsync(5000);
  expect(told).toEqual(['warning']);
  level = 'ok';
  finish();
  await vi.advanceTimersByTimeAsync(2000);
  expect(told).toEqual(['warning', 'ok']);

  const slow = Promise.withResolvers<HealthReport>();
  answer = () => slow.promise;
  await vi.advanceTimersByTimeAsync(30_000);
  finish();
  answer = () => Promise.resolve(report('ok'));
  slow.resolve(report('warning'));
  await vi.advanceTimersByTimeAsync(2000);
  expect(told).toEqual(['warning', 'ok', 'warning', 'ok']);
  watch.stop();
});
