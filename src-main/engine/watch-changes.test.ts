import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CloudStatus } from '../contract/status-shapes.ts';
import { createEventHub } from './rpc/event-hub.ts';
import { watchChanges } from './watch-changes.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('an answer from just before a change does not stand: it is read again until it cannot be old', async () => {
  let mark = 0;
  let records = 0;
  let counted = 0;
  const events = createEventHub();
  const heard: (string | null)[] = [];
  events.subscribe('cloud.changed', (payload) => heard.push((payload as CloudStatus).url));
  const watch = watchChanges({
    storage: { changeMark: () => String(mark) },
    events,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    name: 'cloud.changed',
    // Counts that are up to a second old, as the status has them.
    read: () => {
      const url = String(counted);
      counted = records;
      return Promise.resolve({ kind: 'local', reachable: true, url, since: null, clockOffsetMs: null });
    },
  });
  await vi.advanceTimersByTimeAsync(10_000);
  mark += 1;
  records = 7;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(heard.at(-1)).toBe('7');
  watch.stop();
});
