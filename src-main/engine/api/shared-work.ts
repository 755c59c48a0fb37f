import { BackhaulError } from '../../contract/errors.ts';

/** Work that many may ask for at once. */
export interface SharedWork<Value> {
  /**
   * Does the work, or waits for the same work that another has begun.
   * @throws BackhaulError `unavailable` where too much different work waits
   */
  share(key: string, work: () => Promise<Value>): Promise<Value>;
}

const mostAtOnce = 4;
const mostWaiting = 60;

/** Whatever the crowd, the engine does each thing once and few at a time. */
export function createSharedWork<Value>(): SharedWork<Value> {
  const underWay = new Map<string, Promise<Value>>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function turn(work: () => Promise<Value>): Promise<Value> {
    if (busy >= mostAtOnce) await new Promise<void>((go) => waiting.push(go));
    else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  }

  return {
    share(key, work) {
      const same = underWay.get(key);
      if (same !== undefined) return same;
      if (waiting.length >= mostWaiting) {
        const words = 'Too much is asked for at once. Capture goes before answers; ask again in a second.';
        return Promise.reject(new BackhaulError('unavailable', words, { retryAfterMs: 1000 }));
      }
      const done = turn(work).finally(() => underWay.delete(key));
      underWay.set(key, done);
      return done;
    },
  };
}
