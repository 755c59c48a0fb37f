import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the proxy does with one request. */
export type Treatment =
  | 'pass'
  /** the connection ends before the request reaches the cloud */
  | 'reset before'
  /** the cloud answers (and has committed), the caller never hears of it */
  | 'lose answer'
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export interface CuttingProxy {
  readonly url: string;
  /** decides for each request; starts with letting all pass */
  treat(decide: (request: IncomingMessage) => Treatment | Promise<Treatment>): void;
  /** milliseconds that every request waits before it goes on */
  delay(milliseconds: number): void;
  /** how many requests came, by `METHOD path` without the query */
  requests(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** A real HTTP proxy on loopback in front of a cloud. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  let decide: (request: IncomingMessage) => Treatment | Promise<Treatment> = () => 'pass';
  let delayMs = 0;
  const counts = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const name = `${incoming.method} ${incoming.url?.split('?')[0]}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    void handle(incoming, outgoing);
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const treatment = await decide(incoming);
    if (treatment === 'reset before') return void incoming.socket.resetAndDestroy();
    if (typeof treatment === 'object') {
      outgoing.writeHead(treatment.status, treatment.headers ?? {}).end(treatment.body);
      return;
    }
    forward(target, incoming, body, outgoing, treatment === 'lose answer');
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

function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  lose: boolean,
): void {
  const url = new URL(incoming.url ?? '/', target);
  const { host: _host, connection: _connection, ...headers } = incoming.headers;
  const onward = request(url, { method: incoming.method ?? 'GET', headers }, (answer) => {
    if (lose) {
      answer.resume().on('end', () => incoming.socket.resetAndDestroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => incoming.socket.destroy());
  onward.end(body);
}
