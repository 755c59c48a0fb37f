/** A state change as a store's cameras see it, and as the database holds it. */
export interface RecordedState {
  readonly kind: 'division' | 'table';
  readonly sessionId: string;
  readonly cameraId: string;
  readonly frameNumber: number;
  /** seconds */
  readonly timestampVideo: number;
  /** store-local text with its offset, as stored */
  readonly timestampRecorded: string;
  /** as the producer sends it: without an offset, with one, in UTC, or left out */
  readonly timestampSent: string | null;
  /** '' for a division */
  readonly tableId: string;
  readonly state: string;
  readonly counts: readonly [number, number];
  readonly screenshotPath: string | null;
}

export interface RecordedSession {
  readonly sessionId: string;
  readonly cameraId: string;
  /** store-local text with its offset */
  readonly startTime: string;
}

export interface Recording {
  readonly locationId: string;
  readonly sessions: readonly RecordedSession[];
  readonly states: readonly RecordedState[];
}

export interface RecordingOptions {
  readonly locationId: string;
  readonly states: number;
  /** other rounds have other sessions, so their keys never meet */
  readonly round: number;
}

const cameras = ['camera_35', 'camera_22', 'camera_14', 'camera_08', 'camera_27'];
const tables = ['大堂A1', '大堂A2', '包间·牡丹', '包间·君悦', 'T-07', '窗边12号'];
const divisionStates = ['GREEN', 'YELLOW', 'RED'];
const tableStates = ['IDLE', 'BUSY', 'CLEANING'];
const framesPerSecond = 25;
const framesPerStep = 5;
const offset = '+08:00';
const offsetMs = 8 * 3_600_000;
const firstStartMs = Date.UTC(2025, 11, 13, 11, 0, 0);

/** State changes of five cameras at once, in the order in which a detector would send them. */
export function makeRecording({ locationId, states: wanted, round }: RecordingOptions): Recording {
  const startMs = firstStartMs + round * 86_400_000;
  const day = localText(startMs).slice(0, 10).replaceAll('-', '');
  const sessions = cameras.map((cameraId) => ({
    sessionId: `${day}_110000_${cameraId}`,
    cameraId,
    startTime: `${localText(startMs)}${offset}`,
  }));
  const states: RecordedState[] = [];
  for (let step = 0; states.length < wanted; step += 1) {
    for (const [camera, session] of sessions.entries()) {
      const at = momentOf(startMs, step, camera);
      states.push(divisionState(session, step, camera, at));
      states.push(tableState(session, step, camera, at, 0));
      if ((step + camera) % 2 === 0) states.push(tableState(session, step, camera, at, 1));
    }
  }
  states.length = wanted;
  return { locationId, sessions, states };
}

type Moment = Pick<RecordedState, 'frameNumber' | 'timestampVideo' | 'timestampRecorded' | 'timestampSent'>;

function momentOf(startMs: number, step: number, camera: number): Moment {
  const frameNumber = (step + 1) * framesPerStep;
  const videoMs = (frameNumber * 1000) / framesPerSecond;
  const local = localText(startMs + videoMs);
  const sent = [local, `${local}${offset}`, null, `${localText(startMs + videoMs - offsetMs)}Z`, local];
  return {
    frameNumber,
    timestampVideo: videoMs / 1000,
    timestampRecorded: `${local}${offset}`,
    timestampSent: sent[camera] ?? null,
  };
}

function divisionState(
  session: RecordedSession,
  step: number,
  camera: number,
  moment: Moment,
): RecordedState {
  const state = divisionStates[(step + camera) % 3] ?? 'GREEN';
  return {
    kind: 'division',
    sessionId: session.sessionId,
    cameraId: session.cameraId,
    ...moment,
    tableId: '',
    state,
    counts: [state === 'GREEN' ? 1 + (step % 3) : 0, state === 'RED' ? 0 : step % 2],
    screenshotPath: step % 4 === 0 ? `screenshots/${session.sessionId}/${moment.frameNumber}.jpg` : null,
  };
}

function tableState(
  session: RecordedSession,
  step: number,
  camera: number,
  moment: Moment,
  which: number,
): RecordedState {
  const state = tableStates[(step + camera + which) % 3] ?? 'IDLE';
  return {
    kind: 'table',
    sessionId: session.sessionId,
    cameraId: session.cameraId,
    ...moment,
    tableId: tables[(step + which) % tables.length] ?? '',
    state,
    counts: [state === 'BUSY' ? 1 + (step % 6) : 0, state === 'CLEANING' ? 1 : 0],
    screenshotPath: null,
  };
}

/** `2025-12-13 11:00:00.200`, the fraction only where there is one. */
function localText(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('T', ' ').replace('Z', '').replace('.000', '');
}
