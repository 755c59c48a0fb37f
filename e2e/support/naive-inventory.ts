/** One count of a product at a time, in seconds. */
export interface Reading {
  readonly second: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Sold {
  readonly second: number;
  readonly product: string;
  readonly quantity: number;
  readonly before: number;
  readonly after: number;
}

/**
 * SPEC 9 read once more, the plain way and over a whole recording at once: the median of the last ten readings, a
 * snapshot every five seconds, and what is sold by it. Shares no code with the product.
 */
export function naiveInventory(readings: readonly Reading[]): {
  readonly snapshots: readonly { readonly second: number; readonly counts: Record<string, number> }[];
  readonly sales: readonly Sold[];
} {
  const products = [...new Set(readings.flatMap(({ counts }) => Object.keys(counts)))].sort();
  const snapshots: { second: number; counts: Record<string, number> }[] = [];
  readings.forEach(({ second }, index) => {
    const last = snapshots.at(-1);
    if (last !== undefined && Math.round(second * 1000) - Math.round(last.second * 1000) < 5000) return;
    const counts: Record<string, number> = {};
    for (const product of products) {
      const first = readings.findIndex((reading) => product in reading.counts);
      if (first > index) continue;
      const window = readings
        .slice(Math.max(first, index - 9), index + 1)
        .map((one) => one.counts[product] ?? 0);
      counts[product] = median(window);
    }
    snapshots.push({ second, counts });
  });
  return { snapshots, sales: products.flatMap((product) => salesOf(product, snapshots)).sort(byTime) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = Number.isInteger(half)
    ? ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
    : (sorted[Math.floor(half)] ?? 0);
  return Math.floor(middle + 0.5);
}

/** Three snapshots in a row on one side of the level end it. With five seconds between them no cooldown bites. */
function salesOf(
  product: string,
  snapshots: readonly { readonly second: number; readonly counts: Readonly<Record<string, number>> }[],
): Sold[] {
  const known = snapshots.filter(({ counts }) => product in counts);
  const sales: Sold[] = [];
  let level = known[0]?.counts[product] ?? 0;
  let since = 1;
  for (let at = 1; at < known.length; at += 1) {
    const side = (index: number): number => Math.sign((known[index]?.counts[product] ?? 0) - level);
    if (side(at) === 0) since = at + 1;
    else if (side(at) !== side(since)) since = at;
    else if (at - since === 2) {
      const { second = 0, counts = {} } = known[at] ?? {};
      const now = counts[product] ?? 0;
      if (now < level) sales.push({ second, product, quantity: level - now, before: level, after: now });
      level = now;
      since = at + 1;
    }
  }
  return sales;
}

function byTime(one: Sold, other: Sold): number {
  return one.second - other.second || (one.product < other.product ? -1 : 1);
}
