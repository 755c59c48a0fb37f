import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { BackhaulError } from '../../contract/errors.ts';
import { type Answer, headersOf, refusalAnswer, send } from './answer.ts';
import { refuseStranger } from './guard.ts';
import { tooBusy } from './refusal.ts';
import type { Responder } from './routes.ts';

export interface HttpOptions {
  /** 0 takes any that is free */
  readonly port: number;
  readonly mostConnections: number;
  readonly respond: Responder;
  /** a program of this box asks for a WebSocket at `/ws`; an answer refuses it */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Answer | null;
  readonly onAnswered: (status: number) => void;
  readonly onError: (error: unknown) => void;
  /** milliseconds: until a request is there as a whole, and while an answer is not read */
  readonly patience: { readonly request: number; readonly idle: number };
}

export interface HttpServer {
  /** @throws BackhaulError `conflict` where another program has the port, `unavailable` for anything else */
  listen(): Promise<void>;
  /** null while it does not listen */
  port(): number | null;
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** answers that were made and are not read yet: more is not held in memory */
const mostUnreadBytes = 32 * 1024 * 1024;
const lastWordsMs = 300;

export function createHttpServer(options: HttpOptions): HttpServer {
  const { request: requestMs, idle } = options.patience;
  let unread = 0;
  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: Math.min(1000, requestMs / 4),
      // Others may ask to go on in another protocol, as curl does for HTTP/2: they are answered in this one.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => void answer(request, response).catch(options.onError),
  );
  server.timeout = idle;
  server.maxConnections = options.mostConnections;
  server.maxRequestsPerSocket = 1000;
  // One that says nothing at all is given no longer than one that says too little.
  server.on('connection', (socket) => socket.setTimeout(requestMs));
  server.on('upgrade', upgrade);
  server.on('error', options.onError);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const stranger = refuseStranger(request, portOf(server) ?? options.port);
    let told = stranger === null ? await options.respond(request) : refusalAnswer(stranger);
    if (unread + told.body.length > mostUnreadBytes)
      told = refusalAnswer(tooBusy('Too many answers wait to be read.'));
    const { length } = told.body;
    unread += length;
    response.once('close', () => {
      unread -= length;
    });
    // Nothing here takes a body: what follows is not read.
    if (hasBody(request)) response.setHeader('Connection', 'close');
    options.onAnswered(told.status);
    send(response, told);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const stranger = refuseStranger(request, portOf(server) ?? options.port);
    const refused = stranger === null ? options.upgrade(request, socket, head) : refusalAnswer(stranger);
    options.onAnswered(refused?.status ?? 101);
    if (refused !== null) endWith(socket, refused);
  }

  return {
    listen: () => listen(server, options.port),
    port: () => portOf(server),
    connections: () =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0))),
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), lastWordsMs).unref();
      await closed;
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function portOf(server: Server): number | null {
  return (server.address() as AddressInfo | null)?.port ?? null;
}

/** On 127.0.0.1: other machines cannot reach it. */
function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(listenFault(port, error));
    server.once('error', failed);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function listenFault(port: number, error: NodeJS.ErrnoException): BackhaulError {
  const goesOn = 'Capture and sync go on; only other programs of this box get no answers over HTTP.';
  if (error.code === 'EADDRINUSE') {
    const words = `Port ${port} on 127.0.0.1 is taken by another program. ${goesOn} End that program, or choose another port (api.port in config.json) and restart the engine.`;
    return new BackhaulError('conflict', words, { cause: error });
  }
  const words = `Port ${port} on 127.0.0.1 cannot be used (${error.code ?? error.message}). ${goesOn} Choose another port (api.port in config.json) and restart the engine.`;
  return new BackhaulError('unavailable', words, { cause: error });
}

function endWith(socket: Duplex, answer: Answer): void {
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
