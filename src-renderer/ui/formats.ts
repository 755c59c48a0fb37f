/** Numbers and times as the person's language writes them, times in one zone. */
export interface Formats {
  /** BCP 47 */
  readonly language: string;
  /** IANA name of the zone that times are shown in */
  readonly timeZone: string;
  number(value: number): string;
  /** sentences one after the other, as the language spaces them; empty ones left out */
  sentences(...parts: readonly (string | null | undefined | false)[]): string;
  /** `1.8`: at most one digit after the point */
  decimal(value: number): string;
  /** 0 to 1 as `99.5%` */
  percent(share: number): string;
  /** `1.2 GB` */
  bytes(count: number): string;
  /** `15:00` today, with the date on another day, with the year in another one; `15:00 UTC` where UTC was chosen */
  moment(instant: Date, now: Date): string;
  /** `15:00`, without the zone's mark: where its heading says the zone */
  time(instant: Date): string;
  /** date and time to the second, for records and logs */
  exact(instant: Date): string;
  /** a day of the store's calendar, given as `YYYY-MM-DD`: `Jan 10` */
  day(isoDay: string): string;
  /** the same with its weekday: `Sat, Jan 10` */
  weekday(isoDay: string): string;
  /** several things in one sentence, as the language joins them */
  list(items: readonly string[]): string;
  /** `YYYY-MM-DD` of an instant in the zone */
  dayOf(instant: Date): string;
  /** the two largest units: `1 h 12 min`; seconds below a minute */
  age(milliseconds: number): string;
  /** `40 ms`, `4.2 s`, `1 min 5 s` */
  duration(milliseconds: number): string;
  /** `4 sec. ago`, `3 min. ago` */
  ago(milliseconds: number): string;
}

const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
const minuteMs = 60 * 1000;
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const date = { month: 'short', day: 'numeric' } as const;

/**
 * Formats for a language and an IANA zone; an unknown zone falls back to the computer's own.
 * @param inUtc times are shown in UTC, and say so
 */
export function createFormats(language: string, storeZone: string, inUtc = false): Formats {
  const timeZone = inUtc
    ? 'UTC'
    : isZone(storeZone)
      ? storeZone
      : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const times = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(language, { ...options, timeZone });
  const numbers = new Intl.NumberFormat(language);
  const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const time = times(clock);
  const dated = times({ ...date, ...clock });
  const yearly = times({ year: 'numeric', ...date, ...clock });
  const exact = times({ year: 'numeric', ...date, ...clock, second: '2-digit' });
  const isoDay = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone });
  const calendarDay = new Intl.DateTimeFormat(language, { ...date, timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(language, { ...date, weekday: 'short', timeZone: 'UTC' });
  const listed = new Intl.ListFormat(language, { type: 'conjunction' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
  const mark = inUtc ? ' UTC' : '';
  const unit = (value: number, name: string, digits = 0): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);

  return {
    language,
    timeZone,
    number: (value) => numbers.format(value),
    sentences: (...parts) => parts.filter(Boolean).join(language.startsWith('zh') ? '' : ' '),
    decimal: (value) => decimals.format(value),
    percent: (share) => percents.format(share),
    bytes: (count) => bytes(count, unit),
    moment: (instant, now) => {
      const [then, today] = [isoDay.format(instant), isoDay.format(now)];
      if (then === today) return time.format(instant) + mark;
      return (then.slice(0, 4) === today.slice(0, 4) ? dated : yearly).format(instant) + mark;
    },
    time: (instant) => time.format(instant),
    exact: (instant) => exact.format(instant) + mark,
    day: (day) => calendarDay.format(new Date(`${day}T12:00:00Z`)),
    weekday: (day) => weekday.format(new Date(`${day}T12:00:00Z`)),
    list: (items) => listed.format(items),
    dayOf: (instant) => isoDay.format(instant),
    age: (milliseconds) => {
      if (milliseconds < minuteMs) return unit(Math.max(1, Math.floor(milliseconds / 1000)), 'second');
      const days = Math.floor(milliseconds / dayMs);
      const hours = Math.floor((milliseconds % dayMs) / hourMs);
      const minutes = Math.floor((milliseconds % hourMs) / minuteMs);
      if (days > 0) return `${unit(days, 'day')} ${unit(hours, 'hour')}`;
      return hours > 0 ? `${unit(hours, 'hour')} ${unit(minutes, 'minute')}` : unit(minutes, 'minute');
    },
    duration: (milliseconds) => {
      if (milliseconds < 100) return unit(Math.round(milliseconds), 'millisecond');
      if (milliseconds < minuteMs) return unit(milliseconds / 1000, 'second', 1);
      return `${unit(Math.floor(milliseconds / minuteMs), 'minute')} ${unit(Math.floor((milliseconds % minuteMs) / 1000), 'second')}`;
    },
    ago: (milliseconds) => {
      const past = Math.max(0, milliseconds);
      if (past < minuteMs) return relative.format(-Math.max(1, Math.round(past / 1000)), 'second');
      if (past < hourMs) return relative.format(-Math.floor(past / minuteMs), 'minute');
      if (past < dayMs) return relative.format(-Math.floor(past / hourMs), 'hour');
      return relative.format(-Math.floor(past / dayMs), 'day');
    },
  };
}

function bytes(count: number, unit: (value: number, name: string, digits?: number) => string): string {
  if (count < 1000) return unit(count, 'byte');
  if (count < 1e6) return unit(count / 1e3, 'kilobyte');
  if (count < 1e9) return unit(count / 1e6, 'megabyte', 1);
  return unit(count / 1e9, 'gigabyte', 1);
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Reads the engine's instants: ISO text, or UTC text without an offset as SQLite writes it. */
export function readInstant(text: string): Date | null {
  const hasZone = /(?:z|[+-]\d{2}:?\d{2})$/i.test(text);
  const instant = new Date(hasZone ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
