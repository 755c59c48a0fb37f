import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What the proxy does with one request. */
export type Treatment =
  | 'pass'
  /** the connection ends before the request reaches the cloud */
  | 'reset before'
  /** the cloud answers (and has committed), the caller never hears of it */
  | 'lose answer'
  /** the connection ends while the request is still being sent */
  | 'reset amid request'
  /** the cloud answers, the caller gets the first bytes of it and then a reset */
  | 'cut answer'
  /** the connection stays open and nothing ever comes */
  | 'never answer'
  /** the cloud gets the request twice; the caller gets the second answer */
  | 'send twice'
  /** answered at once as it should be; a copy of the request reaches the cloud later */
  | { readonly againAfterMs: number }
  /** as many bytes a second, both ways */
  | { readonly bytesPerSecond: number }
  /** the head of the answer at once, its body after a while */
  | { readonly bodyAfterMs: number }
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export interface CuttingProxy {
  readonly url: string;
  /** decides for each request; starts with letting all pass */
  treat(decide: (request: IncomingMessage) => Treatment | Promise<Treatment>): void;
  /** milliseconds that every request waits before it goes on */
  delay(milliseconds: number): void;
  /** hears of each answer of the cloud before the caller gets it, and waits for what is returned */
  onAnswer(listen: (request: IncomingMessage, status: number) => void | Promise<void>): void;
  /** how many requests came, by `METHOD path` without the query */
  requests(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** An answer of the cloud, whole. */
interface CloudAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A real HTTP proxy on loopback in front of a cloud. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  let decide: (request: IncomingMessage) => Treatment | Promise<Treatment> = () => 'pass';
  let delayMs = 0;
  let listen: (request: IncomingMessage, status: number) => void | Promise<void> = () => undefined;
  const counts = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const name = `${incoming.method} ${incoming.url?.split('?')[0]}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const treatment = await decide(incoming);
    if (treatment === 'reset amid request') {
      incoming.once('data', () => incoming.socket.resetAndDestroy());
      incoming.once('end', () => incoming.socket.resetAndDestroy());
      return;
    }
    const body = await readAll(incoming);
    if (delayMs > 0) await delay(delayMs);
    if (treatment === 'reset before') return void incoming.socket.resetAndDestroy();
    if (treatment === 'never answer') return;
    if (typeof treatment === 'object' && 'status' in treatment) {
      outgoing.writeHead(treatment.status, treatment.headers ?? {}).end(treatment.body);
      return;
    }
    if (typeof treatment === 'object' && 'bytesPerSecond' in treatment)
      await delay((body.length * 1000) / treatment.bytesPerSecond);
    if (treatment === 'send twice') await forward(target, incoming, body);
    const answer = await forward(target, incoming, body);
    await listen(incoming, answer.status);
    if (typeof treatment === 'object' && 'againAfterMs' in treatment) {
      setTimeout(() => void forward(target, incoming, body).catch(() => undefined), treatment.againAfterMs);
    }
    await passOn(answer, treatment, incoming, outgoing);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    treat: (to) => {
      decide = to;
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    onAnswer: (to) => {
      listen = to;
    },
    requests: () => counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<CloudAnswer> {
  const url = new URL(incoming.url ?? '/', target);
  const { host: _host, connection: _connection, ...headers } = incoming.headers;
  return new Promise((resolve, reject) => {
    const onward = request(url, { method: incoming.method ?? 'GET', headers }, (answer) => {
      readAll(answer).then(
        (whole) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole }),
        reject,
      );
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

async function passOn(
  { status, headers, body }: CloudAnswer,
  treatment: Treatment,
  { socket }: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (treatment === 'lose answer') return void socket.resetAndDestroy();
  if (treatment === 'cut answer') {
    socket.write(`HTTP/1.1 ${status} `, () => socket.resetAndDestroy());
    return;
  }
  outgoing.writeHead(status, headers);
  if (typeof treatment === 'object' && 'bodyAfterMs' in treatment) {
    outgoing.flushHeaders();
    await delay(treatment.bodyAfterMs);
  }
  if (typeof treatment === 'object' && 'bytesPerSecond' in treatment)
    await delay((body.length * 1000) / treatment.bytesPerSecond);
  outgoing.end(body);
}
