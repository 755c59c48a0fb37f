import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asLine, division, openTestCapture, type TestCapture, until } from './capture-fixture.ts';

let one: TestCapture;
let folder: string;
let path: string;
beforeEach(async () => {
  one = await openTestCapture();
  folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  path = join(folder, 'bridge.sock');
});
afterEach(async () => {
  await one.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Producer {
  readonly socket: Socket;
  text(): string;
  readonly ended: Promise<void>;
}

async function produce(): Promise<Producer> {
  const socket = connect({ path, allowHalfOpen: true });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => socket.on('end', resolve).on('error', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text, ended };
}

const acks = (producer: Producer) =>
  producer
    .text()
    .split('\n')
    .filter((line) => line.includes('"ack"'));

describe('the bridge socket', () => {
  test('is for its owner only', async () => {
    await one.capture.listen(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(one.capture.status().socket).toBe(path);
  });

  test('serves many producers at once and answers each its own lines', async () => {
    await one.capture.listen(path);
    const producers = await Promise.all(Array.from({ length: 20 }, produce));
    producers.forEach(({ socket }, index) => {
      for (let i = 0; i < 200; i += 1) socket.write(asLine(division(index * 1_000 + i, { seq: i })));
      socket.end();
    });
    await Promise.all(producers.map((producer) => producer.ended));
    for (const producer of producers) {
      expect(acks(producer)).toEqual(Array.from({ length: 200 }, (_, i) => `{"type":"ack","seq":${i}}`));
    }
    expect(one.rows('SELECT COUNT(*) AS n FROM division_states')).toEqual([{ n: 4_000 }]);
    await until(() => one.capture.status().connections === 0);
  });

  test('a connection beyond what the open files allow is told why, and one is taken again when another has gone', async () => {
    const small = await openTestCapture({ mostConnections: 2 });
    await small.capture.listen(path);
    const [idle, working] = [await produce(), await produce()];
    await until(() => small.capture.status().connections === 2);
    for (const refused of [await produce(), await produce()]) {
      await until(() => refused.text().endsWith('\n'));
      await refused.ended;
      expect(JSON.parse(refused.text())).toMatchObject({ type: 'error', code: 'too_many_connections' });
      refused.socket.destroy();
    }
    expect(small.logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'a producer was turned away: too many connections are open', open: 2 },
    ]);
    working.socket.end(asLine(division(1, { seq: 1 })));
    await working.ended;
    expect(acks(working)).toHaveLength(1);
    idle.socket.destroy();
    await until(() => small.capture.status().connections === 0);
    const next = await produce();
    next.socket.end(asLine(division(2, { seq: 2 })));
    await next.ended;
    expect(acks(next)).toHaveLength(1);
    await small.close();
  });

  test('a producer that is reset loses no line that was acknowledged, and stops nobody', async () => {
    await one.capture.listen(path);
    const [doomed, other] = [await produce(), await produce()];
    for (let i = 0; i < 500; i += 1) doomed.socket.write(asLine(division(i, { seq: i })));
    await until(() => acks(doomed).length > 0);
    const acknowledged = acks(doomed).length;
    doomed.socket.destroy();
    other.socket.end(asLine(division(9_999, { seq: 1 })));
    await other.ended;
    expect(acks(other)).toHaveLength(1);
    await until(() => one.capture.status().connections === 0);
    const stored = one.rows<{ n: number }>(
      'SELECT COUNT(*) AS n FROM division_states WHERE frame_number < 9999',
    );
    expect(stored[0]?.n).toBeGreaterThanOrEqual(acknowledged);
  });

  test('closing commits and answers what was read, then ends the connection', async () => {
    await one.capture.listen(path);
    const producer = await produce();
    for (let i = 0; i < 5; i += 1) producer.socket.write(asLine(division(i, { seq: i })));
    await until(() => one.capture.status().pending_division === 5);
    await one.capture.close();
    await producer.ended;
    expect(acks(producer)).toHaveLength(5);
    producer.socket.destroy();
  });

  test('replaces a socket file that nobody listens on', async () => {
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(path, resolve));
    const stale = `${path}.kept`;
    const { linkSync } = await import('node:fs');
    linkSync(path, stale);
    await new Promise((resolve) => left.close(resolve));
    linkSync(stale, path);
    await one.capture.listen(path);
    const producer = await produce();
    producer.socket.end(asLine(division(1, { seq: 1 })));
    await producer.ended;
    expect(acks(producer)).toHaveLength(1);
  });

  test('leaves a socket that is in use, and a file that is none', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await expect(one.capture.listen(path)).rejects.toMatchObject({ code: 'conflict' });
    await new Promise((resolve) => other.close(resolve));
    writeFileSync(path, 'precious');
    await expect(one.capture.listen(path)).rejects.toMatchObject({ code: 'conflict' });
    expect(statSync(path).size).toBe(8);
  });
});
