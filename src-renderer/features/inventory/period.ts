/** A day or an ISO week of the inventory's calendar; `day` is any day in it, null for the one that is now. */
export interface PeriodChoice {
  readonly period: 'day' | 'week';
  readonly day: string | null;
}

export const today: PeriodChoice = { period: 'day', day: null };

const isoDay = /^\d{4}-\d{2}-\d{2}$/u;

/** What the address names; today where it names nothing that can be. */
export function readPeriod(parameters: Readonly<Record<string, string>>): PeriodChoice {
  const { period, day } = parameters;
  return {
    period: period === 'week' ? 'week' : 'day',
    day: day !== undefined && isDay(day) ? day : null,
  };
}

/** The same for an address; today needs no word. */
export function periodParameters({ period, day }: PeriodChoice): Readonly<Record<string, string>> {
  return { ...(period === 'week' ? { period } : {}), ...(day === null ? {} : { day }) };
}

/** `YYYY-MM-DD` so many days later; calendar days have no hours, so no clock changes. */
export function daysLater(day: string, days: number): string {
  const noon = new Date(`${day}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + days);
  return noon.toISOString().slice(0, 10);
}

/** The calendar's day of an instant in a zone. */
export function dayIn(timeZone: string, instant: Date): string {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }).format(instant);
}

/** The day or week before, or after; the one that is now has no day of its own in the address. */
export function neighbour(
  { period }: PeriodChoice,
  shown: { readonly first_day: string; readonly last_day: string },
  step: -1 | 1,
  todayIs: string,
): PeriodChoice {
  const day = step === -1 ? daysLater(shown.first_day, -1) : daysLater(shown.last_day, 1);
  const lastDay = period === 'week' && step === 1 ? daysLater(day, 6) : day;
  return { period, day: lastDay >= todayIs ? null : day };
}

function isDay(text: string): boolean {
  return isoDay.test(text) && !Number.isNaN(Date.parse(`${text}T12:00:00Z`));
}
