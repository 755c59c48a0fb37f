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

const lastFrame = {
  division: 'SELECT MAX(frame_number) AS last FROM division_states WHERE session_id = ?',
  table: 'SELECT MAX(frame_number) AS last FROM table_states WHERE session_id = ?',
} as const;

/** Holds for one transaction: nobody else writes while it lasts. */
export function createFreshKeys(db: Database): FreshKeys {
  const lastAtBegin = { division: new Map<string, number>(), table: new Map<string, number>() };
  const lastSeen = new Map<string, number>();

  function atBegin({ kind, sessionId }: StateRow): number {
    let last = lastAtBegin[kind].get(sessionId);
    if (last === undefined) {
      const row = prepared(db, lastFrame[kind]).get(sessionId) as { last: number | null } | undefined;
      last = row?.last ?? -1;
      lastAtBegin[kind].set(sessionId, last);
    }
    return last;
  }
  return {
    isFresh(row) {
      const zone = row.kind === 'division' ? '' : row.tableId;
      const key = `${row.kind}\n${row.sessionId}\n${row.cameraId}\n${zone}`;
      const last = lastSeen.get(key) ?? -1;
      const begin = atBegin(row);
      if (row.frameNumber > last) lastSeen.set(key, row.frameNumber);
      return row.frameNumber > last && row.frameNumber > begin;
    },
  };
}
