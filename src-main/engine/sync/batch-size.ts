/** How many records the next request takes. */
export interface BatchSize {
  current(): number;
  /** a request of this size, begun at this time (milliseconds of any clock), took so long */
  took(durationMs: number, records: number, begunMs: number): void;
  /** the cloud found a request too large or too slow */
  tooLarge(): void;
}

const slowMs = 2000;
const quickMs = 750;
/** Slowness alone never goes below it: a request has a price of its own. */
const leastForSlowness = 25;

/**
 * Halves when the cloud is slow for the size or refuses it, doubles again while it is quick, never above `largest`. Where
 * a smaller request takes as long, it is the line that is slow and not the size: then the size goes back, and only
 * what a request takes beyond that counts. Requests that were under way when the size changed say nothing about it.
 */
export function adaptiveBatchSize(largest: number, now: () => number): BatchSize {
  let size = largest;
  let changedAt = Number.NEGATIVE_INFINITY;
  let lineMs = 0;
  let slower: { readonly size: number; readonly ms: number } | null = null;
  const change = (to: number, least: number): void => {
    size = Math.max(Math.min(least, largest), Math.min(largest, Math.trunc(to)));
    changedAt = now();
  };
  return {
    current: () => size,
    took(durationMs, records, begunMs) {
      lineMs = Math.min(lineMs, durationMs);
      if (records < size || begunMs < changedAt) return;
      const ownMs = durationMs - lineMs;
      if (ownMs <= slowMs) {
        if (ownMs >= quickMs || size >= largest) return;
        slower = null;
        change(size * 2, 1);
      } else if (slower !== null && slower.size > size && durationMs > slower.ms * 0.75) {
        lineMs = durationMs;
        change(slower.size, 1);
        slower = null;
      } else {
        slower = { size, ms: durationMs };
        change(size / 2, leastForSlowness);
      }
    },
    tooLarge() {
      slower = null;
      change(size / 2, 1);
    },
  };
}
