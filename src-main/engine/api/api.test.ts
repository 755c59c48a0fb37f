import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnsweringEngine, ask, handshake, openAnsweringEngine } from './api-fixture.ts';

let engine: AnsweringEngine;
let port: number;

beforeAll(async () => {
  engine = await openAnsweringEngine();
  port = engine.port;
});
afterAll(() => engine.close());

const tokenFile = (): string => join(engine.dataDir, 'api-token');

describe('the API of an engine', () => {
  const readings = ['inventory', 'freshness', 'sales', 'alerts', 'stats', 'status'];

  it.each(readings)('answers /api/%s as JSON that is kept and guessed by nobody', async (name) => {
    const reply = await ask(port, `/api/${name}`);
    expect([reply.status, typeof reply.json()]).toEqual([200, 'object']);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(Object.keys(reply.headers).filter((header) => header.startsWith('access-control'))).toEqual([]);
    const head = await ask(port, `/api/${name}`, { method: 'HEAD' });
    expect([head.status, head.text, Number(head.headers['content-length']) > 0]).toEqual([200, '', true]);
  });

  it('answers rows as arrays, sizes by name, and its health in one word', async () => {
    expect((await ask(port, '/api/sales?limit=5')).json()).toEqual([]);
    expect((await ask(port, '/api/alerts')).json()).toEqual([]);
    expect((await ask(port, '/api/stats')).json()).toMatchObject({
      database_path: join(engine.dataDir, 'detection_data.db'),
      snapshot_count: 0,
      freshness_count: 0,
      sales_count: 0,
    });
    const health = await ask(port, '/health');
    expect([health.status, health.json()]).toMatchObject([200, { level: expect.any(String) }]);
    expect((await ask(port, '/api/status')).json()).toMatchObject({ capture: { state: expect.any(String) } });
  });

  it.each([
    ['limit=0', '"0" is not one'],
    ['limit=-1', '"-1" is not one'],
    ['limit=abc', '"abc" is not one'],
    ['limit=1e9', '"1e9" is not one'],
    ['limit=1.5', '"1.5" is not one'],
    ['limit=1001', '"1001" is too many'],
    ['limit=1000000000', '"1000000000" is too many'],
    ['limit=%2B5', '"+5" is not one'],
    ['limit=', 'it is empty'],
    ['limit', 'it is empty'],
    ['limit=5&limit=5', 'it is given 2 times'],
    ['limit=Infinity', '"Infinity" is not one'],
    [`limit=${'9'.repeat(400)}`, `"${'9'.repeat(40)}…" is too many`],
  ])('refuses ?%s and says why', async (query, reason) => {
    for (const path of ['/api/sales', '/api/alerts']) {
      const reply = await ask(port, `${path}?${query}`);
      expect([reply.status, reply.json()]).toEqual([
        400,
        {
          error: {
            code: 'invalid_input',
            message: `limit must be a whole number from 1 to 1000: ${reason}.`,
            place: 'query limit',
          },
        },
      ]);
    }
  });

  it('takes other parameters and a limit at its bounds', async () => {
    for (const query of ['limit=1', 'limit=1000', 'other=1', ''])
      expect((await ask(port, `/api/sales?${query}`)).status).toBe(200);
  });

  it('refuses what is not there and what is not done there', async () => {
    for (const path of [
      '/',
      '/api',
      '/api/sales/',
      '/api/SALES',
      '/engine.json',
      '//127.0.0.1/health',
      '/%00',
    ])
      expect([path, (await ask(port, path)).status]).toEqual([path, 404]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const reply = await ask(port, '/api/sales', { method });
      expect([reply.status, reply.headers.allow]).toEqual([405, 'GET, HEAD']);
    }
    const acknowledge = await ask(port, '/api/alerts/1/acknowledge');
    expect([acknowledge.status, acknowledge.headers.allow]).toEqual([405, 'POST']);
  });

  it('answers who comes to /ws without a handshake, or with a wrong one, and ends the connection', async () => {
    const plain = await say(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(plain).toMatchObject({ status: 426, code: 'invalid_input' });
    expect(plain.head).toMatch(/^Upgrade: websocket\r$/m);
    expect(plain.head).toMatch(/^Connection: Upgrade, close\r$/m);
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
    expect(await say(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${upgrade}\r\n`)).toMatchObject({
      status: 400,
      place: 'handshake',
    });
  });

  it('answers a whole address in the first line as it does a path, if both hosts are its own', async () => {
    const own = `127.0.0.1:${port}`;
    const get = (target: string, host = own) =>
      say(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    for (const target of [`http://${own}/api/alerts?limit=5`, `HTTP://LOCALHOST:${port}/health?a=b?c`])
      expect([target, (await get(target)).status]).toEqual([target, 200]);
    expect(await get(`http://${own}/api/alerts?limit=0`)).toMatchObject({
      status: 400,
      place: 'query limit',
    });
    for (const target of [`http://${own}`, `http://${own}?limit=1`, `http://${own}//health`])
      expect([target, (await get(target)).status]).toEqual([target, 404]);
    const misdirected = { status: 421, code: 'misdirected_request' };
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      '',
      `user@${own}`,
      `${own}@evil.example`,
    ])
      expect([host, await get(`http://${host}/health`)]).toMatchObject([host, misdirected]);
    expect(await get(`https://${own}/health`)).toMatchObject(misdirected);
    expect(await get(`http://${own}/health`, 'evil.example')).toMatchObject(misdirected);
  });

  it('says as JSON what is wrong with a request that cannot be read, and ends the connection', async () => {
    const own = `Host: 127.0.0.1:${port}\r\n`;
    for (const [request, status, code] of [
      ['complete nonsense\r\n\r\n', 400, 'invalid_input'],
      ['GET /health HTTP/9.9\r\n\r\n', 400, 'invalid_input'],
      [`GET /he alth HTTP/1.1\r\n${own}\r\n`, 400, 'invalid_input'],
      [`GET /health HTTP/1.1\r\n${own}Cookie: ${'x'.repeat(9000)}\r\n\r\n`, 431, 'headers_too_large'],
      [`GET /${'x'.repeat(9000)} HTTP/1.1\r\n${own}\r\n`, 431, 'headers_too_large'],
      [`GET /health HTTP/1.1\r\n${own}Expect: x\r\nConnection: close\r\n\r\n`, 417, 'invalid_input'],
      [`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n${own}\r\n`, 405, 'invalid_input'],
    ] as const)
      expect([request.slice(0, 30), await say(request)]).toMatchObject([
        request.slice(0, 30),
        { status, code, message: expect.stringMatching(/\.$/) },
      ]);
    expect((await ask(port, '/metrics')).text).toMatch(/^backhaul_api_responses_total\{code="431"\} [1-9]/m);
  });

  it('answers only under the names of this box, with its port', async () => {
    const own = [`127.0.0.1:${port}`, `localhost:${port}`, `LocalHost:${port}`, `[::1]:${port}`];
    for (const Host of own) expect((await ask(port, '/health', { headers: { Host } })).status).toBe(200);
    const foreign = [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      'localhost',
      `localhost:${port + 1}`,
    ];
    const alike = [`127.0.0.1.evil.example:${port}`, `localhost.:${port}`, `127.0.0.1:${port}@evil.example`];
    for (const Host of [...foreign, ...alike]) {
      for (const path of ['/api/status', '/metrics', '/nothing'])
        expect([Host, (await ask(port, path, { headers: { Host } })).status]).toEqual([Host, 421]);
      expect([Host, await handshake(port, '/ws', { Host })]).toEqual([Host, 421]);
    }
  });

  it('refuses a second Host, one that is empty and one that is missing', async () => {
    const own = `127.0.0.1:${port}`;
    for (const [line, headers, status] of [
      ['GET /health HTTP/1.1', `Host: ${own}\r\nHost: evil.example\r\n`, 400],
      ['GET /health HTTP/1.1', `Host: ${own}\r\nHost: ${own}\r\n`, 400],
      ['GET /health HTTP/1.1', 'Host: \r\n', 421],
      ['GET /health HTTP/1.1', '', 400],
      ['GET /health HTTP/1.0', '', 400],
      [`GET http://${own}/health HTTP/1.0`, '', 400],
    ] as const)
      expect(await say(`${line}\r\n${headers}Connection: close\r\n\r\n`)).toMatchObject({
        status,
        place: 'header Host',
      });
  });

  it('refuses pages of a browser, whatever they ask for, and takes no page that is not its own', async () => {
    for (const Origin of [
      'https://evil.example',
      'null',
      `http://localhost:${port + 1}`,
      'http://localhost',
      '',
    ]) {
      const headers = { Origin };
      const page = await ask(port, '/api/status', { headers });
      expect([Origin, page.status, page.json()]).toMatchObject([
        Origin,
        403,
        { error: { code: 'forbidden' } },
      ]);
      expect([
        Origin,
        (await ask(port, '/api/alerts/1/acknowledge', { method: 'POST', headers })).status,
      ]).toEqual([Origin, 403]);
      expect([Origin, await handshake(port, '/ws', headers)]).toEqual([Origin, 403]);
    }
    for (const [site, status] of [
      ['cross-site', 403],
      ['same-site', 403],
      ['none', 200],
    ] as const)
      expect((await ask(port, '/health', { headers: { 'Sec-Fetch-Site': site } })).status).toBe(status);
    expect(await handshake(port, '/ws', { Origin: `http://localhost:${port}` })).toBe(101);
    expect(await handshake(port, '/other', {})).toBe(404);
  });

  it('changes nothing without the token, which only the owner of the data directory can read', async () => {
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
    const token = readFileSync(tokenFile(), 'utf8').trim();
    const path = '/api/alerts/7/acknowledge';
    const none = await ask(port, path, { method: 'POST' });
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer realm="backhaul"']);
    expect(none.json()).toMatchObject({ error: { code: 'unauthorized' } });
    const near = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const Authorization of [
      `Bearer ${near}`,
      `Bearer ${token}x`,
      `Basic ${token}`,
      token,
      'Bearer ',
      'Bearer',
    ])
      expect([
        Authorization,
        (await ask(port, path, { method: 'POST', headers: { Authorization } })).status,
      ]).toEqual([Authorization, 401]);
    const headers = { Authorization: `Bearer ${token}` };
    expect((await ask(port, path, { method: 'POST', headers })).status).toBe(404);
    for (const id of ['0', '-1', 'x', '1.5', '', '99999999999999999999'])
      expect((await ask(port, `/api/alerts/${id}/acknowledge`, { method: 'POST', headers })).status).toBe(
        400,
      );
  });

  it('gives no secret away', async () => {
    const token = readFileSync(tokenFile(), 'utf8').trim();
    const texts = await Promise.all(
      [...readings.map((name) => `/api/${name}`), '/metrics', '/health'].map((path) => ask(port, path)),
    );
    for (const { text } of texts)
      for (const secret of [token, 'sb_publishable_']) expect(text).not.toContain(secret);
  });

  it('takes a whole crowd that asks at once', async () => {
    const crowd = await Promise.all(Array.from({ length: 300 }, () => ask(port, '/api/stats')));
    expect(new Set(crowd.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

/** Says what a test wrote itself, and reads until the connection is ended by the other side. */
async function say(request: string) {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  const { error } = JSON.parse(body) as { error?: { code: string; message: string; place: string | null } };
  return { status: Number(head.split(' ')[1]), head, ...error };
}
