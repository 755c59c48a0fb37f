export type HoursFault = 'format' | 'same';

/** What is wrong with opening hours that were refused, at the field it is about. */
export function hoursFaults({ open, close }: { readonly open: string; readonly close: string }): {
  readonly open: HoursFault | null;
  readonly close: HoursFault | null;
} {
  const format = { open: formatFault(open), close: formatFault(close) };
  const same = format.open === null && format.close === null && plainTime(open) === plainTime(close);
  return same ? { open: null, close: 'same' } : format;
}

function formatFault(text: string): HoursFault | null {
  return /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/u.test(plainTime(text)) ? null : 'format';
}

/** `9:30` and what a Chinese keyboard makes of it (`９：３０`) as config.json has it; anything else as it was typed. */
export function plainTime(text: string): string {
  const narrow = text.normalize('NFKC').trim();
  return /^\d:\d\d$/u.test(narrow) ? `0${narrow}` : narrow;
}
