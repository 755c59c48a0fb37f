import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { isEventName } from '../../contract/contract.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventHub } from './event-hub.ts';
import { type RequestFrame, readFrames, requestFrame, writeFrame } from './frames.ts';

export interface ControlServer {
  /** calls that are being answered now */
  active(): number;
  close(): Promise<void>;
}

/** Listens for the engine's faces on a socket that only this user may open (mode 0600). */
export async function listenControl(
  path: string,
  dispatch: Dispatch,
  events: EventHub,
): Promise<ControlServer> {
  const sockets = new Set<Socket>();
  let active = 0;
  const counted: Dispatch = async (name, raw, context) => {
    active += 1;
    try {
      return await dispatch(name, raw, context);
    } finally {
      active -= 1;
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, counted, events);
  });
  if (process.platform !== 'win32') rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The file is made inside listen(), so that it is never open to others, not even for a moment.
    const before = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(before);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return {
    active: () => active,
    async close() {
      for (const socket of sockets) socket.end();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500).unref();
      await closed;
    },
  };
}

/** One client: its calls end with it, its subscriptions too. */
function serve(socket: Socket, dispatch: Dispatch, events: EventHub): void {
  const calls = new Map<number, AbortController>();
  const subscriptions = new Map<string, () => void>();
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const controller of calls.values()) controller.abort();
    for (const end of subscriptions.values()) end();
  });
  readFrames(socket, (raw) => {
    const parsed = requestFrame.safeParse(raw);
    if (!parsed.success) return void socket.destroy();
    const frame = parsed.data as RequestFrame;
    if ('call' in frame) void answer(frame.id, frame.call, frame.input);
    else if ('cancel' in frame) calls.get(frame.cancel)?.abort();
    else if ('subscribe' in frame) subscribe(frame.subscribe);
    else unsubscribe(frame.unsubscribe);
  });

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const controller = new AbortController();
    calls.set(id, controller);
    const value = await dispatch(name, input, { signal: controller.signal });
    calls.delete(id);
    writeFrame(socket, { id, answer: value });
  }

  function subscribe(name: string): void {
    if (subscriptions.has(name) || !isEventName(name)) return;
    subscriptions.set(
      name,
      events.subscribe(name, (payload) => writeFrame(socket, { event: name, payload })),
    );
  }

  function unsubscribe(name: string): void {
    subscriptions.get(name)?.();
    subscriptions.delete(name);
  }
}
