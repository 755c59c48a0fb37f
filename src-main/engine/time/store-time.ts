import { Temporal } from 'temporal-polyfill';
import { endMinute, offsetText, parseTimeText, type TimeText, wallText } from '../../contract/time-text.ts';

/** The wall clock of one time zone. Never the process's zone. */
export interface StoreTime {
  /**
   * The given time as store-local text with its offset, `2025-12-13 14:35:00+08:00`; the digits of a fraction
   * stay as they are. A text without an offset is read in this zone: of an ambiguous hour the first, a
   * skipped one moves forward. Null when the text is no possible time of the years 1970–9999 (SPEC 3).
   */
  toLocal(text: string): string | null;
  /** Store-local text of an instant; milliseconds are shown where they are not zero. */
  fromEpochMs(epochMs: number): string | null;
  /** The instant in whole milliseconds (a finer fraction is cut), null for an impossible time. */
  toEpochMs(text: string): number | null;
  /** `2025-12-13T06:35:00.25Z`, the fraction as given; null for an impossible time. */
  toInstant(text: string): string | null;
}

/** What a zone's clock shows and how far it is from UTC, in whole minutes. */
interface Moment {
  readonly epochMinute: number;
  readonly local: string;
  readonly offset: string;
}

const rememberedMinutes = 4_096;
const dayMinutes = 24 * 60;

/** Each minute is worked out once and remembered. */
function createStoreTime(zone: string): StoreTime {
  const byInstant = remembering((epochMinute) => momentOf(zone, epochMinute));
  const byWall = remembering((wallMinute) => {
    const plain = Temporal.PlainDateTime.from(wallText(wallMinute));
    const epochMs = plain.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
    return momentOf(zone, Math.round(epochMs / 60_000));
  });
  momentOf(zone, 0);

  // The states of one frame carry the same text.
  let latest: { readonly text: string; readonly local: string | null } = { text: '', local: null };

  function toLocal(text: string): string | null {
    const parts = parseTimeText(text);
    const moment = parts && momentFor(parts);
    return moment && `${moment.local}:${parts.second}${parts.fraction}${moment.offset}`;
  }
  function momentFor({ wallMinute, offsetMinutes }: TimeText): Moment | null {
    return offsetMinutes === null ? byWall(wallMinute) : byInstant(wallMinute - offsetMinutes);
  }
  return {
    toLocal(text) {
      if (text !== latest.text) latest = { text, local: toLocal(text) };
      return latest.local;
    },
    fromEpochMs(epochMs) {
      const epochMinute = Math.floor(epochMs / 60_000);
      const moment = Number.isFinite(epochMinute) ? byInstant(epochMinute) : null;
      return moment && `${moment.local}:${secondsText(epochMs - epochMinute * 60_000)}${moment.offset}`;
    },
    toEpochMs(text) {
      const parts = parseTimeText(text);
      const moment = parts && momentFor(parts);
      if (!moment) return null;
      const milliseconds = Number(parts.fraction.slice(1, 4).padEnd(3, '0'));
      return moment.epochMinute * 60_000 + Number(parts.second) * 1_000 + milliseconds;
    },
    toInstant(text) {
      const parts = parseTimeText(text);
      const moment = parts && momentFor(parts);
      if (!moment) return null;
      return `${wallText(moment.epochMinute).replace(' ', 'T')}:${parts.second}${parts.fraction}Z`;
    },
  };
}

/** A memo of a pure function, not state: one StoreTime a zone. */
const zones = new Map<string, StoreTime>();

/**
 * The StoreTime of a zone, made when first asked for.
 * @param zone IANA name; throws a RangeError for an unknown one
 */
export function storeTime(zone: string): StoreTime {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const made = createStoreTime(zone);
  zones.set(zone, made);
  return made;
}

/**
 * The instant of a text of any writer as ISO UTC, `2025-12-13T06:35:00.25Z`; one without an offset is read in
 * `zone`, an IANA name. Null when it is no possible time (SPEC 3).
 */
export function toInstant(text: string, zone: string): string | null {
  return storeTime(zone).toInstant(text);
}

/** Whether the name is a time zone that can be used. */
export function isTimeZone(zone: string): boolean {
  try {
    momentOf(zone, 0);
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

function momentOf(zone: string, epochMinute: number): Moment | null {
  if (epochMinute >= endMinute || epochMinute < -dayMinutes) return null;
  const epochMs = epochMinute * 60_000;
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone);
  const offsetMinutes = Math.round(offsetNanoseconds / 60e9);
  const wallMinute = epochMinute + offsetMinutes;
  if (wallMinute < 0 || wallMinute >= endMinute) return null;
  return { epochMinute, local: wallText(wallMinute), offset: offsetText(offsetMinutes) };
}

function secondsText(ms: number): string {
  const second = String(Math.floor(ms / 1_000)).padStart(2, '0');
  const rest = Math.floor(ms % 1_000);
  return rest === 0 ? second : `${second}.${String(rest).padStart(3, '0')}`;
}

/** Remembers the last answers, a bounded number of them. */
function remembering(find: (minute: number) => Moment | null): (minute: number) => Moment | null {
  const known = new Map<number, Moment | null>();
  return (minute) => {
    let moment = known.get(minute);
    if (moment === undefined) {
      moment = find(minute);
      if (known.size >= rememberedMinutes) known.clear();
      known.set(minute, moment);
    }
    return moment;
  };
}
