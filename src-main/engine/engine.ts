import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from '../contract/client.ts';
import { BackhaulError } from '../contract/errors.ts';
import { type Capture, startCapture } from './capture/service.ts';
import {
  type CloudAccess,
  cloudTarget,
  createCloudAccess,
  keepCloud,
  refusedAccess,
} from './cloud/service.ts';
import type { Environment } from './config/environment.ts';
import type { Config } from './config/load-config.ts';
import { createHealth, type Health } from './health/service.ts';
import type { Logger } from './log/logger.ts';
import { type ControlServer, listenControl } from './rpc/control-server.ts';
import { createDispatch, type Dispatch, type Handlers } from './rpc/dispatch.ts';
import { createEventHub, type EventHub } from './rpc/event-hub.ts';
import { removeEngineAddress, socketPaths, writeEngineAddress } from './rpc/socket-path.ts';
import { openStorage, type Storage, takeEngineLock } from './storage/service.ts';
import { openSync, type Sync } from './sync/service.ts';

export const version = '0.1.0';

/** What the engine takes from outside; tests bring their own clock. */
export interface EnginePorts {
  readonly environment: Environment;
  readonly log: Logger;
  readonly now: () => Date;
  readonly random: () => number;
  /** a service or console stays: it keeps its cloud running and starts its detector; a command does neither */
  readonly stays: boolean;
}

/** A running engine. */
export interface Engine {
  readonly client: Client;
  readonly port: { readonly dispatch: Dispatch; readonly events: EventHub };
  readonly capture: Capture;
  /** resolves when no call of another process is under way and no bridge connection is open */
  quiet(): Promise<void>;
  /** clean stop: flushes, ends the run between two batches, stops what it started */
  close(): Promise<void>;
}

/**
 * The composition root: the one engine of a data directory.
 * @throws BackhaulError `conflict` when another engine holds the directory (attach to it instead)
 */
