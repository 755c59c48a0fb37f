import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import type { InventoryNow } from '../../../src-main/contract/inventory-shapes.ts';
import { alertOf, nowOf, productOf, summaryOf } from './now-fixture.ts';
import { createInventoryStore } from './store.ts';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Its sales take longer to read than those of other days. */
const slowDay = '2026-01-01';

/** An engine that notes what it is asked; what it answers can be changed. */
function engineWith() {
  const asked: string[] = [];
  const listeners = new Set<(now: InventoryNow) => void>();
  const engine = {
    asked,
    saleId: 1,
    now: nowOf([productOf('Mango')]),
    instant: new Date('2026-01-10T15:00:00Z'),
    tell(now: InventoryNow): void {
      engine.now = now;
      for (const listener of listeners) listener(now);
    },
  };
  const answers: Readonly<Record<string, (input: { id?: number; day?: string }) => unknown>> = {
    'inventory.get': () => engine.now,
    'inventory.sales': () => [{ id: engine.saleId }],
    'inventory.alerts': () => [alertOf(1)],
    'inventory.summary': ({ day }) => summaryOf({ first_day: day ?? 'today' }),
    'inventory.acknowledge': ({ id }) => alertOf(id ?? 0, { acknowledged: true }),
  };
  const client = {
    async call(name: string, input: { id?: number; day?: string }) {
      asked.push(`${name} ${JSON.stringify(input)}`);
      if (input.day === slowDay) await new Promise((resolve) => setTimeout(resolve, 2));
      return answers[name]?.(input);
    },
    subscribe(_name: string, listener: (now: InventoryNow) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const desktop = { call: async () => ({ path: null }), subscribe: () => () => undefined };
  const store = createInventoryStore(
    client as unknown as Client,
    desktop as unknown as DesktopClient,
    () => engine.instant,
  );
  return { engine, store, asked };
}

async function followed() {
  const made = engineWith();
  const ends = [made.store.getState().watch(), made.store.getState().follow()];
  await settled();
  made.asked.length = 0;
  return { ...made, ends };
}

describe('the inventory that is followed', () => {
  it('reads the shelf, today, and the day and week that are over', async () => {
    const { store, asked } = engineWith();
    store.getState().follow();
    await settled();
    expect(asked).toContain('inventory.summary {"period":"day"}');
    expect(asked).toContain('inventory.summary {"period":"day","day":"2026-01-09"}');
    expect(asked).toContain('inventory.summary {"period":"week","day":"2026-01-03"}');
    expect(store.getState().alerts).toHaveLength(1);
  });

  it('shows each change at once, and asks for sales only after a snapshot', async () => {
    const { engine, store, asked } = await followed();
    engine.tell({ ...engine.now, total_items: 3 });
    await settled();
    expect(store.getState().now?.total_items).toBe(3);
    expect(asked).toEqual([]);
    engine.tell({ ...engine.now, snapshot_at_utc: 2005 });
    await settled();
    expect(asked).toEqual(['inventory.sales {"limit":1}']);
    engine.saleId = 2;
    engine.tell({ ...engine.now, snapshot_at_utc: 2010 });
    await settled();
    expect(asked.filter((one) => one.startsWith('inventory.summary'))).toEqual([
      'inventory.summary {"period":"day"}',
    ]);
  });

  it('turns to the new day at midnight of its zone', async () => {
    const { engine, asked } = await followed();
    engine.instant = new Date('2026-01-11T05:00:01Z');
    engine.tell({ ...engine.now, snapshot_at_utc: 2005 });
    await settled();
    expect(asked).toContain('inventory.summary {"period":"day","day":"2026-01-10"}');
  });

  it('shows the day that was chosen last, whichever answer comes last', async () => {
    const { store } = await followed();
    store.getState().choose({ period: 'day', day: slowDay });
    store.getState().choose({ period: 'day', day: '2026-01-02' });
    await settled();
    expect(store.getState().summary?.first_day).toBe('2026-01-02');
  });

  it('shows an acknowledged alert as such before anything else is told', async () => {
    const { store } = await followed();
    await store.getState().acknowledge(1);
    expect(store.getState().alerts[0]?.acknowledged).toBe(true);
    expect(store.getState().acknowledging).toBeNull();
  });

  it('asks nothing more once it is left', async () => {
    const { engine, asked, ends } = await followed();
    for (const end of ends) end();
    engine.tell({ ...engine.now, snapshot_at_utc: 3000 });
    await settled();
    expect(asked).toEqual([]);
  });
});
