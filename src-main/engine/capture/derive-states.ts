import { storeTime } from '../time/store-time.ts';
import type { DetectionsMessage, Message, Refusal, SessionMessage } from './messages.ts';
import { parseLine } from './protocol.ts';
import { impossible, recordedTime } from './recorded-time.ts';
import { type StateChange, stateChange } from './state-change.ts';
import { advance, type Tracker } from './zone-states.ts';
import type { Zones } from './zones.ts';

/** What holds where the lines do not say. */
export interface DeriveDefaults {
  readonly sessionId: string | null;
  readonly cameraId: string | null;
  readonly locationId: string | null;
  /** IANA name of the location's zone */
  readonly timeZone: string;
  /** hears of lines that are refused; `line` counts from 1 */
  readonly onRefused?: (line: number, refusal: Refusal) => void;
}

/** Takes one line without its line end, or the beginning of one too long; answers with the changes it makes. */
export type StateDeriver = (line: Buffer, number: number, tooLong?: boolean) => readonly StateChange[];

interface SessionSoFar {
  readonly sessionId: string | null;
  readonly cameraId: string | null;
  readonly locationId: string | null;
  readonly startMs: number | null;
  readonly zones: Zones | null;
  tracker: Tracker;
  lastFrame: number;
}

/**
 * The state changes that a stream of detections makes, in order (SPEC 4.3). Stores nothing. Zones of a `session`
 * line win over `zones`; a frame that comes again changes nothing; other messages are passed over.
 * @param lines lines of the bridge without their line ends
 */
export function* deriveStates(
  lines: Iterable<Buffer | string>,
  zones: Zones | null,
  defaults: DeriveDefaults,
): Generator<StateChange> {
  const derive = createStateDeriver(zones, defaults);
  let number = 0;
  for (const line of lines) {
    number += 1;
    yield* derive(typeof line === 'string' ? Buffer.from(line) : line, number);
  }
}

/** As deriveStates, for lines that arrive over time. */
export function createStateDeriver(zones: Zones | null, defaults: DeriveDefaults): StateDeriver {
  const sessions = new Map<string | null, SessionSoFar>();
  let current = defaults.sessionId;

  function take(message: Message): readonly StateChange[] | Refusal {
    if (message.type === 'session') {
      const started = begin(message, defaults.timeZone, sessions.get(message.session_id));
      if ('code' in started) return started;
      current = message.session_id;
      sessions.set(current, started);
    }
    if (message.type !== 'detections') return [];
    const sessionId = message.session_id ?? current;
    const session = sessions.get(sessionId) ?? unannounced(sessionId);
    sessions.set(sessionId, session);
    return follow(session, message, session.zones ?? zones, defaults);
  }

  return (line, number, tooLong) => {
    const parsed = parseLine(line, tooLong);
    const outcome = parsed.ok ? take(parsed.message) : parsed.refusal;
    if (!('code' in outcome)) return outcome;
    defaults.onRefused?.(number, outcome);
    return [];
  };
}

function begin(
  message: SessionMessage,
  timeZone: string,
  before: SessionSoFar | undefined,
): SessionSoFar | Refusal {
  const startMs = storeTime(timeZone).toEpochMs(message.start_time);
  if (startMs === null) return impossible('start_time', message.start_time);
  return {
    ...(before ?? unannounced(message.session_id)),
    cameraId: message.camera_id,
    locationId: message.location_id,
    startMs,
    zones: message.zones ?? before?.zones ?? null,
  };
}

function unannounced(sessionId: string | null): SessionSoFar {
  const nothing = { cameraId: null, locationId: null, startMs: null, zones: null };
  return { sessionId, ...nothing, tracker: {}, lastFrame: -1 };
}

function follow(
  session: SessionSoFar,
  message: DetectionsMessage,
  zones: Zones | null,
  defaults: DeriveDefaults,
): readonly StateChange[] | Refusal {
  if (zones === null) return { code: 'no_zones', message: 'no zones are known for these detections' };
  if (message.frame_number <= session.lastFrame) return [];
  const recorded = recordedTime(storeTime(defaults.timeZone), {
    given: message.timestamp_recorded,
    sessionStartMs: session.startMs,
    timestampVideo: message.timestamp_video,
  });
  if (recorded !== null && typeof recorded === 'object') return recorded;
  const step = advance(zones, session.tracker, message);
  session.tracker = step.tracker;
  session.lastFrame = message.frame_number;
  const head = {
    session_id: session.sessionId,
    camera_id: message.camera_id ?? session.cameraId ?? defaults.cameraId ?? zones.cameraId,
    location_id: message.location_id ?? session.locationId ?? defaults.locationId ?? zones.locationId,
    frame_number: message.frame_number,
    timestamp_video: message.timestamp_video,
    ...(recorded === null ? {} : { timestamp_recorded: recorded }),
  };
  return step.changes.map((change) => stateChange(head, change));
}
