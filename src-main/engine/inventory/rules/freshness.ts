/** How long a product has been on the shelf; kept over a restart. */
export interface FreshnessState {
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** it was looked for and not seen since then; silence of the detector is no absence */
  readonly absent: boolean;
}

/**
 * Takes one reading into account (SPEC 9). A product that was away for so long and is seen again starts anew.
 * @returns null while it was never seen
 */
export function stepFreshness(
  state: FreshnessState | null,
  count: number,
  atMs: number,
  absenceMs: number,
): FreshnessState | null {
  if (count === 0) return state && { ...state, absent: true };
  const isNew = state === null || (state.absent && atMs - state.lastSeenMs >= absenceMs);
  return { firstSeenMs: isNew ? atMs : state.firstSeenMs, lastSeenMs: atMs, absent: false };
}

/** Whether it has been on the shelf for longer than its days; at exactly that age it is not. */
export function isExpired(state: FreshnessState | null, atMs: number, expirationDays: number): boolean {
  return state !== null && atMs - state.firstSeenMs > Math.round(expirationDays * 86_400_000);
}

/** Whether it was away for so long that it counts as gone. */
export function isGone(state: FreshnessState, atMs: number, absenceMs: number): boolean {
  return state.absent && atMs - state.lastSeenMs >= absenceMs;
}
