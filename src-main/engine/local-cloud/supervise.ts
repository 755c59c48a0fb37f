import { statSync } from 'node:fs';
import { join } from 'node:path';
import { superuserConnectionString } from './bootstrap.ts';
import { type BoundedLog, openBoundedLog } from './bounded-log.ts';
import { createControl } from './control.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createHolders } from './holders.ts';
import { createLatch } from './latch.ts';
import type { LocalCloudPaths } from './paths.ts';
import { claimPorts } from './ports.ts';
import { clearPostmaster } from './postmaster.ts';
import { readOrCreateSecrets } from './secrets.ts';
import { createServers, type Servers } from './servers.ts';
import { createStatePublisher, type StatePublisher } from './supervisor-state.ts';

export interface Supervision {
  /** Resolves once the cloud answers; rejects with what kept it from starting. */
  readonly ready: Promise<void>;
  /** Resolves when everything has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /** Counts someone who needs the cloud; the answer takes the count back. */
  hold(): () => void;
  /** Whether the cloud goes on when one holder leaves. */
  staysWithoutOne(): boolean;
  stop(): void;
}

export interface SuperviseOptions {
  readonly detached: boolean;
  readonly resourcesDir: string;
}

/** Runs PostgreSQL, PostgREST and the gateway of one data directory until told to stop. Needs the lock. */
export async function supervise(paths: LocalCloudPaths, options: SuperviseOptions): Promise<Supervision> {
  const log = openBoundedLog(join(paths.logs, 'supervisor.log'));
  const stop = createLatch();
  const secrets = await readOrCreateSecrets(paths);
  await clearPostmaster(paths.database, log.line); // first, because it may still have the port
  const ports = await claimPorts(paths);
  const state = createStatePublisher(paths, {
    pid: process.pid,
    phase: 'starting',
    detached: options.detached,
    gatewayPort: ports.gateway,
    postgresPort: ports.postgres,
  });
  const holders = createHolders(() => {
    if (!state.now().detached) stop.open();
  });
  const gateway = createGateway({
    ports,
    secrets,
    superuserConnectionString: superuserConnectionString(secrets, ports.postgres),
    isReady: () => state.now().phase === 'ready',
    control: createControl({
      holders,
      state: state.now,
      detach: () => state.become({ detached: true }),
      stop: stop.open,
    }),
  });
  await gateway.listen();
  await state.become({});
  log.line(`started as process ${process.pid}, gateway on port ${ports.gateway}`);
  const servers = createServers({ paths, ports, secrets, resourcesDir: options.resourcesDir }, log.line);
  const watch = watchFolder(paths, stop.open);
  const ready = startAll(servers, state, log);
  ready.catch(stop.open);
  const ended = stop.opened.then(() => {
    clearInterval(watch);
    return endAll(servers, gateway, state, log);
  });
  const staysWithoutOne = (): boolean => state.now().detached || holders.count() > 1;
  return { ready, ended, hold: holders.add, staysWithoutOne, stop: stop.open };
}

async function startAll(servers: Servers, state: StatePublisher, log: BoundedLog): Promise<void> {
  try {
    await servers.start();
    if (state.now().phase === 'starting') await state.become({ phase: 'ready' });
    log.line('ready');
  } catch (error) {
    log.line(`start failed: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

async function endAll(
  servers: Servers,
  gateway: Gateway,
  state: StatePublisher,
  log: BoundedLog,
): Promise<void> {
  log.line('stopping');
  await state.become({ phase: 'stopping' }).catch(() => {}); // the folder may be gone
  await servers.stop();
  await gateway.close();
  await state.remove().catch(() => {});
  log.line('ended');
}

/** A data directory that is deleted takes its cloud with it, instead of leaving it behind for ever. */
function watchFolder(paths: LocalCloudPaths, onGone: () => void): NodeJS.Timeout {
  const inode = statSync(paths.lock).ino;
  return setInterval(() => {
    if (statSync(paths.lock, { throwIfNoEntry: false })?.ino !== inode) onGone();
  }, 2_000);
}
