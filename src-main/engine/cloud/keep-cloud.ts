import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../contract/errors.ts';
import type { Logger } from '../log/logger.ts';
import type { CloudAccess } from './cloud-access.ts';

const lookEveryMs = 5000;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

/**
 * An engine that stays has its local cloud ready before a run asks for it, and starts it again with back-off,
 * never while `cloud stop` holds (SPEC 5.6).
 */
export function keepCloud(cloud: CloudAccess, log: Logger): { stop(): void } {
  const abort = new AbortController();
  if (cloud.kind === 'local') void keep(cloud, log, abort.signal).catch(() => undefined);
  return { stop: () => abort.abort() };
}

async function keep(cloud: CloudAccess, log: Logger, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      if ((await cloud.status()).reachable !== true) await cloud.ensure(signal);
      pauseMs = firstPauseMs;
      await delay(lookEveryMs, undefined, { signal, ref: false });
    } catch (error) {
      if (signal.aborted) return;
      const held = error instanceof BackhaulError && error.details?.held === true;
      if (!held) log.warn('the local cloud did not start', { error: String(error), againInMs: pauseMs });
      await delay(held ? lookEveryMs : pauseMs, undefined, { signal, ref: false });
      pauseMs = held ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}
