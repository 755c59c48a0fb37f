import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { BackhaulError } from '../../contract/errors.ts';

/** A listening socket of the bridge. */
export interface BridgeSocket {
  readonly path: string;
  /** Takes no more connections and removes the socket; those that are open are left to their owner. */
  close(): void;
}

export interface BridgeListener {
  /** so many connections are served at once, the others are told so and closed */
  readonly mostConnections: number;
  readonly onConnection: (socket: Socket) => void;
  /** after a connection that was one too many */
  readonly onTooMany: () => void;
}

/**
 * Listens on a Unix socket of mode 0600, or a named pipe on Windows (SPEC 4.1). A socket file that a killed engine
 * left is replaced. The sender's end of a connection may close before the replies are out.
 * @param path at most 100 bytes
 * @throws BackhaulError `conflict` when someone listens there or the path is something else than a socket
 */
export async function listenBridge(path: string, listener: BridgeListener): Promise<BridgeSocket> {
  const isPipe = path.startsWith('\\\\');
  if (!isPipe) await removeStale(path);
  const server = createServer({ allowHalfOpen: true }, serveAtMost(listener));
  await listening(server, path);
  if (!isPipe) chmodSync(path, 0o600);
  return { path, close: () => void server.close() };
}

function serveAtMost({ mostConnections, onConnection, onTooMany }: BridgeListener) {
  let open = 0;
  return (socket: Socket): void => {
    if (open >= mostConnections) {
      turnAway(socket, mostConnections);
      onTooMany();
      return;
    }
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    onConnection(socket);
  };
}

function turnAway(socket: Socket, mostConnections: number): void {
  const message = `${mostConnections} connections are open already and this system allows no more. Nothing was taken; close those that are not used and connect again.`;
  socket.on('error', () => undefined);
  socket.write(`${JSON.stringify({ type: 'error', code: 'too_many_connections', message })}\n`);
  socket.destroySoon();
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new BackhaulError(
      'conflict',
      `${path} is in the way of the bridge's socket and is none. Remove it or choose another path.`,
    );
  }
  if (await answers(path)) {
    throw new BackhaulError('conflict', `Another program listens on ${path}. Nothing was changed.`);
  }
  rmSync(path, { force: true });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
  });
}

function adviceFor({ code }: NodeJS.ErrnoException): string {
  const safe = 'What was acknowledged is safe, and no new line can come in';
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? `${safe}; free some space, or delete files that are not needed where only their number is used up (df -i), and it listens by itself.`
    : `${safe}; make the folder usable and start the engine again.`;
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new BackhaulError(
          'unavailable',
          `The bridge cannot listen on ${path}: ${cause.message}. ${adviceFor(cause)}`,
          { cause },
        ),
      ),
    );
    server.listen(path, resolve);
  });
}
