/** Numbers and times as the person's language writes them, times in the store's zone. */
export interface Formats {
  number(value: number): string;
  /** `15:00` today, with the date on any other day */
  moment(instant: Date, now: Date): string;
  /** the two largest units, at least one minute: `1 h 12 min` */
  age(milliseconds: number): string;
  /** `4.2 s`, `1 min 5 s` */
  duration(milliseconds: number): string;
}

const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
const minuteMs = 60 * 1000;

/** Formats for a language and an IANA zone; an unknown zone falls back to the computer's own. */
export function createFormats(language: string, timeZone: string): Formats {
  const zone = isZone(timeZone) ? { timeZone } : {};
  const numbers = new Intl.NumberFormat(language);
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const dated = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone });
  const unit = (value: number, name: string, digits = 0): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);

  return {
    number: (value) => numbers.format(value),
    moment: (instant, now) => (day.format(instant) === day.format(now) ? time : dated).format(instant),
    age: (milliseconds) => {
      const days = Math.floor(milliseconds / dayMs);
      const hours = Math.floor((milliseconds % dayMs) / hourMs);
      const minutes = Math.max(Math.floor((milliseconds % hourMs) / minuteMs), days + hours > 0 ? 0 : 1);
      if (days > 0) return `${unit(days, 'day')} ${unit(hours, 'hour')}`;
      return hours > 0 ? `${unit(hours, 'hour')} ${unit(minutes, 'minute')}` : unit(minutes, 'minute');
    },
    duration: (milliseconds) => {
      if (milliseconds < minuteMs) return unit(milliseconds / 1000, 'second', 1);
      return `${unit(Math.floor(milliseconds / minuteMs), 'minute')} ${unit(Math.floor((milliseconds % minuteMs) / 1000), 'second')}`;
    },
  };
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
