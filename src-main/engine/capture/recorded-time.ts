import type { StoreTime } from '../time/store-time.ts';
import { shown } from './fields.ts';
import type { Refusal } from './messages.ts';

/** When a frame was recorded, by the video's clock. */
export interface VideoMoment {
  /** the time that was sent, null when none was */
  readonly given: string | null;
  /** when the session began, null where that is not known */
  readonly sessionStartMs: number | null;
  /** seconds since then */
  readonly timestampVideo: number;
}

/**
 * The time of recording as store-local text: the given one, else session start + video time in whole
 * milliseconds, else null. A refusal for a time that is not possible (SPEC 3).
 */
export function recordedTime(time: StoreTime, moment: VideoMoment): string | null | Refusal {
  if (moment.given !== null)
    return time.toLocal(moment.given) ?? impossible('timestamp_recorded', moment.given);
  if (moment.sessionStartMs === null) return null;
  const epochMs = moment.sessionStartMs + Math.round(moment.timestampVideo * 1_000);
  return time.fromEpochMs(epochMs) ?? impossible('timestamp_video', moment.timestampVideo);
}

/** The refusal of a time that does not exist or lies outside the years 1970–9999. */
export function impossible(field: string, given: string | number): Refusal {
  return {
    code: 'impossible_time',
    message: `${field} ${shown(given)} is no possible time; the form is 2025-12-13 14:35:00+08:00`,
  };
}
