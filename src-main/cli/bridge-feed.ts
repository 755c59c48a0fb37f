import { connect, type Socket } from 'node:net';
import { BackhaulError } from '../contract/errors.ts';
import type { ConnectionSummary, NumberedLine } from '../engine/capture/service.ts';

/** A reply as the bridge gives it; `line` is the line's number in the input, whatever connection carried it. */
export type BridgeReply =
  | { readonly type: 'ack'; readonly seq?: number; readonly line: number }
  | {
      readonly type: 'error';
      readonly seq?: number;
      readonly line: number;
      readonly code: string;
      readonly message: string;
    };

export interface BridgeFeed {
  /**
   * Sends lines until the input ends and answers the connection's summary.
   * @throws BackhaulError `unavailable` with details.engineGone when the engine goes in the middle; call again
   * with another engine's socket, what was not acknowledged is sent once more
   */
  through(socketPath: string): Promise<ConnectionSummary>;
}

const mostUnanswered = 4000;
const mostUnansweredBytes = 8 * 1024 * 1024;
/** what makes a line too long for the bridge, which says so itself */
const padding = Buffer.alloc(1_000_001, 0x20);

/**
 * Feeds lines to an engine's bridge socket and remembers what has not been answered yet, so that the death of
 * the engine loses nothing: a line that was stored after all is a duplicate then.
 */
export function createBridgeFeed(
  lines: AsyncIterator<NumberedLine>,
  hello: Readonly<Record<string, unknown>>,
  onReply: (reply: BridgeReply) => void,
): BridgeFeed {
  const unanswered: NumberedLine[] = [];
  let unansweredBytes = 0;
  let answered = 0;
  let refused = 0;
  /** the last session line that was answered: later lines may rely on it */
  let session: NumberedLine | null = null;
  let coming: Promise<IteratorResult<NumberedLine>> | null = null;

  function take(reply: Record<string, unknown>): void {
    const line = unanswered.shift();
    if (line === undefined) return;
    unansweredBytes -= line.bytes.length;
    answered += 1;
    if (reply.type === 'error') refused += 1;
    if (isSession(line)) session = line;
    onReply({ ...reply, line: line.number } as BridgeReply);
  }

  async function through(socketPath: string): Promise<ConnectionSummary> {
    const connection = await openConnection(socketPath);
    const { socket } = connection;
    const again = session;
    let heardAgain: string | null = null;
    let helloRefused: BackhaulError | null = null;
    const finished = connection.read((reply) => {
      if (reply.type === 'error' && reply.line === 1) {
        const words = `The zones or ids given with this command cannot be used: ${String(reply.message)}.`;
        helloRefused = new BackhaulError('invalid_input', words);
        socket.destroy();
      } else if (helloRefused !== null) return;
      else if (again === null || heardAgain !== null) take(reply);
      else heardAgain = String(reply.type);
    });
    // A connection that breaks rejects `finished`; the sending below stops by itself then.
    finished.catch(() => undefined);
    await send(
      socket,
      Buffer.from(`${JSON.stringify({ type: 'hello', ...hello, ack_unnumbered: true, summary: true })}\n`),
    );
    if (again !== null) await send(socket, wire(again));
    // A copy: replies take lines off the list while these are sent.
    for (const line of [...unanswered]) await send(socket, wire(line));
    let inputEnded = false;
    while (!socket.destroyed) {
      // A producer may wait for an answer before it sends more: the end of the connection is noticed meanwhile.
      coming ??= lines.next();
      const next = await unlessClosed(socket, coming).catch((error: unknown) => {
        socket.destroy();
        throw error;
      });
      if (next === null) break;
      coming = null;
      inputEnded = next.done === true;
      if (next.done) break;
      unanswered.push(next.value);
      unansweredBytes += next.value.bytes.length;
      await send(socket, wire(next.value));
      while (
        (unanswered.length >= mostUnanswered || unansweredBytes >= mostUnansweredBytes) &&
        !socket.destroyed
      ) {
        await connection.moved();
      }
    }
    socket.end();
    const summary = await finished.catch((error: unknown) => {
      throw helloRefused ?? error;
    });
    // An engine that stops says what it took so far; the rest goes to the next one.
    if (!inputEnded || unanswered.length > 0) throw engineGone();
    // What an earlier engine acknowledged counts as committed: it does not say which lines were there before.
    const duplicates = summary.duplicates - (heardAgain === 'ack' ? 1 : 0);
    return {
      ...summary,
      received: answered,
      committed: answered - refused - duplicates,
      duplicates,
      refused,
    };
  }
  return { through };
}

function isSession({ bytes, tooLong }: NumberedLine): boolean {
  if (tooLong || !bytes.includes('"session"')) return false;
  try {
    return (JSON.parse(bytes.toString('utf8')) as { type?: unknown } | null)?.type === 'session';
  } catch {
    return false;
  }
}

function wire(line: NumberedLine): Buffer {
  const parts = line.tooLong ? [line.bytes, padding] : [line.bytes];
  return Buffer.concat([...parts, Buffer.from('\n')]);
}

function send(socket: Socket, bytes: Buffer): Promise<void> | void {
  if (socket.destroyed || socket.write(bytes)) return;
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.once('drain', go).once('close', go);
  });
}

/** Null when the socket closes first. */
function unlessClosed<T>(socket: Socket, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const closed = (): void => resolve(null);
    socket.once('close', closed);
    promise.then(resolve, reject).finally(() => socket.off('close', closed));
  });
}

interface Connection {
  readonly socket: Socket;
  read(onReply: (reply: Record<string, unknown>) => void): Promise<ConnectionSummary>;
  /** resolves with the next replies, or when the connection ends */
  moved(): Promise<void>;
}

async function openConnection(path: string): Promise<Connection> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', () => reject(engineGone()));
  });
  let wake: (() => void)[] = [];
  const move = (): void => {
    for (const one of wake) one();
    wake = [];
  };
  return {
    socket,
    moved: () => new Promise((resolve) => wake.push(resolve)),
    read: (onReply) =>
      new Promise((resolve, reject) => {
        let rest = '';
        let summary: ConnectionSummary | null = null;
        socket.setEncoding('utf8');
        socket.on('data', (text: string) => {
          const parts = (rest + text).split('\n');
          rest = parts.pop() ?? '';
          for (const part of parts) {
            const reply = JSON.parse(part) as Record<string, unknown>;
            if (reply.type === 'summary') summary = reply as unknown as ConnectionSummary;
            else onReply(reply);
          }
          move();
        });
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          move();
          if (summary === null) reject(engineGone());
          else resolve(summary);
        });
      }),
  };
}

function engineGone(): BackhaulError {
  const words =
    'The engine ended in the middle. What it had acknowledged is stored; send the same lines again, nothing is doubled.';
  return new BackhaulError('unavailable', words, { details: { engineGone: true } });
}
