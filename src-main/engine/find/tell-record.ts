import type { FoundRecord } from '../../contract/find-shapes.ts';
import { storeTime } from '../time/store-time.ts';
import type { CloudAnswer } from './ask-cloud.ts';
import type { CloudRow } from './cloud-records.ts';
import { isSameContent } from './compare-record.ts';
import type { GoneRecord } from './gone-records.ts';
import type { LocalRecord } from './local-records.ts';
import { capturedAt, type RunsSince } from './runs-since.ts';
import { reasonOf, statusOf, type Whereabouts, whyGone, whyOf } from './why.ts';

export interface Telling {
  readonly answer: CloudAnswer;
  readonly runs: RunsSince;
  /** the cloud in words: the local one is never "the cloud" (SPEC 3) */
  readonly place: string;
  readonly timeZone: string;
  readonly now: Date;
}

/** A record that this box holds, with its whole way. */
export function tellHeld(record: LocalRecord, telling: Telling): FoundRecord {
  const { table, row, recordKey, epochMs } = record;
  const { answer, runs, place, timeZone, now } = telling;
  const cloudRow = (answer.known ? answer.sides.get(table)?.rows.get(recordKey) : null) ?? null;
  const cloud = whereabouts(record, cloudRow, answer.known);
  const status = statusOf(row);
  const captured = capturedAt(row.created_at);
  const runSince = runs.any(table.name, captured);
  const facts = { row, status, cloud, captured, recordedMs: epochMs, runSince, place, timeZone, now };
  const reason = reasonOf(facts);
  return {
    stream: table.name,
    recordKey,
    localId: row.id,
    sessionId: String(row.session_id),
    cameraId: String(row.camera_id),
    tableId: table.key.includes('table_id') ? String(row.table_id) : null,
    frameNumber: Number.isFinite(row.frame_number) ? row.frame_number : null,
    state: String(row.state),
    timestampRecorded: row.timestamp_recorded === null ? null : String(row.timestamp_recorded),
    capturedAt: captured?.toISOString() ?? null,
    status,
    why: whyOf(facts),
    whyCode: reason.code,
    whyValues: reason.values,
    quarantineId: status === 'quarantined' ? row.quarantine_id : null,
    runId: status === 'synced' ? runs.carrying(table.name, captured) : null,
    cloud,
    cloudRow,
  };
}

/** A record that only the cloud holds. */
export function tellGone({ table, row, recordKey, sealed }: GoneRecord, telling: Telling): FoundRecord {
  const { runs, place, timeZone } = telling;
  const recorded = row.timestamp_recorded;
  return {
    stream: table.name,
    recordKey,
    localId: null,
    sessionId: row.session_id,
    cameraId: row.camera_id,
    tableId: typeof row.table_id === 'string' ? row.table_id : null,
    frameNumber: row.frame_number,
    state: row.state,
    timestampRecorded: recorded === null ? null : (storeTime(timeZone).toLocal(recorded) ?? recorded),
    capturedAt: null,
    status: 'deleted_here',
    why: whyGone(sealed, place),
    whyCode: sealed ? 'deleted_here' : 'elsewhere',
    whyValues: {},
    quarantineId: null,
    runId: runs.carrying(table.name, arrivedAt(row)),
    cloud: 'there',
    cloudRow: row,
  };
}

/** When the cloud took it: in the run that ended next. */
export function arrivedAt(row: CloudRow): Date | null {
  const at = typeof row.created_at === 'string' ? Date.parse(row.created_at) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at);
}

function whereabouts(record: LocalRecord, row: CloudRow | null, known: boolean): Whereabouts {
  if (!known) return 'unknown';
  if (row === null) return 'missing';
  return isSameContent(record, row) ? 'there' : 'different';
}
