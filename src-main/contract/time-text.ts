/** A date and time as it was written. Seconds and fraction pass through untouched. */
export interface TimeText {
  /** minutes since 1970-01-01 00:00 of the clock that the text shows */
  readonly wallMinute: number;
  /** two digits */
  readonly second: string;
  /** `.250` with its point, or '' */
  readonly fraction: string;
  /** minutes east of UTC, null when the text has no offset */
  readonly offsetMinutes: number | null;
}

const form =
  /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,30})?)?(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)?$/;

/** No place on earth is further than this from UTC. */
const widestOffsetMinutes = 14 * 60;

/**
 * Reads `YYYY-MM-DD[ T]HH:MM[:SS[.fraction]][Z|±HH[:MM]|±HHMM]`; null for another form, for a date, time or
 * offset that does not exist, and for years outside 1970–9999.
 */
export function parseTimeText(text: string): TimeText | null {
  const match = form.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '00', fraction = ''] = match;
  if (Number(second) > 59) return null;
  const wallMinute = minuteOf(Number(year), Number(month), Number(day), Number(hour), Number(minute));
  if (wallMinute === null) return null;
  const offsetMinutes = offsetOf(match[8], match[9], match[10], match[11]);
  if (offsetMinutes !== null && Number.isNaN(offsetMinutes)) return null;
  return { wallMinute, second, fraction, offsetMinutes };
}

/** `YYYY-MM-DD HH:MM` of a minute count. */
export function wallText(wallMinute: number): string {
  const iso = new Date(wallMinute * 60_000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** `+08:00` */
export function offsetText(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  const hours = String(Math.trunc(size / 60)).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}

/** The first minute after the year 9999. */
export const endMinute = Date.UTC(10_000, 0, 1) / 60_000;

function minuteOf(year: number, month: number, day: number, hour: number, minute: number): number | null {
  if (year < 1970 || hour > 23 || minute > 59 || month < 1 || month > 12 || day < 1) return null;
  const epochMs = Date.UTC(year, month - 1, day, hour, minute);
  return day > 28 && new Date(epochMs).getUTCDate() !== day ? null : epochMs / 60_000;
}

function offsetOf(
  utc: string | undefined,
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): number | null {
  if (utc !== undefined) return 0;
  if (sign === undefined) return null;
  if (Number(minutes ?? 0) > 59) return Number.NaN;
  const size = Number(hours) * 60 + Number(minutes ?? 0);
  if (size > widestOffsetMinutes) return Number.NaN;
  return size === 0 ? 0 : sign === '-' ? -size : size;
}
