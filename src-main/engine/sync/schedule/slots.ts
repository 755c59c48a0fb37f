import { Cron } from 'croner';

export type SlotKind = 'hourly' | 'full';

/** When runs begin, as the configuration says (SPEC 5.2); null for never. */
export interface SlotPatterns {
  readonly hourly: string | null;
  readonly full: string | null;
}

/** The slots of one configuration. */
export interface Slots {
  /**
   * The first slot after an instant, on the store's clock. One time a day: of an hour that comes twice the first, a
   * skipped one moves forward. Several: each hour that the clock shows, twice where it comes twice. Null where there
   * is none.
   */
  next(kind: SlotKind, timeZone: string, after: Date): Date | null;
}

/** The last answer of each kind is remembered: it is asked every second and changes every hour. */
export function createSlots(patterns: SlotPatterns): Slots {
  const known = new Map<SlotKind, { readonly question: string; readonly slot: Date | null }>();
  return {
    next(kind, timeZone, after) {
      const pattern = patterns[kind];
      if (pattern === null) return null;
      const question = `${timeZone} ${after.getTime()}`;
      const answer = known.get(kind);
      if (answer?.question === question) return answer.slot;
      const slot = new Cron(pattern, { timezone: timeZone, paused: true, mode: '5-part' }).nextRun(after);
      known.set(kind, { question, slot });
      return slot;
    },
  };
}

/** The newest slot of any kind that is not after an instant; null where nothing is scheduled. */
export function previousSlot(patterns: SlotPatterns, timeZone: string, notAfter: Date): Date | null {
  // Slots lie on whole seconds, and the library looks before a time, not up to it.
  const before = new Date((Math.floor(notAfter.getTime() / 1000) + 1) * 1000);
  const slots = [patterns.hourly, patterns.full].flatMap((pattern) => {
    if (pattern === null) return [];
    const cron = new Cron(pattern, { timezone: timeZone, paused: true, mode: '5-part' });
    return cron.previousRuns(1, before);
  });
  return slots.length === 0 ? null : new Date(Math.max(...slots.map((slot) => slot.getTime())));
}
