import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1 to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from 1 to ${most}.`);
  };
}

/** Reads a day of the calendar, `YYYY-MM-DD`. */
export function calendarDay(text: string): string {
  const exists = /^\d{4}-\d{2}-\d{2}$/.test(text) && isoDay(text) === text;
  if (!exists) throw new InvalidArgumentError('a day that exists, YYYY-MM-DD.');
  return text;
}

function isoDay(text: string): string | null {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString().slice(0, 10);
}
