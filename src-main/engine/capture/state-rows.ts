import type { Database } from 'better-sqlite3';
import { prepared } from '../storage/service.ts';
import type { StoreTime } from '../time/store-time.ts';
import type { Refusal } from './messages.ts';
import type { StateRow } from './state-row.ts';

interface StoredState {
  readonly timestamp_video: number | null;
  readonly timestamp_recorded: string | null;
  readonly state: string;
  readonly first_count: number;
  readonly second_count: number;
  readonly screenshot_path: string | null;
}

/** The plus signs keep the search on the index of session and frame. */
const divisionLookup = `SELECT timestamp_video, timestamp_recorded, state, screenshot_path,
    COALESCE(walking_area_waiters, 0) AS first_count, COALESCE(service_area_waiters, 0) AS second_count
  FROM division_states WHERE session_id = ? AND frame_number = ? AND +camera_id = ? AND +location_id = ?
  ORDER BY division_state_id LIMIT 1`;
const tableLookup = `SELECT timestamp_video, timestamp_recorded, state, screenshot_path,
    COALESCE(customers_count, 0) AS first_count, COALESCE(waiters_count, 0) AS second_count
  FROM table_states WHERE session_id = ? AND frame_number = ? AND +camera_id = ? AND +location_id = ?
    AND +table_id = ? ORDER BY table_state_id LIMIT 1`;

/**
 * Looks for the key of a state (SPEC 4.1): null when it is new, 'duplicate' when the same content is stored, a
 * refusal when other content is. Nothing but this keeps keys single.
 */
export function findState(db: Database, row: StateRow, time: StoreTime): null | 'duplicate' | Refusal {
  const { sessionId, frameNumber, cameraId, locationId } = row;
  const found = (
    row.kind === 'division'
      ? prepared(db, divisionLookup).get(sessionId, frameNumber, cameraId, locationId)
      : prepared(db, tableLookup).get(sessionId, frameNumber, cameraId, locationId, row.tableId)
  ) as StoredState | undefined;
  if (found === undefined) return null;
  const differences = differencesOf(found, row, time);
  if (differences.length === 0) return 'duplicate';
  const name = row.kind === 'division' ? 'the division' : `table ${row.tableId}`;
  return {
    code: 'conflict',
    message: `frame ${frameNumber} of ${name} in session ${sessionId} is already stored with ${differences.join(', ')}`,
  };
}

/** What the stored content has that the sent one has not, in words. */
function differencesOf(stored: StoredState, row: StateRow, time: StoreTime): string[] {
  const [first, second] = row.counts;
  const names =
    row.kind === 'division'
      ? ['walking_area_waiters', 'service_area_waiters']
      : ['customers_count', 'waiters_count'];
  const differences: string[] = [];
  if (stored.state !== row.state) differences.push(`state ${stored.state}, not ${row.state}`);
  if (stored.first_count !== first) differences.push(`${names[0]} ${stored.first_count}, not ${first}`);
  if (stored.second_count !== second) differences.push(`${names[1]} ${stored.second_count}, not ${second}`);
  if (stored.timestamp_video !== row.timestampVideo) {
    differences.push(`timestamp_video ${stored.timestamp_video}, not ${row.timestampVideo}`);
  }
  if (row.timeGiven && !sameInstant(stored.timestamp_recorded, row.timestampRecorded, time)) {
    differences.push(`timestamp_recorded ${stored.timestamp_recorded}, not ${row.timestampRecorded}`);
  }
  if (row.screenshotPath !== null && stored.screenshot_path !== row.screenshotPath) {
    differences.push(`screenshot_path ${stored.screenshot_path}, not ${row.screenshotPath}`);
  }
  return differences;
}

function sameInstant(stored: string | null, sent: string, time: StoreTime): boolean {
  if (stored === sent) return true;
  const instant = (text: string) =>
    (time.toInstant(text) ?? text).replace(/(\.\d*[1-9])0+Z$/, '$1Z').replace(/\.0+Z$/, 'Z');
  return stored !== null && instant(stored) === instant(sent);
}
