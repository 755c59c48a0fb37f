import { type Applying, timeOf } from './applying.ts';
import { type CaptureRecord, duplicate, type Outcome, refused, storedFrame } from './capture-record.ts';
import type { DetectionsMessage, Refusal } from './messages.ts';
import { type Owners, ownersOf } from './session-owners.ts';
import { giveZones, zonesOf } from './session-zones.ts';
import type { StateRow } from './state-row.ts';
import { advance, type Step, type ZoneChange } from './zone-states.ts';
import type { Zones } from './zones.ts';

/** Where a frame belongs. */
interface Place extends Owners {
  readonly sessionId: string;
  readonly timestampRecorded: string;
}

/**
 * Takes a frame into account and stores the changes it confirms, with the state of every zone beside them
 * (SPEC 4.3). A frame that the session has passed already is a duplicate.
 */
export function applyDetections(
  applying: Applying,
  record: CaptureRecord,
  message: DetectionsMessage,
): Outcome {
  const { db, memory, states } = applying;
  const place = placeOf(applying, record, message);
  if ('code' in place) return refused(place);
  const known = memory.session(db, place.sessionId);
  if (known !== null && message.frame_number <= known.progress.lastFrame) return duplicate;
  const zones = zonesOf(applying, known, record.origin.defaults.zones, place.cameraId);
  if ('code' in zones) return refused(zones);
  const step = advance(zones, known?.progress.tracker ?? {}, message);
  const rows: StateRow[] = [];
  for (const change of step.changes) {
    const row = stateRow(place, message, change);
    const found = states.find(row, memory.time());
    if (found === null) rows.push(row);
    else if (found !== 'duplicate') return refused(found);
  }
  return storeFrame(applying, place, { zones, step, rows, frameNumber: message.frame_number });
}

function storeFrame(
  applying: Applying,
  place: Place,
  frame: {
    readonly zones: Zones;
    readonly step: Step;
    readonly rows: StateRow[];
    readonly frameNumber: number;
  },
): Outcome {
  const { db, memory, states } = applying;
  memory.ensureParents(db, place.sessionId, place.cameraId, place.locationId);
  const session = memory.session(db, place.sessionId);
  if (session === null) throw new Error(`the session ${place.sessionId} vanished while it was written`);
  if (session.cameraId === '') session.cameraId = place.cameraId;
  if (session.zones === null) giveZones(applying, session, frame.zones);
  for (const row of frame.rows) states.insert(row);
  memory.follow(session, frame.step, frame.frameNumber);
  const divisions = frame.rows.filter((row) => row.kind === 'division').length;
  return storedFrame(divisions, frame.rows.length - divisions);
}

function placeOf(applying: Applying, record: CaptureRecord, message: DetectionsMessage): Place | Refusal {
  const { db, memory } = applying;
  const sessionId = message.session_id ?? record.session?.sessionId ?? record.origin.defaults.sessionId;
  if (sessionId === null) {
    return {
      code: 'no_session',
      message: 'these detections name no session and none was announced before them',
    };
  }
  if (record.session?.sessionId === sessionId && record.session.refusal !== null) {
    return {
      code: 'no_session',
      message: `the session ${sessionId} was refused: ${record.session.refusal.message}`,
    };
  }
  const owners = ownersOf(applying, record, { ...message, session_id: sessionId });
  if ('code' in owners) return owners;
  const camera = memory.session(db, sessionId)?.cameraId || owners.cameraId;
  if (camera !== owners.cameraId) {
    return {
      code: 'conflict',
      message: `the session ${sessionId} is of the camera ${camera}, not ${owners.cameraId}`,
    };
  }
  const timestampRecorded = timeOf(applying, message, sessionId);
  return typeof timestampRecorded === 'object'
    ? timestampRecorded
    : { ...owners, sessionId, timestampRecorded };
}

function stateRow(place: Place, message: DetectionsMessage, change: ZoneChange): StateRow {
  const head = {
    sessionId: place.sessionId,
    cameraId: place.cameraId,
    locationId: place.locationId,
    frameNumber: message.frame_number,
    timestampVideo: message.timestamp_video,
    timestampRecorded: place.timestampRecorded,
    timeGiven: message.timestamp_recorded !== null,
    screenshotPath: null,
  };
  return change.type === 'division_state'
    ? {
        ...head,
        kind: 'division',
        state: change.state,
        counts: [change.walking_area_waiters, change.service_area_waiters],
      }
    : {
        ...head,
        kind: 'table',
        tableId: change.table_id,
        state: change.state,
        counts: [change.customers_count, change.waiters_count],
      };
}
