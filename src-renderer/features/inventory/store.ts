import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import type { InventoryFormat } from '../../../src-main/contract/desktop-contract.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type {
  AlertRow,
  InventoryNow,
  InventorySummary,
} from '../../../src-main/contract/inventory-shapes.ts';
import { mergeAlerts } from './alert-list.ts';
import { dayIn, daysLater, type PeriodChoice, today } from './period.ts';

export interface InventoryState {
  /** how the shelf stands; null until it has been read once */
  readonly now: InventoryNow | null;
  /** which day or week is shown */
  readonly choice: PeriodChoice;
  /** of the day or week that is shown; null while it is read for the first time */
  readonly summary: InventorySummary | null;
  readonly yesterday: InventorySummary | null;
  readonly lastWeek: InventorySummary | null;
  /** of the day or week that is shown, and every one that is still open; the open ones first, newest first */
  readonly alerts: readonly AlertRow[];
  /** the alert that is being acknowledged */
  readonly acknowledging: number | null;
  readonly fault: Fault | null;
  readonly exporting: InventoryFormat | null;
  /** where the last export went */
  readonly exported: string | null;
  /** Follows the shelf for as long as the console is open, for the number in the sidebar. */
  watch(): () => void;
  /** Follows sales and alerts too, until the returned function is called. */
  follow(): () => void;
  choose(choice: PeriodChoice): void;
  acknowledge(id: number): Promise<void>;
  /** Writes the day or week that is shown to a file of the person's choice. */
  exportSummary(format: InventoryFormat): Promise<void>;
  dismiss(): void;
}

export type InventoryStore = StoreApi<InventoryState>;

const mostAlerts = 200;
/** Averages, and the days before, are read anew so often while something comes in, milliseconds. */
const renewMs = 60_000;

