import { setTimeout as delay } from 'node:timers/promises';
import type { Capture } from './capture/service.ts';
import type { Config } from './config/load-config.ts';
import type { Find } from './find/service.ts';
import type { Health } from './health/service.ts';
import { withSmallHeap } from './heap.ts';
import type { Inventory, OlderInventory } from './inventory/service.ts';
import type { Live } from './live/service.ts';
import type { Reports } from './reports/service.ts';
import type { Handlers } from './rpc/dispatch.ts';
import type { SettingsHandlers } from './settings-handlers.ts';
import type { Backups, Storage } from './storage/service.ts';
import type { Scheduler, Sync } from './sync/service.ts';
import { version } from './version.ts';

/** A run does not wait for a disk that takes no records. */
const longestFlushMs = 2000;

export interface HandlerParts {
  readonly config: Config;
  readonly sync: Sync;
  readonly capture: Capture;
  readonly health: Health;
  readonly scheduler: Scheduler;
  readonly reports: Reports;
  readonly find: Find;
  readonly live: Live;
  readonly inventory: Inventory;
  readonly backups: Backups;
  readonly olderInventory: OlderInventory;
  /** IANA name; changes when the location's row does */
  readonly timeZone: () => string;
  readonly locationId: () => string | null;
  readonly cloudKind: 'local' | 'supabase';
  readonly serviceInstance: string;
  readonly salvage: Storage['salvage'];
  /** an engine that ends with its command sends at once what it brings back */
  readonly stays: boolean;
  /** null where it does not listen */
  readonly bridge: string | null;
  readonly settings: SettingsHandlers;
}

/** What answers each call of the contract. */
export function createHandlers(parts: HandlerParts): Handlers {
  /** Who asks for the status right after it must see what has been decided. */
  const counting = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      parts.health.countAnew();
    }
  };
  /** What a person has made pending again goes at once where the engine stays. */
  const waking = async <T>(work: Promise<T>): Promise<T> => {
    const value = await counting(work);
    parts.scheduler.wake();
    return value;
  };
  const { config, sync, capture, health, scheduler, reports, find, inventory } = parts;
  return {
    'engine.info': () =>
      Promise.resolve({
        version,
        pid: process.pid,
        dataDir: config.dataDir,
        timeZone: parts.timeZone(),
        locationId: parts.locationId(),
        cloudKind: parts.cloudKind,
        bridgeSocket: parts.bridge,
        serviceInstance: parts.serviceInstance,
      }),
    'status.get': () => health.status(),
    'health.get': () => health.health(),
    'schedule.pause': async ({ hours }) => ({ pausedUntil: (await scheduler.pause(hours)).toISOString() }),
    'schedule.resume': async () => {
      await scheduler.resume();
      return {};
    },
    'sync.start': async (input) => {
      await Promise.race([capture.flushAll(), delay(longestFlushMs, undefined, { ref: false })]);
      if (!parts.stays) await parts.salvage.settled();
      return counting(withSmallHeap(() => sync.start(input)));
    },
    'sync.cancel': () => Promise.resolve({ cancelled: sync.cancel() }),
    'history.list': (input) => withSmallHeap(async () => reports.runs(input)),
    'history.page': (input) => withSmallHeap(() => reports.page(input)),
    'history.run': ({ runId }) => reports.run(runId),
    'history.statistics': ({ days }) => withSmallHeap(() => reports.statistics(days)),
    'errors.list': (input) => withSmallHeap(() => reports.errors(input)),
    'errors.summary': () => withSmallHeap(() => reports.summary()),
    'errors.acknowledge': async ({ unit, code }) => ({
      acknowledged: await (unit === 'damage' ? parts.salvage.acknowledge() : reports.acknowledge(code)),
    }),
    'lines.page': (input) => reports.lines(input),
    'find.records': (input, { signal }) => find.records(input, signal),
    'verify.run': (input, { signal }) => counting(sync.verify(input, signal)),
    'cloud.switch': (input, { signal }) => counting(sync.switchCloud(input, signal)),
    'quarantine.list': (input) => withSmallHeap(async () => sync.quarantine.list(input)),
    'quarantine.page': (input) => sync.quarantine.page(input),
    'quarantine.fields': async ({ id }) => ({ fields: sync.quarantine.fields(id) }),
    'quarantine.retry': (input) => waking(sync.quarantine.retry(input)),
    'quarantine.discard': (input) => counting(sync.quarantine.discard(input)),
    'quarantine.edit': ({ id, values }) => waking(sync.quarantine.edit(id, values)),
    'cleanup.run': ({ olderThanHours }, { signal }) =>
      counting(sync.cleanUp({ statesHours: olderThanHours }, signal)),
    'capture.get': () => Promise.resolve(capture.status()),
    'capture.live': () => parts.live.read(),
    'inventory.get': () => Promise.resolve(inventory.now()),
    'inventory.sales': (input) => inventory.sales(input),
    'inventory.alerts': (input) => inventory.alerts(input),
    'inventory.snapshots': (input) => inventory.snapshots(input),
    'inventory.stats': () => inventory.stats(),
    'inventory.summary': (input) => inventory.summary(input),
    'inventory.acknowledge': ({ id }) => inventory.acknowledge(id),
    'backup.list': () => Promise.resolve([...parts.backups.list()]),
    'backup.create': () => parts.backups.create(),
    'inventory.import': ({ file }, { signal }) => counting(parts.olderInventory.import(file, signal)),
    ...parts.settings,
  };
}
