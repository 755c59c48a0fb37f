import { InvalidArgumentError } from 'commander';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration such as 90s, 30m, 12h or 365d; a bare number is seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  const seconds = Number(match?.[1] ?? Number.NaN) * (unitSeconds[match?.[2] || 's'] ?? 1);
  if (!Number.isFinite(seconds)) throw new InvalidArgumentError('a duration such as 90s, 30m, 12h or 365d.');
  return seconds;
}
