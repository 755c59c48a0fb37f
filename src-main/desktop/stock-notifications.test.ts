import { describe, expect, it } from 'vitest';
import type { AlertRow, InventoryNow } from '../contract/inventory-shapes.ts';
import type { ShownNotification } from './health-notifications.ts';
import { notificationWords } from './notification-words.ts';
import { notifyOfStock } from './stock-notifications.ts';

function alert(id: number, product: string, change: Partial<AlertRow> = {}): AlertRow {
  return {
    ...{ id, timestamp_utc: id, timestamp_est: '', alert_type: 'low_stock', product_name: product },
    ...{ severity: 'critical', message: '', metadata: {}, acknowledged: false, resolved_utc: null },
    ...{ created_at: null, ...change },
  };
}

function nowWith(alerts: AlertRow[]): InventoryNow {
  return {
    ...{ persistence_enabled: true, persistence_fault: null, read_at_utc: 1, frame_number: null },
    ...{ snapshot_at_utc: 1, total_items: 0, products: [], open_alerts: 0, unacknowledged_alerts: 0 },
    ...{ alerts, time_zone: 'America/New_York' },
  };
}

async function started(atFirst: AlertRow[], wanted = () => true) {
  const shown: ShownNotification[] = [];
  let opened = 0;
  let tell: (payload: unknown) => void = () => undefined;
  notifyOfStock({
    engine: {
      call: () => Promise.resolve({ ok: true, value: nowWith(atFirst) }),
      subscribe: (name, listener) => {
        if (name === 'inventory.changed') tell = listener;
        return () => undefined;
      },
    },
    words: () => notificationWords.en,
    wanted,
    show: (notification) => shown.push(notification),
    openInventory: () => {
      opened += 1;
    },
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { shown, change: (...alerts: AlertRow[]) => tell(nowWith(alerts)), tell, opened: () => opened };
}

describe('a notification about stock', () => {
  it('comes when a critical alert opens, once, and opens the inventory', async () => {
    const { shown, change, opened } = await started([]);
    change(alert(1, 'Mango'));
    change(alert(1, 'Mango'));
    change();
    change(alert(1, 'Mango', { acknowledged: true }));
    expect(shown).toMatchObject([{ title: 'Mango is out', body: 'Put more on the shelf: Mango.' }]);
    shown[0]?.onClick();
    expect(opened()).toBe(1);
  });

  it('does not come for what was open before the console, nor for what is no more than a warning', async () => {
    const { shown, change } = await started([alert(1, 'Mango')]);
    change(
      alert(1, 'Mango'),
      alert(2, 'Pear', { severity: 'warning' }),
      alert(3, 'Cake', { alert_type: 'expiration' }),
      alert(4, 'Plum', { resolved_utc: 5 }),
    );
    expect(shown).toEqual([]);
    change(alert(5, 'Pear'));
    expect(shown.map(({ title }) => title)).toEqual(['Pear is out']);
  });

  it('names several in one, and cuts names that no screen has room for', async () => {
    const { shown, change } = await started([]);
    change(...['A', 'B'.repeat(200), 'C', 'D', 'E'].map((name, index) => alert(index + 1, name)));
    expect(shown).toHaveLength(1);
    expect(shown[0]?.title).toBe('5 products are out');
    expect(shown[0]?.body.length).toBeLessThan(120);
  });

  it('does not come where it is not wanted, nor for a message of another shape', async () => {
    const { shown, change, tell } = await started([], () => false);
    change(alert(1, 'Mango'));
    tell({ alerts: 'none' });
    expect(shown).toEqual([]);
  });
});
