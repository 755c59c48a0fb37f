import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from '../contract/client.ts';
import { BackhaulError } from '../contract/errors.ts';
import { announceEngine } from './announce.ts';
import { type Capture, startCapture } from './capture/service.ts';
import { createCloudAccess, watchCloud } from './cloud/service.ts';
import type { Environment } from './config/environment.ts';
import type { Config } from './config/load-config.ts';
import { configuredCloud } from './configured-cloud.ts';
import { createHandlers } from './engine-handlers.ts';
import { isNoRoom, tryUntilMade } from './files/try-until.ts';
import { createFind } from './find/service.ts';
import { createHealth, type Health, watchStatus } from './health/service.ts';
import { withSmallHeap } from './heap.ts';
import { openInventory, watchInventory } from './inventory/service.ts';
import { createLive, watchLive } from './live/service.ts';
import type { Logger } from './log/logger.ts';
import { createReports, watchErrors } from './reports/service.ts';
import { type ControlServer, listenControl } from './rpc/control-server.ts';
import { createDispatch, type Dispatch } from './rpc/dispatch.ts';
import { createEventHub, type EventHub } from './rpc/event-hub.ts';
import { onceFree } from './rpc/once-free.ts';
import { socketPaths } from './rpc/socket-path.ts';
import { fileSecrets, type SecretStore } from './secrets/service.ts';
import { createSettingsHandlers } from './settings-handlers.ts';
import { createBackups, type EngineLock, openStorage, takeEngineLock } from './storage/service.ts';
import { createScheduler, openSync } from './sync/service.ts';
import { recentlyPending, startUnattended } from './unattended.ts';
import { version } from './version.ts';

/** What the engine takes from outside; tests bring their own clock. */
export interface EnginePorts {
  readonly environment: Environment;
  readonly log: Logger;
  readonly now: () => Date;
  readonly random: () => number;
  /** a service or console stays: it keeps its cloud running and starts its detector; a command does neither */
  readonly stays: boolean;
  /** false: without the loopback API, whatever the configuration says */
  readonly api?: boolean;
  /** only asks: where the disk lets no engine begin, it is told from what can be read, and that it is so */
  readonly looks?: boolean;
  /** the keychain of the console that runs it; the files of the data directory unless told */
  readonly secrets?: SecretStore;
}

/** A running engine. */
export interface Engine {
  readonly client: Client;
  readonly port: { readonly dispatch: Dispatch; readonly events: EventHub };
  readonly capture: Capture;
  /** why the database cannot be written now, null when it can */
  waitsFor(): string | null;
  /**
   * resolves when no call of another process is under way, no bridge connection is open and nothing is being brought
   * back from a damaged file
   */
  quiet(): Promise<void>;
  /** clean stop: flushes, ends the run between two batches, stops what it started */
  close(): Promise<void>;
}

/**
 * The composition root: the one engine of a data directory.
 * @throws BackhaulError `conflict` when another engine holds the directory (attach to it instead)
 */
