import type { Database } from 'better-sqlite3';
import { prepared } from '../storage/service.ts';
import type { StateRow } from './state-row.ts';

/**
 * Tells in most cases without a lookup that a key cannot be stored yet, inside one transaction: its frame lies
 * beyond every frame that its session had when the transaction began, and beyond every frame of the same zone
 * that was seen since. States come in the order of frames, so this saves nearly all lookups.
 */
export interface FreshKeys {
  /** False means: look. */
  isFresh(row: StateRow): boolean;
}

/** The last frames of a session in one of the two tables. */
interface LastFrames {
  readonly atBegin: number;
  /** by camera, then by table id, '' for a division */
  readonly seen: Map<string, Map<string, number>>;
}

const lastFrame = {
  division: 'SELECT MAX(frame_number) AS last FROM division_states WHERE session_id = ?',
  table: 'SELECT MAX(frame_number) AS last FROM table_states WHERE session_id = ?',
} as const;

/** Holds for one transaction: nobody else writes while it lasts. */
export function createFreshKeys(db: Database): FreshKeys {
  const sessions = { division: new Map<string, LastFrames>(), table: new Map<string, LastFrames>() };

  function framesOf({ kind, sessionId }: StateRow): LastFrames {
    let frames = sessions[kind].get(sessionId);
    if (frames === undefined) {
      const row = prepared(db, lastFrame[kind]).get(sessionId) as { last: number | null } | undefined;
      frames = { atBegin: row?.last ?? -1, seen: new Map() };
      sessions[kind].set(sessionId, frames);
    }
    return frames;
  }
  return {
    isFresh(row) {
      const { atBegin, seen } = framesOf(row);
      let zones = seen.get(row.cameraId);
      if (zones === undefined) {
        zones = new Map();
        seen.set(row.cameraId, zones);
      }
      const zone = row.kind === 'division' ? '' : row.tableId;
      const last = zones.get(zone) ?? -1;
      if (row.frameNumber > last) zones.set(zone, row.frameNumber);
      return row.frameNumber > last && row.frameNumber > atBegin;
    },
  };
}
