import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { BackhaulError } from '../../contract/errors.ts';
import { type Answer, endWith, refusalAnswer, send } from './answer.ts';
import { noExpectation, noTunnel, refuseFraming } from './framing.ts';
import { refuseStranger } from './guard.ts';
import { tooBusy } from './refusal.ts';
import type { Responder } from './routes.ts';
import { createUnreadAnswers } from './unread-answers.ts';

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
  const unread = createUnreadAnswers();
  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: 5000,
      // The guard refuses it as it does everything else.
      requireHostHeader: false,
      connectionsCheckingInterval: Math.min(1000, requestMs / 4),
      // Others may ask to go on in another protocol, as curl does for HTTP/2: they are answered in this one.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => void answer(request, response).catch(options.onError),
  );
  server.timeout = idle;
  server.maxConnections = options.mostConnections;
  server.maxRequestsPerSocket = 1000;
  server.on('upgrade', (request, socket, head) => {
    const refused = strangerAt(request) ?? options.upgrade(request, socket, head);
    if (refused === null) options.onAnswered(101);
    else refuse(socket, refused);
  });
  server.on('connect', (request, socket) => {
    refuse(socket, strangerAt(request) ?? refusalAnswer(noTunnel));
  });
  server.on('checkExpectation', (request, response) => {
    tell(response, strangerAt(request) ?? refusalAnswer(noExpectation));
  });
  server.on('clientError', (error, socket) => {
    // Amid an answer another one would be taken for a part of it.
    if (!socket.writable || unread.isUnderWay(socket)) socket.destroy();
    else refuse(socket, refusalAnswer(refuseFraming(error)));
  });
  server.on('error', options.onError);

  function strangerAt(request: IncomingMessage): Answer | null {
    const refusal = refuseStranger(request, portOf(server) ?? options.port);
    return refusal === null ? null : refusalAnswer(refusal);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const told = strangerAt(request) ?? (await options.respond(request));
    // Nothing here takes a body: what follows is not read.
    if (hasBody(request)) response.setHeader('Connection', 'close');
    tell(response, told);
  }

  function tell(response: ServerResponse, answer: Answer): void {
    const isMuch = unread.bytes + answer.body.length > mostUnreadBytes;
    const told = isMuch ? refusalAnswer(tooBusy('Too many answers wait to be read.')) : answer;
    unread.hold(response, told.body.length);
    options.onAnswered(told.status);
    send(response, told);
  }

  function refuse(socket: Duplex, refused: Answer): void {
    options.onAnswered(refused.status);
    endWith(socket, refused);
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
