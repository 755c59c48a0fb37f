import { storeTime } from './store-time.ts';

const dayMs = 86_400_000;

/** `YYYY-MM-DD` so many days after another; the calendar alone, no zone. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** The day an instant lies on, on the store's calendar. */
export function dayOf(epochMs: number, timeZone: string): string {
  return storeTime(timeZone).fromEpochMs(epochMs)?.slice(0, 10) ?? '';
}

/** When a day of the store's calendar begins and when the next one does, milliseconds. */
export function dayBounds(
  day: string,
  timeZone: string,
): { readonly fromMs: number; readonly beforeMs: number } {
  const midnight = (of: string): number =>
    storeTime(timeZone).toEpochMs(`${of} 00:00`) ?? Date.parse(`${of}T00:00:00Z`);
  return { fromMs: midnight(day), beforeMs: midnight(addDays(day, 1)) };
}
