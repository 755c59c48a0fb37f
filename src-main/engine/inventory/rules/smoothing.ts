export type SmoothingMethod = 'median' | 'mean' | 'mode';

/**
 * One whole count for the last readings of a product, the oldest first (SPEC 9). Between two whole numbers the larger
 * one counts; of counts that are equally frequent the one that was read last.
 */
export function smoothed(readings: readonly number[], method: SmoothingMethod): number {
  if (readings.length === 0) return 0;
  if (method === 'mean') return Math.round(sum(readings) / readings.length);
  return method === 'median' ? medianOf(readings) : modeOf(readings);
}

function medianOf(readings: readonly number[]): number {
  const sorted = readings.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return Math.round((lower + upper) / 2);
}

function modeOf(readings: readonly number[]): number {
  const times = new Map<number, number>();
  for (const one of readings) times.set(one, (times.get(one) ?? 0) + 1);
  let best = 0;
  for (const one of readings) if ((times.get(one) ?? 0) >= (times.get(best) ?? 0)) best = one;
  return best;
}

function sum(readings: readonly number[]): number {
  return readings.reduce((total, one) => total + one, 0);
}
