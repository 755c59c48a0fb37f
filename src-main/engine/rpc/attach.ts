import { connect, type Socket } from 'node:net';
import { type Answer, type Client, createClient, type Port } from '../../contract/client.ts';
import { readFrames, writeFrame } from './frames.ts';
import { type EngineAddress, readEngineAddress, usualEngineAddress } from './socket-path.ts';

/** A running engine, reached over its control socket. */
export interface AttachedEngine extends Client {
  readonly address: EngineAddress;
  /** the untyped port beneath, for whoever relays calls as they come */
  readonly port: Port;
  /** called once when the engine has gone */
  onClose(listener: () => void): void;
  close(): void;
}

const gone: Answer = {
  ok: false,
  fault: {
    code: 'unavailable',
    message: 'The engine ended before it answered. Nothing that was acknowledged is lost; try again.',
    details: { engineGone: true },
  },
};

/**
 * Attaches to the engine that runs on a data directory; null when none answers. Uses nothing but sockets, so
 * that every face may import it.
 */
export async function attachEngine(dataDir: string): Promise<AttachedEngine | null> {
  const address = readEngineAddress(dataDir) ?? usualEngineAddress(dataDir);
  if (address === null) return null;
  const socket = await open(address.control);
  if (socket === null) return null;
  const { port, onClose } = socketPort(socket);
  return { ...createClient(port), address, port, onClose, close: () => socket.destroy() };
}

function open(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

function socketPort(socket: Socket): { port: Port; onClose: (listener: () => void) => void } {
  const waiting = new Map<number, (answer: Answer) => void>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const closeListeners = new Set<() => void>();
  let closed = false;
  let nextId = 1;

  readFrames(socket, (raw) => {
    const frame = raw as { id?: number; answer?: Answer; event?: string; payload?: unknown };
    if (frame.id !== undefined && frame.answer !== undefined) {
      waiting.get(frame.id)?.(frame.answer);
      waiting.delete(frame.id);
    } else if (frame.event !== undefined) {
      for (const listener of [...(listeners.get(frame.event) ?? [])]) listener(frame.payload);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    closed = true;
    for (const resolve of waiting.values()) resolve(gone);
    waiting.clear();
    for (const listener of closeListeners) listener();
  });

  const port: Port = {
    call(name, input) {
      if (closed) return Promise.resolve(gone);
      const id = nextId;
      nextId += 1;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        writeFrame(socket, { id, call: name, input });
      });
    },
    subscribe(name, listener) {
      const own = (payload: unknown): void => listener(payload);
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(own));
      if (all.size === 1) writeFrame(socket, { subscribe: name });
      return () => {
        all.delete(own);
        if (all.size === 0) writeFrame(socket, { unsubscribe: name });
      };
    },
  };
  const onClose = (listener: () => void): void => {
    if (closed) listener();
    else closeListeners.add(listener);
  };
  return { port, onClose };
}
