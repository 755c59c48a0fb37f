import type { Database } from 'better-sqlite3';
import type { CaptureMemory } from './capture-memory.ts';
import type { Refusal } from './messages.ts';
import type { ReadingKeeper } from './reading-keeper.ts';
import { recordedTime } from './recorded-time.ts';
import type { StateStore } from './state-store.ts';

/** What applying records works with, inside one transaction. */
export interface Applying {
  readonly db: Database;
  readonly memory: CaptureMemory;
  readonly readings: ReadingKeeper;
  readonly states: StateStore;
  /** epoch milliseconds */
  readonly nowMs: number;
  /** the same as UTC text */
  readonly now: string;
  /** the data directory, where `zones/<camera_id>.json` is looked for */
  readonly dataDir: string;
}

/** When a record was recorded: the given time, else session start + video time, else now (SPEC 3). */
export function timeOf(
  { db, memory, nowMs }: Applying,
  message: { readonly timestamp_recorded: string | null; readonly timestamp_video: number },
  sessionId: string,
): string | Refusal {
  const given = message.timestamp_recorded;
  const sessionStartMs = given === null ? (memory.session(db, sessionId)?.startMs ?? null) : null;
  const moment = { given, sessionStartMs, timestampVideo: message.timestamp_video };
  return recordedTime(memory.time(), moment) ?? memory.time().fromEpochMs(nowMs) ?? '';
}

/** The refusal of a line that lacks a field which no flag supplies either. */
export function required(field: string): Refusal {
  return { code: 'invalid_shape', message: `${field} is required` };
}