export async function startEngine(config: Config, ports: EnginePorts): Promise<Engine> {
  const lock = lockDirectory(config.dataDir, ports);
  if (lock === null) {
    throw new BackhaulError(
      'conflict',
      `Another Backhaul engine already runs on ${config.dataDir}. Nothing was changed; use that one, or stop it first.`,
      { details: { engineRunning: true } },
    );
  }
  const undo: (() => Promise<void> | void)[] = [() => lock.release()];
  try {
    return await compose(config, ports, lock, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** Null where another engine has it. Who only asks goes without where the disk refuses: then nothing is written. */
function lockDirectory(dataDir: string, { looks = false }: EnginePorts): EngineLock | null {
  try {
    return takeEngineLock(dataDir);
  } catch (error) {
    if (!looks || !(error instanceof BackhaulError) || error.code !== 'storage') throw error;
    return { refusal: error.message, holds: () => false, release: () => {} };
  }
}

async function compose(
  config: Config,
  ports: EnginePorts,
  lock: EngineLock,
  undo: (() => Promise<void> | void)[],
): Promise<Engine> {
  const { log, now, random, environment } = ports;
  const events = createEventHub();
  let onRecovered = (): void => undefined;
  const serviceInstance = `${hostname()}-${process.pid}`;
  const storage = await openStorage(config.dataDir, {
    locationId: config.location.id,
    timeZone: config.location.timezone,
    now,
    lock,
    note: (message) => log.error(message),
    log,
    onRecovered: () => onRecovered(),
  });
  undo.push(() => storage.close());
  if (storage.backup !== null) log.info('brought an older database forward', { backup: storage.backup });
  if (storage.readOnlyReason !== null) log.error(storage.readOnlyReason);

  const backups = createBackups({ storage, keep: config.backup.keep, log, now });
  undo.push(() => backups.close());
  if (ports.stays && config.backup.enabled) {
    const daily = backups.watch();
    undo.push(() => daily.stop());
  }

  const secrets = ports.secrets ?? fileSecrets(config.dataDir);
  const cloud = await configuredCloud(config, { environment, log, now, secrets, stays: ports.stays });
  undo.push(() => cloud.close());
  const sync = await openSync({
    storage,
    cloud,
    localCloud: () =>
      createCloudAccess({
        dataDir: config.dataDir,
        target: { kind: 'local' },
        requestTimeoutMs: config.sync.requestTimeoutMs,
        now,
        respectHold: false,
      }),
    config,
    log,
    serviceInstance,
    now,
    random,
    onProgress: (progress) => {
      if (progress.phase === 'finished') health.countAnew();
      events.emit('sync.progress', progress);
    },
  });
  undo.push(() => sync.close());

  const listens = lock.refusal === null;
  const paths = socketPaths(config.dataDir, environment.runtimeDir);
  const { inventory, olderInventory } = await openInventory({ storage, config: config.inventory, log, now });
  undo.push(() => olderInventory.close());
  let committedLines = 0;
  const capture = startCapture({
    ...{ storage, config, log, now, dataDir: config.dataDir },
    readings: inventory.readings,
    onCommitted: ({ lines }) => {
      committedLines += lines;
    },
  });
  undo.push(() => capture.close());
  if (listens) {
    const make = (): Promise<void> => onceFree(() => capture.listen(paths.bridge));
    const bridge = await tryUntilMade({ what: 'the socket of the bridge', make, mayPass: isNoRoom }, log);
    undo.push(() => bridge.stop());
  }
  if (ports.stays && config.capture.command !== null) capture.supervise(config.capture.command);

  const waiting = recentlyPending(() => health);
  const watch = ports.stays
    ? watchCloud({
        cloud,
        log,
        now,
        isUrgent: () => waiting.any() || events.listeners('status.changed') > 0,
        onChange: (status) => events.emit('cloud.changed', status),
      })
    : null;
  undo.push(() => watch?.stop());
  const scheduler = createScheduler({
    storage,
    patterns: config.schedule,
    catchUp: config.sync.catchUp,
    log,
    now,
    monotonicMs: () => performance.now(),
    lastRun: () => sync.journal.list(1)[0] ?? null,
    start: async (request) => (await withSmallHeap(() => sync.start({ ...request, dryRun: false }))).run,
    pending: () => health.pending(),
    // What only a new configuration can mend is not tried again and again.
    reachable: () => (cloud.fault === null ? (watch?.last().reachable ?? null) : false),
  });
  const health: Health = createHealth({
    storage,
    sync,
    config,
    now,
    cloudStatus: async () => {
      const last = watch?.last();
      return last === undefined ? cloud.status() : last.reachable === null && watch ? watch.look() : last;
    },
    get cloudFault() {
      return cloud.fault?.message ?? null;
    },
    cloudExpected: ports.stays,
    capture: () => capture.status(),
    backupFailure: backups.failure,
    scheduler,
    stays: ports.stays,
  });
  onRecovered = () => {
    inventory.recovered();
    health.countAnew();
    scheduler.wake();
  };
  const reports = createReports({ storage, now });
  const live = createLive({
    storage,
    now,
    cameraSigns: () => health.cameras(),
    capture: () => capture.status(),
    connections: () => capture.connections(),
  });
  const handlers = createHandlers({
    ...{ config, sync, capture, health, scheduler, reports, live, inventory, olderInventory, backups },
    find: createFind({ storage, cloud, now }),
    timeZone: () => storage.location.timeZone(),
    locationId: () => storage.location.id(),
    cloudKind: cloud.kind,
    serviceInstance,
    salvage: storage.salvage,
    stays: ports.stays,
    bridge: listens ? paths.bridge : null,
    settings: createSettingsHandlers({
      ...{ config, environment, secrets, cloud, watch, storage, scheduler, health, reports, now },
    }),
  });
  const dispatch = createDispatch(handlers, (name, error) =>
    log.error('a call failed inside', {
      name,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  const client = createClient({
    call: (name, input) => dispatch(name, input, { signal: new AbortController().signal }),
    subscribe: (name, listener) => events.subscribe(name, listener),
  });
  let control: ControlServer | null = null;
  if (listens) {
    undo.push(() => control?.close());
    const make = async (): Promise<void> => {
      control = await listenControl(paths.control, dispatch, events);
    };
    const listening = await tryUntilMade({ what: 'the socket of commands', make, mayPass: isNoRoom }, log);
    undo.push(() => listening.stop());
    const announced = await announceEngine({
      ...{ config, client, log, now, storage, sockets: paths, committedLines: () => committedLines },
      answers: ports.stays && config.api.enabled && ports.api !== false,
    });
    undo.push(() => announced.close());
  }
  const statusWatch = watchStatus({ storage, status: () => health.status(), events, log });
  undo.push(() => statusWatch.stop());
  const liveWatch = watchLive(live, storage, events, log);
  undo.push(() => liveWatch.stop());
  const inventoryWatch = watchInventory(inventory, storage, events, log);
  undo.push(() => inventoryWatch.stop());
  const errorWatch = watchErrors({ storage, summary: () => reports.summary(), events, log });
  undo.push(() => errorWatch.stop());
  if (watch !== null) {
    const unattended = startUnattended({
      ...{ inventory, storage, cloud, watch, scheduler, sync, health, events, log },
    });
    undo.push(() => unattended.stop());
  }
  log.info('engine started', { version, pid: process.pid, dataDir: config.dataDir, cloud: cloud.kind });
  return {
    client,
    port: { dispatch, events },
    capture,
    waitsFor: () => storage.readOnlyReason,
    async quiet() {
      await untilQuiet(() => control, capture);
      await storage.salvage.settled();
    },
    async close() {
      for (const step of undo.reverse()) await step();
      undo.length = 0;
      log.info('engine stopped', { pid: process.pid });
    },
  };
}

async function untilQuiet(control: () => ControlServer | null, capture: Capture): Promise<void> {
  while ((control()?.active() ?? 0) > 0 || capture.status().connections > 0) {
    await delay(20);
  }
}
