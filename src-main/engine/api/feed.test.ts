import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { silentLog } from '../../../e2e/support/test-box.ts';
import { type Client, createClient } from '../../contract/client.ts';
import { createEventHub } from '../rpc/event-hub.ts';
import { ask, handshake, type Listener, listenTo } from './api-fixture.ts';
import { type Api, type ApiPatience, startApi } from './service.ts';
import { topics } from './topics.ts';

/** What an engine answers, of the size that a test wants. */
interface Shop {
  readonly client: Client;
  /** how often each call was asked */
  readonly asked: Map<string, number>;
  /** how long it takes to tell the sales, milliseconds */
  slowMs: number;
  /** so many rows of 20 kB; the next reading differs from the one before */
  sell(rows: number): void;
}

const calm: ApiPatience = { request: 10_000, idle: 30_000, ping: 15_000, unread: 30_000, again: 100 };
const folder = temporaryFolder('feed');
const events = createEventHub();
let shop: Shop;
let api: Api;
let open: Listener[];

function openShop(): Shop {
  let sales: unknown[] = [];
  let change = 0;
  const asked = new Map<string, number>();
  const product = { product_name: 'Mango', first_seen_utc: 1000.5, age_days: 1.23456, is_expired: false };
  const values: Readonly<Record<string, () => unknown>> = {
    'inventory.get': () => ({
      products: [product, { ...product, product_name: 'Kiwi', first_seen_utc: null }],
      change,
    }),
    'inventory.sales': () => (shop.slowMs === 0 ? sales : delay(shop.slowMs, sales)),
    'inventory.alerts': () => [],
    'inventory.stats': () => ({ sales_count: sales.length }),
    'status.get': () => ({ verdict: 'safe' }),
  };
  const client = createClient({
    async call(name) {
      asked.set(name, (asked.get(name) ?? 0) + 1);
      const value = values[name];
      if (value === undefined) return { ok: false, fault: { code: 'not_found', message: name } };
      return { ok: true, value: await value() };
    },
    subscribe: (name, listener) => events.subscribe(name, listener),
  });
  return {
    // The feed takes an event as a hint and reads anew, whatever it carries.
    client: { ...client, subscribe: (name, listener) => events.subscribe(name, listener as () => void) },
    asked,
    slowMs: 0,
    sell(rows) {
      change += 1;
      sales = Array.from({ length: rows }, (_, id) => ({ id, change, product_name: 'x'.repeat(20_000) }));
      events.emit('inventory.changed', {} as never);
    },
  };
}

async function start(patience: ApiPatience = calm): Promise<number> {
  const engine = {
    version: '1',
    committedLines: () => 0,
    storage: { path: folder.path, waitsFor: () => null, damagedFiles: () => 0 },
  };
  api = await startApi({
    ...{
      port: 0,
      dataDir: folder.path,
      client: shop.client,
      log: silentLog,
      now: () => new Date(),
      engine,
      patience,
    },
  });
  return api.address().port ?? 0;
}

async function listen(port: number): Promise<Listener> {
  const listener = await listenTo(port);
  open.push(listener);
  return listener;
}

beforeEach(() => {
  shop = openShop();
  open = [];
});
afterEach(async () => {
  for (const { socket } of open) socket.terminate();
  await api.close();
});

const ofType = (listener: Listener, type: string) => listener.told.filter((one) => one.type === type);

