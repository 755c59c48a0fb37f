import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A small recording: one store, one camera, one session, and as many division states as asked for. */
export function recording(divisionStates: number): readonly Readonly<Record<string, unknown>>[] {
  const locationId = 'store_window';
  const cameraId = 'camera_35';
  const sessionId = '20251213_143500_camera_35';
  return [
    {
      type: 'location',
      location_id: locationId,
      city: 'Mianyang',
      restaurant_name: 'Window test',
      commercial_area: '1958',
    },
    { type: 'camera', camera_id: cameraId, location_id: locationId, camera_ip_address: '192.0.2.35' },
    {
      type: 'session',
      session_id: sessionId,
      camera_id: cameraId,
      location_id: locationId,
      start_time: '2025-12-13 14:35:00+08:00',
    },
    ...Array.from({ length: divisionStates }, (_, index) => ({
      type: 'division_state',
      session_id: sessionId,
      camera_id: cameraId,
      location_id: locationId,
      frame_number: (index + 1) * 30,
      timestamp_video: index + 1,
      state: ['RED', 'YELLOW', 'GREEN'][index % 3],
      walking_area_waiters: index % 4,
      service_area_waiters: 1,
    })),
  ];
}

const replyMs = 15_000;

/** Sends lines to the engine's bridge and resolves with its replies when each line has one. */
export async function sendToBridge(
  socketPath: string,
  lines: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly { readonly type: string; readonly seq: number; readonly message?: string }[]> {
  const socket = connect(socketPath);
  socket.setTimeout(replyMs, () => socket.destroy(new Error('The bridge has not replied in time.')));
  const replies: { type: string; seq: number; message?: string }[] = [];
  socket.write(lines.map((line, seq) => `${JSON.stringify({ ...line, seq })}\n`).join(''));
  for await (const reply of createInterface({ input: socket })) {
    const parsed = JSON.parse(reply) as { type: string; seq?: number; message?: string };
    if (parsed.seq === undefined) continue;
    replies.push({ ...parsed, seq: parsed.seq });
    if (replies.length === lines.length) break;
  }
  socket.destroy();
  return replies;
}
