import { connect } from 'node:net';
import type { RecordedState, Recording } from './recording.ts';

/** A recording as the bridge's lines, every one with a seq counted from 1. */
export interface BridgeLines {
  readonly lines: readonly string[];
  /** the same in pieces of about 64 KiB, as a pipe carries them */
  readonly pieces: readonly Buffer[];
}

const pieceBytes = 64 * 1024;

export function bridgeLines(recording: Recording): BridgeLines {
  const messages = [...parentMessages(recording), ...recording.states.map((one) => message(recording, one))];
  const lines = messages.map((one, index) => `${JSON.stringify({ ...one, seq: index + 1 })}\n`);
  const whole = Buffer.from(lines.join(''));
  const pieces: Buffer[] = [];
  for (let from = 0; from < whole.length; from += pieceBytes) {
    pieces.push(whole.subarray(from, from + pieceBytes));
  }
  return { lines, pieces };
}

function parentMessages({ locationId, sessions }: Recording): object[] {
  return [
    {
      type: 'location',
      location_id: locationId,
      city: '上海',
      restaurant_name: '野百灵·贵州酸汤',
      commercial_area: '静安',
      timezone: 'Asia/Shanghai',
    },
    ...sessions.map(({ cameraId }) => ({
      type: 'camera',
      camera_id: cameraId,
      location_id: locationId,
      camera_name: cameraId,
      camera_ip_address: '192.168.1.35',
    })),
    ...sessions.map(({ sessionId, cameraId, startTime }) => ({
      type: 'session',
      session_id: sessionId,
      camera_id: cameraId,
      location_id: locationId,
      start_time: startTime,
      fps: 25,
      resolution: '2592x1944',
    })),
  ];
}

function message({ locationId }: Recording, state: RecordedState): object {
  const [first, second] = state.counts;
  const head = {
    type: `${state.kind}_state`,
    session_id: state.sessionId,
    camera_id: state.cameraId,
    location_id: locationId,
    frame_number: state.frameNumber,
    timestamp_video: state.timestampVideo,
    ...(state.timestampSent === null ? {} : { timestamp_recorded: state.timestampSent }),
    state: state.state,
    ...(state.screenshotPath === null ? {} : { screenshot_path: state.screenshotPath }),
  };
  return state.kind === 'division'
    ? { ...head, walking_area_waiters: first, service_area_waiters: second }
    : { ...head, table_id: state.tableId, customers_count: first, waiters_count: second };
}

/** A detector's connection to the bridge. */
export interface Producer {
  /** resolves when there is room for more */
  write(piece: Buffer | string): Promise<void>;
  /** resolves when so many lines are acknowledged; rejects when one is refused or the connection ends */
  acknowledged(count: number): Promise<void>;
  close(): void;
}

/** @param onAck is told the number of acknowledged lines, which are acknowledged in order */
export async function openProducer(
  path: string,
  onAck: (acknowledged: number) => void = () => {},
): Promise<Producer> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  let acknowledged = 0;
  let fault: Error | null = null;
  let waiting: { readonly count: number; readonly go: () => void; readonly fail: (e: Error) => void } | null =
    null;
  const fail = (error: Error): void => {
    fault ??= error;
    waiting?.fail(fault);
  };
  socket.on('data', (chunk: Buffer) => {
    const refusal = /\{"type":"error".*/.exec(chunk.includes('"error"') ? chunk.toString('utf8') : '');
    if (refusal !== null) fail(new Error(`The engine refused a line: ${refusal[0]}`));
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) acknowledged += 1;
    onAck(acknowledged);
    if (waiting !== null && acknowledged >= waiting.count) waiting.go();
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The engine closed the connection.')));
  return {
    write(piece) {
      if (fault !== null) return Promise.reject(fault);
      if (socket.write(piece)) return Promise.resolve();
      return new Promise((resolve) => socket.once('drain', resolve));
    },
    acknowledged(count) {
      if (fault !== null) return Promise.reject(fault);
      if (acknowledged >= count) return Promise.resolve();
      return new Promise((go, reject) => {
        waiting = { count, go, fail: reject };
      });
    },
    close: () => socket.destroy(),
  };
}
