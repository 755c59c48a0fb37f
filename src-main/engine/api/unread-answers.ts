import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers that were made and are not read yet, all connections together. */
export interface UnreadAnswers {
  /** of all that are held */
  readonly bytes: number;
  /** Holds so many bytes until the answer is read or its connection is gone. */
  hold(response: ServerResponse, bytes: number): void;
  /** an answer is on its way over the connection */
  isUnderWay(socket: Duplex): boolean;
}

export function createUnreadAnswers(): UnreadAnswers {
  const bytesOf = new Map<Duplex, number>();
  let total = 0;

  function count(socket: Duplex, bytes: number): void {
    const held = bytesOf.get(socket);
    if (held === undefined) return;
    total += bytes;
    bytesOf.set(socket, held + bytes);
  }

  return {
    get bytes() {
      return total;
    },
    hold(response, bytes) {
      const { socket } = response.req;
      if (socket.destroyed) return;
      if (!bytesOf.has(socket)) {
        bytesOf.set(socket, 0);
        // Answers that wait behind another one are not told of it.
        socket.once('close', () => {
          total -= bytesOf.get(socket) ?? 0;
          bytesOf.delete(socket);
        });
      }
      count(socket, bytes);
      response.once('close', () => count(socket, -bytes));
    },
    isUnderWay: (socket) => (bytesOf.get(socket) ?? 0) > 0,
  };
}