export async function startEngine(config: Config, ports: EnginePorts): Promise<Engine> {
  const lock = takeEngineLock(config.dataDir);
  if (lock === null) {
    throw new BackhaulError(
      'conflict',
      `Another Backhaul engine already runs on ${config.dataDir}. Nothing was changed; use that one, or stop it first.`,
      { details: { engineRunning: true } },
    );
  }
  const undo: (() => Promise<void> | void)[] = [() => lock.release()];
  try {
    return await compose(config, ports, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function compose(
  config: Config,
  ports: EnginePorts,
  undo: (() => Promise<void> | void)[],
): Promise<Engine> {
  const { log, now, random, environment } = ports;
  const events = createEventHub();
  const serviceInstance = `${hostname()}-${process.pid}`;
  const storage = await openStorage(config.dataDir, {
    locationId: config.location.id,
    timeZone: config.location.timezone,
    now,
  });
  undo.push(() => storage.close());
  if (storage.backup !== null) log.info('brought an older database forward', { backup: storage.backup });
  if (storage.readOnlyReason !== null) log.error(storage.readOnlyReason);

  const cloud = configuredCloud(config, ports);
  undo.push(() => cloud.close());
  const sync = await openSync({
    storage,
    cloud,
    config,
    log,
    serviceInstance,
    now,
    random,
    onProgress: (progress) => events.emit('sync.progress', progress),
  });
  undo.push(() => sync.close());

  const paths = socketPaths(config.dataDir, environment.runtimeDir);
  const capture = startCapture({ storage, config, log, now, dataDir: config.dataDir });
  undo.push(() => capture.close());
  await capture.listen(paths.bridge);
  if (ports.stays && config.capture.command !== null) capture.supervise(config.capture.command);

  const health = createHealth({
    storage,
    sync,
    cloud,
    cloudExpected: ports.stays,
    capture: () => capture.status(),
  });
  const handlers = createHandlers({
    config,
    storage,
    sync,
    capture,
    health,
    serviceInstance,
    bridge: paths.bridge,
  });
  const dispatch = createDispatch(handlers, (name, error) =>
    log.error('a call failed inside', {
      name,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  const control = await listenControl(paths.control, dispatch, events);
  undo.push(() => control.close());
  writeEngineAddress(config.dataDir, { pid: process.pid, version, ...paths });
  undo.push(() => removeEngineAddress(config.dataDir));
  const watch = watchState({ storage, health, cloud, events, log, stays: ports.stays });
  undo.push(() => watch.stop());
  if (ports.stays) {
    const keeper = keepCloud(cloud, log);
    undo.push(() => keeper.stop());
  }
  log.info('engine started', { version, pid: process.pid, dataDir: config.dataDir, cloud: cloud.kind });
  return {
    client: createClient({
      call: (name, input) => dispatch(name, input, { signal: new AbortController().signal }),
      subscribe: (name, listener) => events.subscribe(name, listener),
    }),
    port: { dispatch, events },
    capture,
    quiet: () => untilQuiet(control, capture),
    async close() {
      for (const step of undo.reverse()) await step();
      undo.length = 0;
      log.info('engine stopped', { pid: process.pid });
    },
  };
}

/** A wrong key or address must stop no capture: the engine runs, every run refuses with the reason. */
function configuredCloud(config: Config, ports: EnginePorts): CloudAccess {
  const settings = {
    url: config.cloud.url,
    apiKey: ports.environment.supabaseKey,
    deviceToken: ports.environment.deviceToken,
  };
  try {
    return createCloudAccess({
      dataDir: config.dataDir,
      target: cloudTarget(settings),
      requestTimeoutMs: config.sync.requestTimeoutMs,
      now: ports.now,
      respectHold: ports.stays,
    });
  } catch (error) {
    if (!(error instanceof BackhaulError)) throw error;
    ports.log.error(error.message);
    return refusedAccess(error);
  }
}

interface HandlerParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly sync: Sync;
  readonly capture: Capture;
  readonly health: Health;
  readonly serviceInstance: string;
  readonly bridge: string;
}

function createHandlers(parts: HandlerParts): Handlers {
  const { config, sync, capture, health } = parts;
  return {
    'engine.info': () =>
      Promise.resolve({
        version,
        pid: process.pid,
        dataDir: config.dataDir,
        bridgeSocket: parts.bridge,
        serviceInstance: parts.serviceInstance,
      }),
    'status.get': () => health.status(),
    'sync.start': async (input) => {
      await Promise.race([capture.flushAll(), delay(longestFlushMs, undefined, { ref: false })]);
      return sync.start(input);
    },
    'sync.cancel': () => Promise.resolve({ cancelled: sync.cancel() }),
    'history.list': ({ limit }) => Promise.resolve(sync.journal.list(limit)),
    'verify.run': (_input, { signal }) => sync.verify(signal),
    'cloud.switch': (_input, { signal }) => sync.switchCloud(signal),
    'capture.get': () => Promise.resolve(capture.status()),
  };
}

interface WatchParts {
  readonly storage: Storage;
  readonly health: Health;
  readonly cloud: CloudAccess;
  readonly events: EventHub;
  readonly log: Logger;
  readonly stays: boolean;
}

/** A run does not wait for a disk that takes no records. */
const longestFlushMs = 2000;
const watchEveryMs = 1000;
const quietProbeEveryMs = 5000;

/**
 * Tells listeners when something has changed: committed data of any process (SQLite's data_version), a run, the
 * cloud. Does nothing while nobody listens.
 */
function watchState({ storage, health, events, log }: WatchParts): { stop(): void } {
  let told = '';
  let seen = '';
  let askedAt = 0;
  let busy = false;
  const timer = setInterval(() => {
    if (events.listeners('status.changed') === 0 || busy) return;
    const mark = storage.changeMark();
    if (mark === seen && performance.now() - askedAt < quietProbeEveryMs) return;
    seen = mark;
    askedAt = performance.now();
    busy = true;
    health
      .status()
      .then((status) => {
        const text = JSON.stringify(status);
        if (text === told) return;
        told = text;
        events.emit('status.changed', status);
        events.emit('cloud.changed', status.cloud);
      })
      .catch((error: unknown) => log.warn('the status could not be read', { error: String(error) }))
      .finally(() => {
        busy = false;
      });
  }, watchEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function untilQuiet(control: ControlServer, capture: Capture): Promise<void> {
  while (control.active() > 0 || capture.status().connections > 0) {
    await delay(20);
  }
}
