/** UTC text as SQLite's CURRENT_TIMESTAMP writes it: `YYYY-MM-DD HH:MM:SS`. */
export function utcText(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/** The instant of a UTC text, null where it is none. */
export function fromUtcText(text: string | null): Date | null {
  if (text === null) return null;
  const date = new Date(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}
