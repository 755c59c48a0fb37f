import type { Figure } from '../measurement.ts';

/** One side of a comparison: does its work once and answers with its figure. */
export type Side = (round: number) => Promise<number>;

/**
 * Takes the sides in turn, A B A B …, so that whatever else the machine does meets all of them alike. Round 0
 * only warms up.
 * @returns the figures of each side, round by round
 */
export async function alternating(rounds: number, ...sides: readonly Side[]): Promise<number[][]> {
  const figures = sides.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      const figure = await side(round);
      if (round > 0) figures[index]?.push(figure);
    }
  }
  return figures;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** The value that so large a share (0 to 1) of the numbers does not exceed. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** A figure with its baseline; the ratio is the median of the rounds' own. */
export function compared(
  value: readonly number[],
  baseline: readonly number[],
  words: Omit<Figure, 'value' | 'baseline' | 'ratio' | 'rounds'> & {
    readonly against: string;
    /** `over`: value / baseline; `under`: baseline / value */
    readonly ratioIs: 'over' | 'under';
  },
): Figure {
  const { against, ratioIs, ...rest } = words;
  const ratios = value.map((one, round) => {
    const other = baseline[round] ?? Number.NaN;
    return ratioIs === 'over' ? one / other : other / one;
  });
  return {
    ...rest,
    value: median(value),
    baseline: { name: against, value: median(baseline) },
    ratio: median(ratios),
    rounds: { value, baseline },
  };
}
