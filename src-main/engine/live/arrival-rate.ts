const windowMs = 60_000;
/** What came in the first moments is no pace yet. */
const leastMs = 10_000;

/** How fast records come, over the last minute. */
export interface ArrivalRate {
  /** so many have come since the reading before */
  add(count: number, elapsedMs: number): void;
  /** a second; over the time that was watched, ten seconds at the least, while that is shorter than a minute */
  perSecond(elapsedMs: number): number;
}

export function createArrivalRate(): ArrivalRate {
  let readings: { readonly at: number; readonly count: number }[] = [];
  let since: number | null = null;
  return {
    add(count, at) {
      since ??= at;
      readings = readings.filter((reading) => reading.at > at - windowMs);
      if (count > 0) readings.push({ at, count });
    },
    perSecond(at) {
      if (since === null) return 0;
      const watchedMs = Math.max(leastMs, Math.min(windowMs, at - since));
      const recent = readings.filter((reading) => reading.at > at - windowMs);
      const total = recent.reduce((sum, { count }) => sum + count, 0);
      return Math.round((total / watchedMs) * 10_000) / 10;
    },
  };
}
