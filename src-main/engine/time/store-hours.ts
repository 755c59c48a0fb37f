import { Temporal } from 'temporal-polyfill';
import { storeTime } from './store-time.ts';

/** An hour of a zone's clock, or the part of one that a change of the clocks leaves. */
export interface StoreHour {
  readonly fromMs: number;
  readonly beforeMs: number;
  /** `2026-01-10 15:00-05:00` */
  readonly label: string;
}

/**
 * The hours of a zone's clock between two instants, without a gap: each begins at a full hour or where the clocks are
 * changed. The hour that comes twice is there twice, and its offset tells which.
 */
export function hoursBetween(fromMs: number, beforeMs: number, timeZone: string): readonly StoreHour[] {
  const hours: StoreHour[] = [];
  for (let at = fromMs; at < beforeMs; ) {
    const next = Math.min(endOfHour(at, timeZone), beforeMs);
    hours.push({ fromMs: at, beforeMs: next, label: labelOf(at, timeZone) });
    at = next;
  }
  return hours;
}

function endOfHour(epochMs: number, timeZone: string): number {
  const here = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone);
  const full = epochMs + (60 - here.minute) * 60_000 - here.second * 1000 - here.millisecond;
  const change = here.getTimeZoneTransition('next')?.epochMilliseconds ?? full;
  return Math.min(full, change);
}

function labelOf(epochMs: number, timeZone: string): string {
  const text = storeTime(timeZone).fromEpochMs(epochMs) ?? '';
  return text.slice(0, 16) + text.slice(19);
}
