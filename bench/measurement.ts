/** What a figure is held against. */
export interface Goal {
  /** a ratio is judged, a value is a goal on a machine like the one SPEC 15 has in mind */
  readonly of: 'ratio' | 'value';
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: { readonly name: string; readonly value: number };
  /** the median of the rounds' ratios; which way round is said by the goal */
  readonly ratio?: number;
  readonly goal?: Goal;
  /** what one must know to read it */
  readonly note?: string;
  /** every round, in order */
  readonly rounds?: { readonly value: readonly number[]; readonly baseline?: readonly number[] };
}

/** One thing that `npm run bench` measures. */
export interface Measurement {
  readonly name: string;
  measure(say: (line: string) => void): Promise<readonly Figure[]>;
}

/** Null where there is no goal. */
export function isMet({ value, ratio, goal }: Figure): boolean | null {
  if (goal === undefined) return null;
  const measured = goal.of === 'ratio' ? ratio : value;
  if (measured === undefined) return null;
  return measured >= (goal.atLeast ?? Number.NEGATIVE_INFINITY) && measured <= (goal.atMost ?? Infinity);
}
