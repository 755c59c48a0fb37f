import { describe, expect, it } from 'vitest';
import type { HealthCheck } from '../contract/health-shapes.ts';
import { notifyOfHealth, type ShownNotification } from './health-notifications.ts';
import { notificationWords } from './notification-words.ts';

function started(wanted = () => true) {
  const shown: ShownNotification[] = [];
  let opened = 0;
  let tell: (payload: unknown) => void = () => undefined;
  notifyOfHealth({
    engine: {
      call: () => Promise.reject(new Error('nothing is asked')),
      subscribe: (name, listener) => {
        if (name === 'health.changed') tell = listener;
        return () => undefined;
      },
    },
    words: () => notificationWords['zh-TW'],
    wanted,
    show: (notification) => shown.push(notification),
    openErrors: () => {
      opened += 1;
    },
  });
  const critical = (...names: HealthCheck['name'][]): void =>
    tell({
      level: names.length > 0 ? 'critical' : 'ok',
      checks: names.map((name) => ({ name, level: 'critical', message: '', values: {} })),
    });
  return { shown, critical, tell: (payload: unknown) => tell(payload), opened: () => opened };
}

describe('a notification', () => {
  it('comes when something turns critical and when all has recovered, in the chosen language, none twice', () => {
    const { shown, critical } = started();
    critical('disk');
    critical('disk');
    critical();
    critical();
    expect(shown.map(({ title }) => title)).toEqual(['磁碟快滿了', '一切恢復正常']);
  });

  it('comes again for another cause', () => {
    const { shown, critical } = started();
    critical('disk');
    critical('capture', 'disk');
    expect(shown.map(({ title }) => title)).toEqual(['磁碟快滿了', '新紀錄沒有被保存']);
  });

  it('opens the errors when it is clicked', () => {
    const { shown, critical, opened } = started();
    critical('disk');
    shown[0]?.onClick();
    expect(opened()).toBe(1);
  });

  it('does not come where it is not wanted, nor for a message of another shape', () => {
    const { shown, critical, tell } = started(() => false);
    critical('disk');
    tell({ level: 'critical' });
    expect(shown).toEqual([]);
  });
});