/** The state of the Inventory view. */
export function createInventoryStore(
  engine: Client,
  desktop: DesktopClient,
  clock: () => Date = () => new Date(),
): InventoryStore {
  return createStore<InventoryState>()((set, get) => {
    const fail = (error: unknown): void => set({ fault: toFault(error) });
    /** what the last reading of sales and alerts was for */
    let read = { snapshotAt: null as number | null, saleId: -1, alerts: '', today: '', at: 0 };
    let stored: readonly AlertRow[] = [];

    async function takeSnapshot(): Promise<void> {
      try {
        set({ now: await engine.call('inventory.get', {}), fault: null });
      } catch (error) {
        fail(error);
      }
    }

    async function readSummary(): Promise<void> {
      const { choice } = get();
      const { period, day } = choice;
      try {
        const summary = await engine.call('inventory.summary', { period, ...(day === null ? {} : { day }) });
        if (get().choice === choice) set({ summary, fault: null });
        await readAlerts();
      } catch (error) {
        if (get().choice === choice) fail(error);
      }
    }

    async function readAlerts(): Promise<void> {
      const { choice, summary } = get();
      if (summary === null) return;
      const { from_utc, to_utc } = summary;
      try {
        const [open, inTime] = await Promise.all([
          engine.call('inventory.alerts', { open: true, limit: mostAlerts }),
          engine.call('inventory.alerts', { from_utc, to_utc, limit: mostAlerts }),
        ]);
        if (get().choice !== choice) return;
        stored = [...open, ...inTime];
        set({ alerts: mergeAlerts(get().now?.alerts ?? [], stored) });
      } catch (error) {
        if (get().choice === choice) fail(error);
      }
    }

    /** The day and the week that are over; what comes late still belongs to them. */
    async function readPast(todayIs: string): Promise<void> {
      try {
        const [yesterday, lastWeek] = await Promise.all([
          engine.call('inventory.summary', { period: 'day', day: daysLater(todayIs, -1) }),
          engine.call('inventory.summary', { period: 'week', day: daysLater(todayIs, -7) }),
        ]);
        set({ yesterday, lastWeek });
      } catch (error) {
        fail(error);
      }
    }

    async function readAll(): Promise<void> {
      await takeSnapshot();
      const { now } = get();
      if (now === null) return;
      read = { ...read, ...(await newest()), snapshotAt: now.snapshot_at_utc, alerts: alertSign(now) };
      read.today = dayIn(now.time_zone, clock());
      read.at = clock().getTime();
      await Promise.all([readSummary(), readPast(read.today)]);
    }

    async function newest(): Promise<{ readonly saleId: number }> {
      try {
        return { saleId: (await engine.call('inventory.sales', { limit: 1 }))[0]?.id ?? 0 };
      } catch (error) {
        fail(error);
        return { saleId: read.saleId };
      }
    }

    /** The shelf has changed: what follows from it is read where it may have changed as well. */
    async function lookOn(now: InventoryNow): Promise<void> {
      const { alerts, saleId, today: dayBefore } = read;
      if (now.snapshot_at_utc === read.snapshotAt && alertSign(now) === alerts) return;
      read = { ...read, snapshotAt: now.snapshot_at_utc, alerts: alertSign(now), ...(await newest()) };
      const at = clock().getTime();
      read.today = dayIn(now.time_zone, clock());
      const isOld = at - read.at >= renewMs || read.today !== dayBefore;
      if (isOld) void readPast(read.today);
      if (!isOld && read.saleId === saleId && read.alerts === alerts) return;
      if (isOld) read.at = at;
      await readSummary();
    }

    function show(now: InventoryNow): void {
      set({ now, alerts: mergeAlerts(now.alerts, stored) });
    }

    return {
      now: null,
      choice: today,
      summary: null,
      yesterday: null,
      lastWeek: null,
      alerts: [],
      acknowledging: null,
      fault: null,
      exporting: null,
      exported: null,
      watch() {
        const ends = [
          engine.subscribe('inventory.changed', show),
          desktop.subscribe('desktop.engineChanged', ({ state }) => {
            if (state === 'running') void takeSnapshot();
          }),
        ];
        void takeSnapshot();
        return () => {
          for (const end of ends) end();
        };
      },
      follow() {
        const ends = [
          engine.subscribe('inventory.changed', (now) => void lookOn(now)),
          desktop.subscribe('desktop.engineChanged', ({ state }) => {
            if (state === 'running') void readAll();
          }),
        ];
        set({ fault: null, exported: null });
        void readAll();
        return () => {
          for (const end of ends) end();
        };
      },
      choose(choice) {
        const { period, day } = get().choice;
        if (choice.period === period && choice.day === day) return;
        set({ choice });
        void readSummary();
      },
      async acknowledge(id) {
        set({ acknowledging: id });
        try {
          const alert = await engine.call('inventory.acknowledge', { id });
          stored = [alert, ...stored.filter((one) => one.id !== id)];
          const known = (get().now?.alerts ?? []).map((one) => (one.id === id ? alert : one));
          set({ alerts: mergeAlerts(known, stored), fault: null });
          await takeSnapshot();
        } catch (error) {
          fail(error);
        } finally {
          set({ acknowledging: null });
        }
      },
      async exportSummary(format) {
        const { period, day } = get().choice;
        set({ exporting: format, exported: null, fault: null });
        try {
          const selection = { period, ...(day === null ? {} : { day }) };
          const { path } = await desktop.call('desktop.exportInventory', { format, selection });
          set({ exported: path });
        } catch (error) {
          fail(error);
        } finally {
          set({ exporting: null });
        }
      },
      dismiss: () => set({ fault: null, exported: null }),
    };
  });
}

/** Changes when an alert comes, goes, grows worse or is acknowledged. */
function alertSign({ alerts, open_alerts, unacknowledged_alerts }: InventoryNow): string {
  return JSON.stringify([
    open_alerts,
    unacknowledged_alerts,
    alerts.map((one) => [one.id, one.severity, one.acknowledged, one.resolved_utc]),
  ]);
}
