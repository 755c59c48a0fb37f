import { parentPort, workerData } from 'node:worker_threads';
import { startCuttingProxy } from '../../e2e/support/cutting-proxy.ts';

/** The proxy in a thread of its own: its work shall cost neither side of a comparison anything. */
const { target, delayMs } = workerData as { readonly target: string; readonly delayMs: number };
const proxy = await startCuttingProxy(target);
proxy.delay(delayMs);
parentPort?.postMessage(proxy.url);
