import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A detector on the bridge's socket that counts what it said and what was acknowledged. */
export interface BridgeProducer {
  readonly sent: number;
  /** frames in the order of their acknowledgement */
  readonly acked: readonly number[];
  readonly refused: readonly unknown[];
  /** Says so many further state changes; one a frame. */
  say(count: number): void;
  /** whether the socket takes more at once */
  readonly takes: boolean;
  close(): void;
}

/** One state change of a frame, as the bridge takes it; `padding` makes its row larger. */
export function stateLine(frame: number, session: string, padding = 0): string {
  return `${JSON.stringify({
    ...{
      type: 'division_state',
      seq: frame,
      session_id: session,
      camera_id: 'camera_1',
      location_id: 'store_1',
    },
    ...{ frame_number: frame, timestamp_video: frame / 10, timestamp_recorded: '2025-12-13 14:35:00' },
    ...{ state: 'GREEN', walking_waiters: frame % 3, service_waiters: 1 },
    ...(padding === 0 ? {} : { screenshot_path: 'x'.repeat(padding) }),
  })}\n`;
}

export async function openProducer(path: string, session = 's1', padding = 0): Promise<BridgeProducer> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const acked: number[] = [];
  const refused: unknown[] = [];
  let sent = 0;
  createInterface({ input: socket }).on('line', (line) => {
    const reply = JSON.parse(line) as { readonly type: string; readonly seq: number };
    if (reply.type === 'ack') acked.push(reply.seq);
    else refused.push(reply);
  });
  return {
    get sent() {
      return sent;
    },
    acked,
    refused,
    say(count) {
      let text = '';
      for (const end = sent + count; sent < end; sent += 1) text += stateLine(sent, session, padding);
      socket.write(text);
    },
    get takes() {
      return !socket.writableNeedDrain;
    },
    close: () => void socket.destroy(),
  };
}
