import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../contract/errors.ts';

/** We hold the lock: what still answers there is an engine that was killed a moment ago. */
export async function onceFree(listen: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + 2000;
  for (;;) {
    try {
      return await listen();
    } catch (error) {
      const taken = error instanceof BackhaulError && error.code === 'conflict';
      if (!taken || performance.now() > deadline) throw error;
    }
    await delay(20);
  }
}
