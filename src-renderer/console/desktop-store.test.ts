import { expect, test } from 'vitest';
import { createDesktopClient } from '../../src-main/contract/desktop-client.ts';
import { createDesktopStore } from './desktop-store.ts';

test('what a notification asks for reaches the page, in its shape only', () => {
  const listeners = new Map<string, (payload: unknown) => void>();
  const desktop = createDesktopClient({
    call: () => Promise.resolve({ ok: false, fault: { code: 'unavailable', message: 'not here' } }),
    subscribe: (name, listener) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  });
  const heard: unknown[] = [];
  const stop = createDesktopStore(desktop, (asked) => heard.push(asked))
    .getState()
    .follow();
  listeners.get('desktop.asked')?.({ view: 'errors', sync: false });
  listeners.get('desktop.asked')?.({ view: 7 });
  expect(heard).toEqual([{ view: 'errors', sync: false }]);
  stop();
  expect(listeners.size).toBe(0);
});
