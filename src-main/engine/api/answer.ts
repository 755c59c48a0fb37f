import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './refusal.ts';

/** A whole answer; one body may go to many who ask the same. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Nothing is kept by a browser, guessed from its content, or shown within another page. */
const always = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export function jsonAnswer(value: unknown, status = 200): Answer {
  return {
    status,
    type: 'application/json; charset=utf-8',
    body: Buffer.from(`${JSON.stringify(value)}\n`),
  };
}

/** `{"error": {"code", "message", "place"}}` */
export function refusalAnswer({ status, code, message, place, headers = {} }: Refusal): Answer {
  return { ...jsonAnswer({ error: { code, message, place } }, status), headers };
}

export function headersOf({ type, body, headers = {} }: Answer): Record<string, string | number> {
  return { ...always, 'Content-Type': type, 'Content-Length': body.length, ...headers };
}

/** Writes it; Node leaves the body out where only the head was asked for. */
export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, headersOf(answer));
  response.end(answer.body);
}

const lastWordsMs = 300;

/** Writes it where there is no response to write to, and ends the connection. */
export function endWith(socket: Duplex, answer: Answer): void {
  socket.on('error', () => socket.destroy());
  const headers = Object.entries({ ...headersOf(answer), Connection: 'close' });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${head}\r\n`),
      answer.body,
    ]),
  );
  setTimeout(() => socket.destroy(), lastWordsMs).unref();
}