describe('the WebSocket of the API', () => {
  it('tells one of each at the beginning, the same that a request is answered', async () => {
    const port = await start();
    const one = await listen(port);
    await one.until((told) => told.length === topics.length);
    expect(new Set(one.told.map(({ type }) => type))).toEqual(new Set(topics));
    for (const { timestamp } of one.told) expect(new Date(timestamp).toISOString()).toBe(timestamp);
    for (const type of topics) {
      const reply = await ask(port, `/api/${type}`);
      expect([type, ofType(one, type)[0]?.data]).toEqual([type, reply.json()]);
    }
    expect(ofType(one, 'freshness')[0]?.data).toEqual({
      Mango: { first_seen_utc: 1000.5, age_days: 1.2346, is_expired: false },
    });
    const late = await listen(port);
    await late.until((told) => told.length === topics.length);
  });

  it('tells what has changed, at most once a second, and nothing else', async () => {
    const port = await start({ ...calm, again: 1000 });
    const one = await listen(port);
    await one.until((told) => told.length === topics.length);
    const selling = setInterval(() => shop.sell(3), 20);
    await one.until(() => ofType(one, 'sales').length === 2);
    clearInterval(selling);
    const sales = ofType(one, 'sales');
    const times = sales.map(({ timestamp }) => Date.parse(timestamp));
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThan(950);
    expect([ofType(one, 'alerts').length, ofType(one, 'status').length]).toEqual([1, 1]);
  });

  it('reads nothing while nobody listens', async () => {
    const port = await start();
    const one = await listen(port);
    await one.until((told) => told.length === topics.length);
    one.socket.close();
    await once(one.socket, 'close');
    await delay(50);
    shop.asked.clear();
    expect(events.listeners('inventory.changed')).toBe(0);
    shop.sell(1);
    await delay(400);
    expect([...shop.asked.keys()].filter((name) => name.startsWith('inventory.'))).toEqual([]);
  });

  it('reads and encodes once, however many listen', async () => {
    const port = await start();
    const crowd = await Promise.all(Array.from({ length: 100 }, () => listen(port)));
    await Promise.all(crowd.map((one) => one.until((told) => told.length === topics.length)));
    shop.asked.clear();
    shop.sell(1);
    await Promise.all(crowd.map((one) => one.until(() => ofType(one, 'sales').length === 2)));
    expect(shop.asked.get('inventory.sales')).toBe(1);
  });

  it('keeps one message at most for who does not read, and goes on with the newest', async () => {
    const port = await start();
    const quick = await listen(port);
    const slow = await listen(port);
    await slow.until((told) => told.length === topics.length);
    slow.socket.pause();
    // 12 MB each: more than the system's own buffers hold.
    for (let round = 1; round <= 5; round += 1) {
      shop.sell(600);
      await quick.until(() => ofType(quick, 'sales').length === 1 + round);
    }
    slow.socket.resume();
    const newest = ofType(quick, 'sales').at(-1)?.timestamp;
    await slow.until(() => ofType(slow, 'sales').at(-1)?.timestamp === newest);
    expect(ofType(slow, 'sales').length).toBeLessThan(5);
  });

  it('ends who reads nothing for long', async () => {
    const port = await start({ ...calm, unread: 300 });
    const asleep = await listen(port);
    asleep.socket.pause();
    shop.sell(600);
    await delay(150);
    shop.sell(600);
    await expect
      .poll(async () => (await ask(port, '/metrics')).text, { timeout: 45_000, interval: 100 })
      .toMatch(/^backhaul_api_websockets 0$/m);
    asleep.socket.resume();
    await once(asleep.socket, 'close');
  });

  it('ends who does not answer a ping, and keeps who does', async () => {
    const port = await start({ ...calm, ping: 300 });
    const alive = await listen(port);
    const gone = connect(port, '127.0.0.1');
    gone.on('error', () => undefined).resume();
    gone.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    await once(gone, 'close');
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  });

  it('ignores what clients say, and ends who says something long or much', async () => {
    const port = await start();
    const [modest, long, much, pinging] = await Promise.all([
      listen(port),
      listen(port),
      listen(port),
      listen(port),
    ]);
    modest.socket.send('{"type":"acknowledge","id":1}');
    long.socket.send('x'.repeat(2000));
    for (let one = 0; one < 500; one += 1) much.socket.send('x');
    pinging.socket.on('error', () => undefined);
    for (let one = 0; one < 500; one += 1) pinging.socket.ping();
    const codes = await Promise.all(
      [long, much, pinging].map(async ({ socket }) => (await once(socket, 'close'))[0]),
    );
    expect(codes).toEqual([1009, 1008, 1008]);
    modest.socket.ping();
    await once(modest.socket, 'pong');
  });

  it('says goodbye when the engine stops', async () => {
    const port = await start();
    const one = await listen(port);
    const closed = once(one.socket, 'close');
    await api.close();
    expect((await closed)[0]).toBe(1001);
    await expect(ask(port, '/health')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('programs that are slow on purpose', () => {
  it('lose their connection: half a request, and an answer that nobody reads', async () => {
    const port = await start({ ...calm, request: 300, idle: 600 });
    shop.sell(350);
    const half = connect(port, '127.0.0.1');
    const heard: Buffer[] = [];
    half.on('error', () => undefined).on('data', (chunk) => heard.push(chunk));
    half.write('GET /health HTTP/1.1\r\nHost: 127');
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined).resume();
    const unread = connect(port, '127.0.0.1').pause();
    unread.on('error', () => undefined);
    // Seven answers of 7 MB, of which the first is not even read: the others are refused or never made.
    unread.write(`GET /api/sales HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(7));
    const closed = [half, silent].map((socket) => once(socket, 'close'));
    await Promise.all(closed);
    expect(String(Buffer.concat(heard))).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
    await expect
      .poll(async () => (await ask(port, '/metrics')).text, { timeout: 45_000, interval: 100 })
      .toMatch(/^backhaul_api_connections 1$/m);
    unread.destroy();
  });

  it('leave nothing behind when they go before they are answered', async () => {
    const port = await start();
    shop.sell(350);
    // Six answers of 7 MB: more than may be held at once.
    for (let one = 0; one < 6; one += 1) {
      shop.slowMs = 30;
      const gone = connect(port, '127.0.0.1');
      gone.write(`GET /api/sales HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      await expect.poll(() => shop.asked.get('inventory.sales')).toBe(one + 1);
      gone.resetAndDestroy();
      await delay(60);
    }
    shop.slowMs = 0;
    expect((await ask(port, '/api/sales')).status).toBe(200);
  });

  it('find their requests bounded in size', async () => {
    const port = await start();
    const reply = await ask(port, '/health', { headers: { Cookie: 'x'.repeat(9000) } });
    expect(reply.status).toBe(431);
    expect(await handshake(port, '/ws', { Cookie: 'x'.repeat(9000) })).toBe(431);
  });
});
