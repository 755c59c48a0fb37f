export type Severity = 'warning' | 'critical';

/** Alerts of one product and type; kept over a restart. */
export interface AlertState {
  /** snapshots in a row that show the cause */
  readonly confirmations: number;
  /** alerts that were written and whose cause lasts */
  readonly open: readonly Severity[];
  /** the last one that was written */
  readonly last: { readonly severity: Severity; readonly atMs: number } | null;
}

export const noAlert: AlertState = { confirmations: 0, open: [], last: null };

export interface AlertStep {
  readonly state: AlertState;
  /** to be written now */
  readonly raised: Severity | null;
  /** their cause is gone */
  readonly resolved: readonly Severity[];
}

export interface AlertRules {
  /** snapshots in a row before anything is said */
  readonly confirmations: number;
  readonly cooldownMs: number;
}

const rank: Readonly<Record<Severity, number>> = { warning: 1, critical: 2 };

/** How bad a count is: low at the threshold or below, critical at none. */
export function stockSeverity(count: number, threshold: number): Severity | null {
  if (count > threshold) return null;
  return count === 0 ? 'critical' : 'warning';
}

/**
 * Takes what one snapshot shows into account (SPEC 9). An alert is written once per cause; after it the cooldown holds
 * back what is no worse, never what is worse, which takes the place of the one before. All resolve themselves when the cause is gone, the worse no sooner: the
 * cooldown would leave what is at its worst again without an open alert.
 */
export function stepAlert(
  state: AlertState,
  severity: Severity | null,
  atMs: number,
  rules: AlertRules,
): AlertStep {
  if (severity === null) {
    return { state: { ...state, confirmations: 0, open: [] }, raised: null, resolved: state.open };
  }
  const confirmations = Math.min(state.confirmations + 1, rules.confirmations);
  const next = { ...state, confirmations };
  const level = rank[severity];
  const isSaid = state.open.some((one) => rank[one] >= level);
  const isHeldBack =
    state.last !== null && atMs - state.last.atMs < rules.cooldownMs && rank[state.last.severity] >= level;
  if (confirmations < rules.confirmations || isSaid || isHeldBack)
    return { state: next, raised: null, resolved: [] };
  return {
    state: { ...next, open: [severity], last: { severity, atMs } },
    raised: severity,
    resolved: state.open,
  };
}
