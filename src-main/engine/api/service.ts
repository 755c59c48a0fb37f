import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Client } from '../../contract/client.ts';
import { connectionShares } from '../files/open-files.ts';
import { tryUntilMade } from '../files/try-until.ts';
import type { Logger } from '../log/logger.ts';
import { type Answer, refusalAnswer } from './answer.ts';
import { createFeed } from './feed.ts';
import { createHttpServer } from './http-server.ts';
import { createMetrics, type MetricsPorts } from './metrics/metrics.ts';
import { createResponder } from './routes.ts';
import { readTarget } from './target.ts';
import { readOrMakeToken } from './token.ts';

export { tokenFileName } from './token.ts';

/** Where the API of an engine is to be found. */
export interface ApiAddress {
  /** on 127.0.0.1; null while it cannot be had */
  readonly port: number | null;
  /** why not, and what to do */
  readonly fault: string | null;
}

export interface ApiOptions {
  /** 0 takes any that is free */
  readonly port: number;
  readonly dataDir: string;
  readonly client: Client;
  readonly log: Logger;
  readonly now: () => Date;
  /** what the calls of the contract do not tell */
  readonly engine: MetricsPorts;
  /** it listens now, or cannot */
  readonly onAddress?: (address: ApiAddress) => void;
  /** how long slow programs are borne with and quick ones wait, the usual unless a test brings its own */
  readonly patience?: ApiPatience;
}

/** Milliseconds. */
export interface ApiPatience {
  /** until a request is there as a whole */
  readonly request: number;
  /** while an answer is not read, or a connection not used */
  readonly idle: number;
  /** between two pings */
  readonly ping: number;
  /** while nothing is read of what was told */
  readonly unread: number;
  /** between two messages of one topic at least */
  readonly again: number;
}

/** The loopback API of an engine that stays: HTTP, WebSocket and metrics for other programs of the box (SPEC 9). */
export interface Api {
  address(): ApiAddress;
  close(): Promise<void>;
}

const usualPatience: ApiPatience = {
  request: 10_000,
  idle: 30_000,
  ping: 15_000,
  unread: 30_000,
  again: 1000,
};
/** A part of the connections is kept for those who ask once. */
const shareOfReaders = 0.8;

/** Listens on 127.0.0.1; a port that is taken is tried again until it is free, and keeps no engine from starting. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { client, log, now, dataDir, patience = usualPatience, onAddress = () => {} } = options;
  const most = connectionShares().api;
  let fault: string | null = null;
  let told = '';
  let token: string | null = null;
  const answered = new Map<number, number>();

  const feed = createFeed({ client, log, now, patience, mostReaders: Math.floor(most * shareOfReaders) });
  const metrics = createMetrics({
    ...{ client, now, engine: options.engine },
    api: async () => ({ answered, readers: feed.readers, connections: await server.connections() }),
  });
  const respond = createResponder({ client, metrics: () => metrics.read(), token: () => token });
  const server = createHttpServer({
    ...{ port: options.port, mostConnections: most, respond, patience },
    upgrade: (request, socket, head) => upgrade(request, socket, head),
    onAnswered: (status) => answered.set(status, (answered.get(status) ?? 0) + 1),
    onError: (error) => log.error('the API failed at an answer', { error: String(error) }),
  });

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Answer | null {
    if (readTarget(request.url).path === '/ws') return feed.upgrade(request, socket, head);
    const message = 'Changes are told at /ws only.';
    return refusalAnswer({ status: 404, code: 'not_found', place: 'path', message });
  }

  async function listen(): Promise<void> {
    try {
      await server.listen();
      fault = null;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      tell();
    }
  }

  /** Each attempt at a port that is taken says the same. */
  function tell(): void {
    const text = JSON.stringify(address());
    if (text !== told) onAddress(address());
    told = text;
  }

  function address(): ApiAddress {
    return { port: server.port(), fault };
  }

  const makeToken = async (): Promise<void> => {
    token = await readOrMakeToken(dataDir);
  };
  const always = (): boolean => true;
  const keeping = await tryUntilMade({ what: 'the token of the API', make: makeToken, mayPass: always }, log);
  const listening = await tryUntilMade({ what: 'the API', make: listen, mayPass: always }, log);
  return {
    address,
    async close() {
      await Promise.all([listening.stop(), keeping.stop()]);
      feed.close();
      metrics.close();
      await server.close();
    },
  };
}
