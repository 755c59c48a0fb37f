import { BackhaulError } from '../../contract/errors.ts';

/** One at a time, in the order they came: runs, comparisons, clean-ups. */
export interface Turns {
  /** `queued`: it has to wait for another */
  take<T>(work: () => Promise<T>): { readonly queued: boolean; readonly done: Promise<T> };
  /** no further turn begins; resolves when the one under way has ended */
  close(): Promise<void>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closed = false;
  return {
    take(work) {
      const queued = waiting > 0;
      waiting += 1;
      const done = last.then(() => {
        if (closed)
          throw new BackhaulError(
            'cancelled',
            'The engine is stopping. Nothing was sent; the records wait here.',
          );
        return work();
      });
      last = done
        .catch(() => undefined)
        .finally(() => {
          waiting -= 1;
        });
      return { queued, done };
    },
    async close() {
      closed = true;
      await last;
    },
  };
}
