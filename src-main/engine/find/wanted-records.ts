import { BackhaulError } from '../../contract/errors.ts';
import type { RecordSelection } from '../../contract/find-shapes.ts';
import { stateTables } from '../sync/service.ts';
import { dayBounds } from '../time/store-days.ts';
import { storeTime } from '../time/store-time.ts';

export type StateTable = (typeof stateTables)[number];
/** A local row as the streams read it. */
export type StateRow = Parameters<StateTable['toCloud']>[0];

/** The records that are meant, with their times as instants. */
export interface Wanted {
  readonly locationId: string;
  readonly timeZone: string;
  readonly tables: readonly StateTable[];
  readonly sessionId: string | null;
  readonly cameraId: string | null;
  readonly tableId: string | null;
  /** recorded at this instant or later, milliseconds; null for no bound */
  readonly fromMs: number | null;
  /** recorded earlier than this instant */
  readonly beforeMs: number | null;
  readonly limit: number;
}

/** @throws BackhaulError `invalid_input` without a filter, for filters that exclude each other and impossible times */
export function readSelection(selection: RecordSelection, locationId: string, timeZone: string): Wanted {
  const { cameraId, tableId, sessionId, stream, at, from, to, limit } = selection;
  if ([cameraId, tableId, sessionId, at, from, to].every((one) => one === undefined))
    throw refuse('Say at least one of camera, table, session and time.');
  if (at !== undefined && (from !== undefined || to !== undefined))
    throw refuse('Say either one time or a range from and to.');
  if (tableId !== undefined && stream === 'division_states') throw refuse('A division has no table.');
  const streams = stream ?? (tableId === undefined ? null : 'table_states');
  const minute = readTime(at, timeZone);
  const fromMs = minute?.fromMs ?? readTime(from, timeZone)?.atMs ?? null;
  const beforeMs = minute?.beforeMs ?? readTime(to, timeZone)?.afterMs ?? null;
  if (fromMs !== null && beforeMs !== null && fromMs >= beforeMs)
    throw refuse('The range ends before it begins.');
  return {
    locationId,
    timeZone,
    tables: stateTables.filter((table) => streams === null || table.name === streams),
    sessionId: sessionId ?? null,
    cameraId: cameraId ?? null,
    tableId: tableId ?? null,
    fromMs,
    beforeMs,
    limit,
  };
}

/** A time as it was written: the minute (or day) it lies in, itself, and the first instant after it. */
interface Moment {
  readonly fromMs: number;
  readonly beforeMs: number;
  readonly atMs: number;
  readonly afterMs: number;
}

const minuteMs = 60_000;

function readTime(text: string | undefined, timeZone: string): Moment | null {
  if (text === undefined) return null;
  const zone = storeTime(timeZone);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && zone.toEpochMs(`${text} 00:00`) !== null) {
    const { fromMs, beforeMs } = dayBounds(text, timeZone);
    return { fromMs, beforeMs, atMs: fromMs, afterMs: beforeMs };
  }
  const atMs = zone.toEpochMs(text.trim());
  if (atMs === null)
    throw refuse(
      `${JSON.stringify(text)} is no possible time. Write it as 2025-12-13 14:35; seconds and an offset may follow.`,
    );
  const fromMs = Math.floor(atMs / minuteMs) * minuteMs;
  return { fromMs, beforeMs: fromMs + minuteMs, atMs, afterMs: atMs + 1 };
}

function refuse(message: string): BackhaulError {
  return new BackhaulError('invalid_input', message);
}
