/** Time as capture needs it; a test brings its own. */
export interface Timers {
  readonly now: () => Date;
  /** milliseconds of a clock that never goes back */
  readonly elapsed: () => number;
  /** Runs `work` once after so many milliseconds; the answer calls it off. */
  readonly after: (ms: number, work: () => void) => () => void;
}

export function systemTimers(now: () => Date): Timers {
  return {
    now,
    elapsed: () => performance.now(),
    after(ms, work) {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
  };
}
