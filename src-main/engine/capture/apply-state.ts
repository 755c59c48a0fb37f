import { type Applying, required, timeOf } from './applying.ts';
import {
  type CaptureRecord,
  duplicate,
  type Outcome,
  refused,
  storedDivision,
  storedTable,
} from './capture-record.ts';
import type { Refusal, StateMessage } from './messages.ts';
import type { StateRow } from './state-row.ts';

/** Stores a state that a producer sent (SPEC 4.1). */
export function applyState(applying: Applying, record: CaptureRecord, message: StateMessage): Outcome {
  const { db, memory, states } = applying;
  const row = stateRow(applying, record, message);
  if ('code' in row) return refused(row);
  const found = states.find(row, memory.time());
  if (found === 'duplicate') return duplicate;
  if (found !== null) return refused(found);
  memory.ensureParents(db, row.sessionId, row.cameraId, row.locationId);
  states.insert(row);
  return message.type === 'division_state' ? storedDivision : storedTable;
}

function stateRow(applying: Applying, record: CaptureRecord, message: StateMessage): StateRow | Refusal {
  const owners = stateOwners(applying, record, message);
  if ('code' in owners) return owners;
  const { sessionId, cameraId, locationId } = owners;
  const recorded = timeOf(applying, message, sessionId);
  if (typeof recorded === 'object') return recorded;
  const head = {
    sessionId,
    cameraId,
    locationId,
    frameNumber: message.frame_number,
    timestampVideo: message.timestamp_video,
    timestampRecorded: recorded,
    timeGiven: message.timestamp_recorded !== null,
    screenshotPath: message.screenshot_path,
  };
  return message.type === 'division_state'
    ? {
        ...head,
        kind: 'division',
        state: message.state,
        counts: [message.walking_area_waiters, message.service_area_waiters],
      }
    : {
        ...head,
        kind: 'table',
        tableId: message.table_id,
        state: message.state,
        counts: [message.customers_count, message.waiters_count],
      };
}

/** A state names its session, camera and location itself; only flags stand in. */
function stateOwners(
  { memory }: Applying,
  record: CaptureRecord,
  message: StateMessage,
): { readonly sessionId: string; readonly cameraId: string; readonly locationId: string } | Refusal {
  const { defaults } = record.origin;
  const sessionId = message.session_id ?? defaults.sessionId;
  const cameraId = message.camera_id ?? defaults.cameraId ?? defaults.zones?.cameraId;
  const given = message.location_id ?? defaults.locationId ?? defaults.zones?.locationId;
  if (sessionId === null) return required('session_id');
  if (cameraId == null) return required('camera_id');
  if (given == null) return required('location_id');
  const location = memory.location(given);
  return 'code' in location ? location : { sessionId, cameraId, locationId: location.locationId };
}
