import { parseArgs } from 'node:util';
import { toFault } from '../../contract/errors.ts';
import { findResources } from '../cloud/migrate.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import { localCloudPaths } from './paths.ts';
import { type Supervision, supervise } from './supervise.ts';
import { takeSupervisorLockWithin } from './supervisor-lock.ts';
import type { SupervisorMessage } from './supervisor-message.ts';
import { removeSupervisorState } from './supervisor-state.ts';

/**
 * Entry of the supervisor's process: `supervisor DATA_DIR [--detached] [--resources DIR]`. Speaks to the
 * process that started it over IPC; attached, it lives as long as somebody needs it.
 */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { detached: { type: 'boolean', default: false }, resources: { type: 'string' } },
  });
  const paths = localCloudPaths(positionals[0] ?? '.');
  await makePrivateFolder(paths.folder);
  const lock = await takeSupervisorLockWithin(paths.lock, 300);
  if (lock === null) return tell({ kind: 'busy' });
  await removeSupervisorState(paths);
  const supervision = await supervise(paths, {
    detached: values.detached,
    resourcesDir: values.resources ?? findResources(import.meta.url),
  });
  process.on('SIGTERM', supervision.stop);
  process.on('SIGINT', supervision.stop);
  process.on('SIGHUP', () => {});
  holdForParent(supervision);
  await supervision.ready.then(
    () => tell({ kind: 'ready' }),
    (error: unknown) => tell({ kind: 'failed', fault: toFault(error) }),
  );
  await supervision.ended;
  lock.release();
}

/** The parent holds the cloud until it says so or dies; the kernel closes the channel for it. */
function holdForParent(supervision: Supervision): void {
  const release = supervision.hold();
  process.once('disconnect', release);
  process.on('message', (message) => {
    if (message !== 'release') return;
    tell({ kind: 'released', stays: supervision.staysWithoutOne() }).then(release, release);
  });
  if (process.connected !== true) release();
}

function tell(message: SupervisorMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || process.connected !== true) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}

main().then(
  () => process.exit(0),
  async (error: unknown) => {
    await tell({ kind: 'failed', fault: toFault(error) });
    console.error(error);
    process.exit(1);
  },
);
