import { parentPort, workerData } from 'node:worker_threads';
import { mayPass } from '../write-transaction.ts';
import { recover } from './recover.ts';

/** Recovers a damaged database beside the engine's thread; says `ready`, then `done` or why not. */
const task = workerData as Omit<Parameters<typeof recover>[0], 'ready'>;

try {
  await recover({ ...task, ready: () => parentPort?.postMessage({ kind: 'ready' }) });
  parentPort?.postMessage({ kind: 'done' });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  parentPort?.postMessage({ kind: 'failed', reason, mayPass: mayPass(error) });
}
