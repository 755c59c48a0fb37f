import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../contract/errors.ts';
import { addressOf, connectionOf, type LocalCloudConnection, readyConnection } from './connection.ts';
import { holdSupervisor, tellSupervisor } from './control-client.ts';
import { type Lease, leaseOfGuest, leaseOfOwner } from './lease.ts';
import { type LocalCloudPaths, localCloudPaths } from './paths.ts';
import { type LocalCloudSecrets, readOrCreateSecrets } from './secrets.ts';
import { spawnSupervisor } from './spawn-supervisor.ts';
import { supervisorLockIsHeld } from './supervisor-lock.ts';
import { readSupervisorState } from './supervisor-state.ts';

export interface LocalCloudLease extends Lease {
  readonly connection: LocalCloudConnection;
}

export interface LocalCloudOptions {
  /** The resources folder, where it is not found by walking up from the sources or the bundle. */
  readonly resourcesDir?: string | undefined;
  /** The plain Node that runs the supervisor; this process's own by default. */
  readonly nodePath?: string | undefined;
}

export interface OpenLocalCloudOptions extends LocalCloudOptions {
  /** Cancels the opening; an open lease is ended by `close`. */
  readonly signal?: AbortSignal | undefined;
  /** Refuse, with `unavailable` and `details.held`, after a `cloud stop`. */
  readonly respectHold?: boolean | undefined;
}

/** How long a supervisor that starts or ends is waited for. */
const patienceMs = 15_000;

/**
 * Gives the use of the local cloud (SPEC 5.6): of the one that runs, else of one started here, which ends
 * with the last process that uses it, even if that is killed.
 * @throws BackhaulError `unavailable` when it does not start (the message names the log), `misconfigured`
 *   where this computer cannot run it, `cancelled`.
 */
export async function openLocalCloud(
  dataDir: string,
  options: OpenLocalCloudOptions = {},
): Promise<LocalCloudLease> {
  const paths = localCloudPaths(dataDir);
  const secrets = await readOrCreateSecrets(paths);
  return untilSettled(paths, options.signal, async () => {
    if (options.respectHold === true && existsSync(paths.hold)) throw heldFault();
    return supervisorLockIsHeld(paths.lock)
      ? joinAsGuest(paths, secrets)
      : startAsOwner(paths, secrets, options);
  });
}

/**
 * Starts the local cloud so that it stays until `stopLocalCloud`, and takes over one that a command or an
 * engine has started for itself. Resolves when it answers.
 * @throws BackhaulError as `openLocalCloud`
 */
export async function startLocalCloud(
  dataDir: string,
  options: LocalCloudOptions = {},
): Promise<LocalCloudConnection> {
  const paths = localCloudPaths(dataDir);
  const secrets = await readOrCreateSecrets(paths);
  await rm(paths.hold, { force: true });
  return untilSettled(paths, undefined, async () =>
    supervisorLockIsHeld(paths.lock) ? takeOver(paths, secrets) : startDetached(paths, secrets, options),
  );
}

async function startAsOwner(
  paths: LocalCloudPaths,
  secrets: LocalCloudSecrets,
  options: OpenLocalCloudOptions,
): Promise<LocalCloudLease | null> {
  const outcome = await spawnSupervisor(paths, { ...options, detached: false });
  if (outcome.kind === 'busy') return null;
  const connection = await readyConnection(paths, secrets);
  return connection && { ...leaseOfOwner(outcome.child), connection };
}

async function joinAsGuest(
  paths: LocalCloudPaths,
  secrets: LocalCloudSecrets,
): Promise<LocalCloudLease | null> {
  const state = await readSupervisorState(paths);
  if (state?.phase !== 'ready') return null;
  const address = addressOf(state, secrets);
  const held = await holdSupervisor(address);
  return held && { ...leaseOfGuest(held, address, paths), connection: connectionOf(state, secrets) };
}

async function startDetached(
  paths: LocalCloudPaths,
  secrets: LocalCloudSecrets,
  options: LocalCloudOptions,
): Promise<LocalCloudConnection | null> {
  const outcome = await spawnSupervisor(paths, { ...options, detached: true });
  if (outcome.kind === 'busy') return null;
  if (outcome.child.connected) outcome.child.disconnect();
  return readyConnection(paths, secrets);
}

async function takeOver(
  paths: LocalCloudPaths,
  secrets: LocalCloudSecrets,
): Promise<LocalCloudConnection | null> {
  const state = await readSupervisorState(paths);
  if (state?.phase !== 'ready') return null;
  const answer = await tellSupervisor(addressOf(state, secrets), 'detach');
  return answer?.status === 200 ? connectionOf(state, secrets) : null;
}

/** Tries again while another supervisor starts or ends: each change of it gives a new chance. */
async function untilSettled<T>(
  paths: LocalCloudPaths,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T | null>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    if (signal?.aborted) throw new BackhaulError('cancelled', 'Opening the local cloud was cancelled.');
    const settled = await attempt();
    if (settled !== null) return settled;
    if (Date.now() >= deadline) throw unsettledFault(paths);
    await delay(50);
  }
}

function unsettledFault(paths: LocalCloudPaths): BackhaulError {
  return new BackhaulError(
    'unavailable',
    `The local cloud of this data directory neither starts nor ends. Records stay safe in the buffer. See ${paths.logs}`,
    { details: { log: paths.logs } },
  );
}

function heldFault(): BackhaulError {
  return new BackhaulError(
    'unavailable',
    'The local cloud was stopped by "backhaul cloud stop" and stays so until "backhaul cloud start". Records stay safe in the buffer.',
    { details: { held: true } },
  );
}
