/** A schedule that can be said in plain words; `own` is any other pattern of five cron fields. */
export type ScheduleWords =
  | { readonly kind: 'never' }
  /** once in each hour of a span: 11:00, 12:00 … 23:00 */
  | { readonly kind: 'hourly'; readonly minute: number; readonly from: number; readonly to: number }
  | { readonly kind: 'daily'; readonly minute: number; readonly hour: number }
  | { readonly kind: 'own'; readonly pattern: string };

/** What a pattern of config.json says; null is never. */
export function readSchedule(pattern: string | null): ScheduleWords {
  if (pattern === null) return { kind: 'never' };
  const own = { kind: 'own', pattern } as const;
  const [minutes, hours = '', ...rest] = pattern.trim().split(/\s+/u);
  if (rest.join(' ') !== '* * *') return own;
  const minute = within(minutes, 59);
  if (minute === null) return own;
  if (hours === '*') return { kind: 'hourly', minute, from: 0, to: 23 };
  const hour = within(hours, 23);
  if (hour !== null) return { kind: 'daily', minute, hour };
  const [first, last, ...others] = hours.split('-');
  const [from, to] = [within(first, 23), within(last, 23)];
  return from === null || to === null || from >= to || others.length > 0
    ? own
    : { kind: 'hourly', minute, from, to };
}

/** The pattern that says it. */
export function writeSchedule(words: ScheduleWords): string | null {
  switch (words.kind) {
    case 'never':
      return null;
    case 'hourly':
      return `${words.minute} ${words.from === 0 && words.to === 23 ? '*' : `${words.from}-${words.to}`} * * *`;
    case 'daily':
      return `${words.minute} ${words.hour} * * *`;
    case 'own':
      return words.pattern;
  }
}

/** `03:00` of a daily schedule, and back; null for what is no time of day. */
export function readTime(text: string): { readonly hour: number; readonly minute: number } | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/u.exec(text) ?? [];
  const [hour, minute] = [within(hours, 23), within(minutes, 59)];
  return hour === null || minute === null ? null : { hour, minute };
}

export function timeText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

function within(text: string | undefined, most: number): number | null {
  if (text === undefined || !/^\d{1,2}$/u.test(text)) return null;
  const number = Number(text);
  return number <= most ? number : null;
}
