import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import { sendJson } from './send-json.ts';

/** Meant for one hop only (RFC 9110), or for the gateway itself. */
const notForwarded = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['expect', 'host', 'apikey'],
]);

export interface RestRelay {
  forward(incoming: IncomingMessage, outgoing: ServerResponse, anonymous: boolean): void;
  close(): void;
}

/** Hands `/rest/v1/…` to PostgREST; bodies stream through both ways, connections are kept. */
export function createRestRelay(port: number): RestRelay {
  // Shorter than PostgREST keeps an idle connection, so that none is used that it is just closing.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 16, timeout: 20_000 });

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, anonymous: boolean): void {
    const upstream = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: incoming.method,
        path: restPath(incoming),
        headers: kept(incoming, anonymous),
        timeout: 0,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, withoutHopHeaders(answer.headers));
        answer.pipe(outgoing);
        answer.once('error', () => outgoing.destroy());
      },
    );
    upstream.once('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else databaseDown(outgoing);
    });
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) upstream.destroy();
    });
    incoming.pipe(upstream);
  }

  return { forward, close: () => agent.destroy() };
}

/** The answer while PostgreSQL or PostgREST is away: try again, nothing was done. */
export function databaseDown(outgoing: ServerResponse): void {
  sendJson(
    outgoing,
    503,
    { code: 'PGRST001', message: 'The local cloud is starting or restarting', details: null, hint: null },
    { 'retry-after': '1' },
  );
}

function restPath(incoming: IncomingMessage): string {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const raw = (incoming.url ?? '/').slice('/rest/v1'.length);
  if (!url.searchParams.has('apikey')) return raw.startsWith('/') ? raw : `/${raw}`;
  url.searchParams.delete('apikey');
  return `${url.pathname.slice('/rest/v1'.length) || '/'}${url.search}`;
}

function kept(incoming: IncomingMessage, anonymous: boolean): OutgoingHttpHeaders {
  const headers = withoutHopHeaders(incoming.headers);
  if (anonymous) delete headers.authorization;
  return headers;
}

function withoutHopHeaders(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !notForwarded.has(name)));
}
