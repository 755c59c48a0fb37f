import { setTimeout as delay } from 'node:timers/promises';

export interface RetryOptions {
  readonly attempts: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** how long to wait, or null where trying again cannot help */
  readonly waitFor: (error: unknown) => { readonly atLeastMs: number } | null;
}

const baseMs = 400;
const longestMs = 20_000;

/** Exponential back-off with full jitter; a Retry-After is the least that is waited (SPEC 5.1). */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      const wait = options.signal.aborted || attempt >= options.attempts ? null : options.waitFor(error);
      if (wait === null) throw error;
      const jitter = options.random() * Math.min(longestMs, baseMs * 2 ** attempt);
      await delay(Math.max(wait.atLeastMs, jitter), undefined, { signal: options.signal });
    }
  }
}
