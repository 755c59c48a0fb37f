import { expect, test } from 'vitest';
import { guardKiosk } from './kiosk-guard.ts';

const verification = { repair: true, overwrite: false, acceptLost: false };

test('a locked kiosk lets anybody look, sync and repair', () => {
  for (const name of ['status.get', 'sync.start', 'schedule.resume', 'quarantine.retry'] as const)
    expect(() => guardKiosk(name, {}, true)).not.toThrow();
  expect(() => guardKiosk('verify.run', verification, true)).not.toThrow();
});

test('a locked kiosk lets nobody change the configuration, hold the schedule back or give records up', () => {
  for (const name of [
    'config.set',
    'cloud.switch',
    'schedule.pause',
    'quarantine.discard',
    'quarantine.edit',
  ] as const) {
    expect(() => guardKiosk(name, {}, true)).toThrow('locked');
    expect(() => guardKiosk(name, {}, false)).not.toThrow();
  }
  expect(() => guardKiosk('verify.run', { ...verification, acceptLost: true }, true)).toThrow('locked');
});
