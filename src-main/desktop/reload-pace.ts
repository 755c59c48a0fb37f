const wellMs = 60_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** How long to wait before a page that broke is loaded again: not at all the first time, longer while it keeps breaking. */
export function createReloadPace(uptimeMs: () => number): () => number {
  let lastAt = Number.NEGATIVE_INFINITY;
  let pauseMs = 0;
  return () => {
    const at = uptimeMs();
    const wasWell = at - lastAt > wellMs + pauseMs;
    pauseMs = wasWell ? 0 : Math.min(pauseMs === 0 ? firstPauseMs : pauseMs * 2, longestPauseMs);
    lastAt = at;
    return pauseMs;
  };
}
