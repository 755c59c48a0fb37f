import { Worker } from 'node:worker_threads';

/** A cloud seen from far away. */
export interface DelayProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Every request waits so long before it goes on to `target`. */
export async function startDelayProxy(target: string, delayMs: number): Promise<DelayProxy> {
  const worker = new Worker(new URL('./delay-proxy-worker.ts', import.meta.url), {
    workerData: { target, delayMs },
  });
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  return {
    url,
    async close() {
      await worker.terminate();
    },
  };
}
