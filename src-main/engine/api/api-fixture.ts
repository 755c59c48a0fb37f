import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { silentLog } from '../../../e2e/support/test-box.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { startEngine } from '../engine.ts';
import { readEngineAddress } from '../rpc/socket-path.ts';
import type { Topic } from './topics.ts';

/** An engine that stays, whose cloud does not answer, with its API on any port. */
export interface AnsweringEngine {
  readonly dataDir: string;
  readonly port: number;
  readonly bridge: string;
  close(): Promise<void>;
}

export async function openAnsweringEngine(
  variables: Readonly<Record<string, string>> = {},
): Promise<AnsweringEngine> {
  const folder = temporaryFolder('api');
  const environment = readEnvironment({
    BACKHAUL_SCHEDULE_ENABLED: 'false',
    BACKHAUL_API_PORT: '0',
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: `sb_publishable_${'x'.repeat(30)}`,
    ...variables,
  });
  const engine = await startEngine(loadConfig(folder.path, environment), {
    ...{ environment, log: silentLog, now: () => new Date(), random: () => 0.1, stays: true },
  });
  const address = readEngineAddress(folder.path);
  return {
    dataDir: folder.path,
    port: address?.api?.port ?? 0,
    bridge: address?.bridge ?? '',
    async close() {
      await engine.close();
      folder.remove();
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  json<T = unknown>(): T;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks as a program of this box does; a Host header of the test's own takes the place of the right one. */
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: Asking = {},
): Promise<Reply> {
  const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: <T>() => JSON.parse(text) as T,
  };
}

export interface Told {
  readonly type: Topic;
  readonly data: unknown;
  readonly timestamp: string;
}

/** A program that listens at `/ws`. */
export interface Listener {
  readonly socket: WebSocket;
  readonly told: readonly Told[];
  /** resolves when it was told so; rejects after a while with what it was told */
  until(reached: (told: readonly Told[]) => boolean): Promise<void>;
}

export async function listenTo(
  port: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Listener> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers, perMessageDeflate: false });
  const told: Told[] = [];
  socket.on('message', (data) => told.push(JSON.parse(String(data)) as Told));
  await once(socket, 'open');
  return {
    socket,
    told,
    async until(reached) {
      const deadline = performance.now() + 8000;
      while (!reached(told)) {
        if (performance.now() > deadline)
          throw new Error(`told only ${told.map(({ type }) => type).join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** With which status a handshake is refused; 101 where it is not. */
export async function handshake(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  socket.on('error', () => undefined);
  const status = await new Promise<number>((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  socket.terminate();
  return status;
}
