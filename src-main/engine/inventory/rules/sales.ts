/** A sale that is certain and not yet written: the pause after the last one is not over. */
export interface OwedSale {
  readonly quantity: number;
  readonly before: number;
  readonly after: number;
}

/** What is remembered of a product's sales; all of it is kept over a restart. */
export interface SalesState {
  /** the settled level; null before the first snapshot */
  readonly baseline: number | null;
  /** snapshots off the baseline since it was left, to one side; null while it holds */
  readonly window: { readonly side: 'below' | 'above'; readonly further: number } | null;
  readonly owed: readonly OwedSale[];
  /** when the last sale was written; null before the first */
  readonly soldAtMs: number | null;
}

export interface SalesRules {
  readonly minDelta: number;
  readonly cooldownMs: number;
}

export const noSales: SalesState = { baseline: null, window: null, owed: [], soldAtMs: null };

/** So many snapshots after the one that left the baseline must agree with it (SPEC 9). */
const furtherSnapshots = 2;

/**
 * Takes one snapshot of a product into account (SPEC 9): a level that holds below the baseline for two further
 * snapshots is a sale of the whole distance, one that holds above it a restock; one that comes back is neither. A sale
 * within the cooldown waits until it is over; what follows on from it joins it.
 * @returns the new state, and the sale that is to be written now
 */
export function stepSales(
  state: SalesState,
  count: number,
  atMs: number,
  rules: SalesRules,
): { readonly state: SalesState; readonly sale: OwedSale | null } {
  const settled = settle(state, count, rules);
  const [due, ...rest] = settled.owed;
  const resting = settled.soldAtMs !== null && atMs - settled.soldAtMs < rules.cooldownMs;
  if (due === undefined || resting) return { state: settled, sale: null };
  return { state: { ...settled, owed: rest, soldAtMs: atMs }, sale: due };
}

function settle(state: SalesState, count: number, { minDelta }: SalesRules): SalesState {
  const { baseline, window } = state;
  if (baseline === null) return { ...state, baseline: count };
  if (count === baseline) return { ...state, window: null };
  const side = count < baseline ? 'below' : 'above';
  const further = window?.side === side ? window.further + 1 : 0;
  if (further < furtherSnapshots) return { ...state, window: { side, further } };
  if (side === 'above') return { ...state, baseline: count, window: null };
  const quantity = baseline - count;
  if (quantity < minDelta) return { ...state, window: null };
  const owed = joined(state.owed, { quantity, before: baseline, after: count });
  return { ...state, baseline: count, window: null, owed };
}

function joined(owed: readonly OwedSale[], sale: OwedSale): readonly OwedSale[] {
  const last = owed.at(-1);
  if (last?.after !== sale.before) return [...owed, sale];
  const whole = { quantity: last.quantity + sale.quantity, before: last.before, after: sale.after };
  return [...owed.slice(0, -1), whole];
}
