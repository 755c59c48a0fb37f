import type { Database } from 'better-sqlite3';
import { prepared } from '../prepared.ts';
import { decodeFrames, type SealedFrames, sumsOf, writeGroup } from '../sealed-group.ts';
import type { StoredValue } from './record.ts';

type Row = Readonly<Record<string, StoredValue>>;

interface Present {
  readonly frames: Uint8Array | null;
  readonly sealed_at: string | null;
}

/**
 * Inside a write transaction: what was sealed in either of two databases is sealed in the one that goes on. So a record
 * that was deleted after a backup was made is still missed when the cloud loses it. Of a record that was sealed with
 * two contents the later one holds; one that is held as well is compared as it is held.
 * @returns 'absent' where this one has no such tally yet, so that the row as it is can be brought
 */
export function uniteTally(db: Database, row: Row): 'absent' | 'united' | 'unreadable' {
  const found = row.frames instanceof Buffer ? decoded(row) : undefined;
  if (found === null) return 'unreadable';
  const key = [row.stream, row.session_id, row.camera_id, row.table_id].map(String) as Key;
  const [stream, session, cameraId, tableId] = key;
  const present = prepared(
    db,
    `SELECT frames, sealed_at FROM verified_tallies
     WHERE stream = ? AND session_id = ? AND camera_id = ? AND table_id = ?`,
  ).get(...key) as Present | undefined;
  if (present === undefined) return 'absent';
  // A mere count says nothing of which records it counts.
  if (found === undefined) return 'united';
  const here = decodeFrames(present.frames);
  const sealedAt = String(row.sealed_at ?? '');
  const isLater = sealedAt > (present.sealed_at ?? '');
  const frames = isLater ? new Map([...here, ...found]) : new Map([...found, ...here]);
  const newest = typeof row.newest_recorded === 'string' ? row.newest_recorded : null;
  const at = isLater ? sealedAt : (present.sealed_at ?? '');
  writeGroup(db, stream, session, { cameraId, tableId, frames }, newest, at);
  return 'united';
}

type Key = [stream: string, session: string, cameraId: string, tableId: string];

/** Null where the records are not those whose sums stand beside them: a page that carried them is damaged. */
function decoded({ frames, row_count, frame_sum, fingerprint_sum }: Row): SealedFrames | null {
  try {
    const records = decodeFrames(frames as Buffer);
    const { frameSum, printSum } = sumsOf(records);
    const isWhole =
      records.size === Number(row_count) &&
      frameSum === String(frame_sum) &&
      printSum === String(fingerprint_sum);
    return isWhole ? records : null;
  } catch {
    return null;
  }
}
