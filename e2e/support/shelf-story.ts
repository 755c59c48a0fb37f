type Line = Readonly<Record<string, unknown>>;

export interface ShelfStory {
  /** readings in the order of their time */
  readonly lines: readonly Line[];
  readonly lastUtc: number;
}

const stepSeconds = 20 * 60;
const stepsADay = 72;
const cleared = 3;
const shelf: readonly { readonly name: string; readonly full: number; readonly everySteps: number }[] = [
  { name: 'Mango', full: 14, everySteps: 5 },
  { name: 'Passion Fruit', full: 16, everySteps: 7 },
  { name: 'Watermelon', full: 9, everySteps: 11 },
  { name: 'Pineapple', full: 12, everySteps: 9 },
  { name: 'Maui Custard', full: 8, everySteps: 13 },
];

/**
 * Readings of a shelf over some days, one in 20 minutes: it is filled after an hour in which it is empty, and sold off
 * piece by piece. Lemon Cake alone is never cleared away, so that it expires.
 */
export function shelfStory(days: number, untilUtc: number): ShelfStory {
  const steps = days * stepsADay;
  const lines = Array.from({ length: steps + 1 }, (_, step) => ({
    type: 'inventory',
    timestamp_utc: untilUtc - (steps - step) * stepSeconds,
    frame_number: step,
    counts: { ...countsAt(step % stepsADay, more(step, steps)), 'Lemon Cake': 5 },
  }));
  return { lines, lastUtc: untilUtc };
}

/** A reading beside the story, with every product that is not named as it was. */
export function reading(timestampUtc: number, counts: Readonly<Record<string, number>>): Line {
  return {
    type: 'inventory',
    timestamp_utc: timestampUtc,
    counts: { ...countsAt(stepsADay / 2), 'Lemon Cake': 5, ...counts },
  };
}

/** No day is like the other; the last one is as it always was. */
function more(step: number, steps: number): number {
  const daysLeft = Math.floor((steps - step) / stepsADay);
  return daysLeft === 0 ? 0 : (daysLeft * 5) % 7;
}

function countsAt(step: number, extra = 0): Readonly<Record<string, number>> {
  return Object.fromEntries(
    shelf.map(({ name, full, everySteps }) => [
      name,
      step < cleared ? 0 : Math.max(1, full + extra - Math.floor((step - cleared) / everySteps)),
    ]),
  );
}
