import type { Database } from 'better-sqlite3';
import { prepared } from '../storage/service.ts';
import type { Tracker, ZoneState, ZoneTimer } from './zone-states.ts';

/** How far the frames of a session have been taken into account. */
export interface Progress {
  readonly tracker: Tracker;
  /** -1 before the first */
  readonly lastFrame: number;
}

interface ZoneStateRow {
  readonly zone: string;
  readonly state: ZoneState;
  readonly candidate: ZoneState | null;
  readonly candidate_since_ms: number | null;
}

/** What the last commit left of a session's zones and running timers (SPEC 4.3). */
export function loadProgress(db: Database, sessionId: string): Progress {
  const rows = prepared(
    db,
    'SELECT zone, state, candidate, candidate_since_ms FROM zone_states WHERE session_id = ?',
  ).all(sessionId) as ZoneStateRow[];
  const cursor = prepared(db, 'SELECT last_frame FROM frame_cursors WHERE session_id = ?').get(sessionId) as
    | { last_frame: number }
    | undefined;
  const timers = rows.map((row): [string, ZoneTimer] => [
    row.zone,
    { state: row.state, candidate: row.candidate, candidateSinceMs: row.candidate_since_ms },
  ]);
  return { tracker: Object.fromEntries(timers), lastFrame: cursor?.last_frame ?? -1 };
}

/** Commits the zones that moved and the frame that was taken last, beside the records of its frames. */
export function saveProgress(
  db: Database,
  session: { readonly sessionId: string; readonly cameraId: string },
  progress: Progress,
  touched: Iterable<string>,
  now: string,
): void {
  const { sessionId, cameraId } = session;
  for (const zone of touched) {
    const timer = progress.tracker[zone];
    if (timer === undefined) continue;
    prepared(
      db,
      `INSERT INTO zone_states (session_id, camera_id, zone, state, candidate, candidate_since_ms, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session_id, zone) DO UPDATE SET state = excluded.state,
       candidate = excluded.candidate, candidate_since_ms = excluded.candidate_since_ms`,
    ).run(sessionId, cameraId, zone, timer.state, timer.candidate, timer.candidateSinceMs, now);
  }
  prepared(
    db,
    `INSERT INTO frame_cursors (session_id, camera_id, last_frame, updated_at, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (session_id) DO UPDATE SET last_frame = excluded.last_frame, updated_at = excluded.updated_at`,
  ).run(sessionId, cameraId, progress.lastFrame, now, now);
}
