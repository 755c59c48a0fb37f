/** How many records the next request takes. */
export interface BatchSize {
  current(): number;
  /** a request of this size took so long */
  took(durationMs: number, records: number): void;
  /** the cloud found a request too large or too slow */
  tooLarge(): void;
}

const slowMs = 2000;
const quickMs = 750;

/** Halves when the cloud is slow or refuses the size, doubles again while it is quick, never above `largest`. */
export function adaptiveBatchSize(largest: number): BatchSize {
  let size = largest;
  const change = (to: number): void => {
    size = Math.max(1, Math.min(largest, Math.trunc(to)));
  };
  return {
    current: () => size,
    took(durationMs, records) {
      if (durationMs > slowMs && records >= size) change(size / 2);
      else if (durationMs < quickMs && records >= size) change(size * 2);
    },
    tooLarge: () => change(size / 2),
  };
}
