import type { RefusalReason } from '../../../contract/quarantine-shapes.ts';
import type { OutgoingValues } from '../outgoing-row.ts';

/** The end of the year 9999: what PostgreSQL and everything behind it reads as a date. */
const latestSeconds = 253_402_300_799;

/** Epoch seconds, as they are stored, as an instant to the microsecond; null where they are no possible time. */
export function instantOfSeconds(seconds: unknown): string | null {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= latestSeconds)) return null;
  const microseconds = Math.round(seconds * 1e6);
  const milliseconds = Math.floor(microseconds / 1e3);
  const rest = String(microseconds - milliseconds * 1e3).padStart(3, '0');
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`);
}

/** Text that is no JSON (another writer may have put any there) goes as a JSON string, so that nothing is lost. */
export function parsedJson(text: unknown): OutgoingValues[string] {
  if (typeof text !== 'string') return null;
  try {
    return (JSON.parse(text) as OutgoingValues[string]) ?? text;
  } catch {
    return text;
  }
}

/** Whether a text can travel; `column` names it in the reason. */
export function faultOfText(value: unknown, column: string): RefusalReason | null {
  if (typeof value !== 'string') return { kind: 'no_text', values: { column } };
  return value.includes('\0') ? { kind: 'nul_character', values: { column } } : null;
}

export function faultOfWhole(value: unknown, column: string): RefusalReason | null {
  return Number.isSafeInteger(value) ? null : { kind: 'no_number', values: { column } };
}

export function faultOfTime(seconds: unknown): RefusalReason | null {
  return instantOfSeconds(seconds) === null ? { kind: 'impossible_time', values: {} } : null;
}
