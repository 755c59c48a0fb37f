import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';

/** What travels over the control socket, one JSON object a line. */
export const requestFrame = z.union([
  z.strictObject({ id: z.int(), call: z.string(), input: z.unknown() }),
  z.strictObject({ cancel: z.int() }),
  z.strictObject({ subscribe: z.string() }),
  z.strictObject({ unsubscribe: z.string() }),
]);

export type RequestFrame =
  | { readonly id: number; readonly call: string; readonly input: unknown }
  | { readonly cancel: number }
  | { readonly subscribe: string }
  | { readonly unsubscribe: string };

export type ReplyFrame =
  | { readonly id: number; readonly answer: unknown }
  | { readonly event: string; readonly payload: unknown };

const longestFrame = 64 * 1024 * 1024;

/** Calls `onFrame` with each parsed line; a line that is no JSON or far too long ends the connection. */
export function readFrames(socket: Socket, onFrame: (frame: unknown) => void): void {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    const lines = decoder.write(chunk).split('\n');
    for (const [index, piece] of lines.entries()) {
      parts.push(piece);
      length += piece.length;
      if (length > longestFrame) return void socket.destroy();
      if (index === lines.length - 1) break;
      const line = parts.join('');
      parts = [];
      length = 0;
      if (line !== '' && !deliver(line, onFrame)) return void socket.destroy();
    }
  });
}

function deliver(line: string, onFrame: (frame: unknown) => void): boolean {
  let frame: unknown;
  try {
    frame = JSON.parse(line);
  } catch {
    return false;
  }
  onFrame(frame);
  return true;
}

export function writeFrame(socket: Socket, frame: RequestFrame | ReplyFrame): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(frame)}\n`);
}
