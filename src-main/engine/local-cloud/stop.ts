import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../contract/errors.ts';
import { makePrivateFolder, replacePrivateFile } from '../files/private-file.ts';
import { addressOf } from './connection.ts';
import { tellSupervisor } from './control-client.ts';
import { type LocalCloudPaths, localCloudPaths } from './paths.ts';
import { readOrCreateSecrets } from './secrets.ts';
import { supervisorLockFreed, supervisorLockIsHeld } from './supervisor-lock.ts';
import { readSupervisorState } from './supervisor-state.ts';

const askWithinMs = 5_000;
const endWithinMs = 15_000;

/**
 * Stops the local cloud, whoever started it, and keeps it stopped until `startLocalCloud`. Resolves when
 * it is gone; `stopped` is false where none ran.
 * @throws BackhaulError `unavailable` when it cannot be ended
 */
export async function stopLocalCloud(dataDir: string): Promise<{ readonly stopped: boolean }> {
  const paths = localCloudPaths(dataDir);
  await makePrivateFolder(paths.folder);
  await replacePrivateFile(
    paths.hold,
    'backhaul cloud stop was called; backhaul cloud start removes this file\n',
  );
  if (!supervisorLockIsHeld(paths.lock)) return { stopped: false };
  const listens = await askToStop(paths);
  if (await supervisorLockFreed(paths.lock, listens ? endWithinMs : 0)) return { stopped: true };
  await endByForce(paths);
  return { stopped: true };
}

async function askToStop(paths: LocalCloudPaths): Promise<boolean> {
  const secrets = await readOrCreateSecrets(paths);
  const deadline = Date.now() + askWithinMs;
  while (supervisorLockIsHeld(paths.lock) && Date.now() < deadline) {
    const state = await readSupervisorState(paths);
    if (state !== null && (await tellSupervisor(addressOf(state, secrets), 'stop'))?.status === 202)
      return true;
    await delay(50);
  }
  return false;
}

/** For a supervisor that hangs. The lock proves that it lives, its command line that the number is its. */
async function endByForce(paths: LocalCloudPaths): Promise<void> {
  const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGKILL'];
  for (const signal of signals) {
    const pid = (await readSupervisorState(paths))?.pid;
    if (pid !== undefined && (await isSupervisor(pid, paths))) process.kill(pid, signal);
    if (await supervisorLockFreed(paths.lock, 3_000)) return;
  }
  throw new BackhaulError('unavailable', `The local cloud does not stop. See ${paths.logs}`, {
    details: { log: paths.logs },
  });
}

async function isSupervisor(pid: number, paths: LocalCloudPaths): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes('supervisor.') && commandLine.split('\0').includes(paths.dataDir);
}
