import { PassThrough, Writable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  asLine,
  division,
  handTimers,
  openLines,
  openTestCapture,
  session,
  settle,
  type TestCapture,
  type TestCaptureOptions,
  table,
  until,
} from './capture-fixture.ts';

const open: TestCapture[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: TestCaptureOptions = {}): Promise<TestCapture> {
  const one = await openTestCapture(options);
  open.push(one);
  return one;
}

const errors = (replies: Record<string, unknown>[]) => replies.filter((reply) => reply.type === 'error');

describe('sending again', () => {
  test('the same key and content is stored once and acknowledged each time', async () => {
    const one = await start();
    const lines = [division(1, { seq: 1 }), table(1, 'T1', { seq: 2 }), table(1, 'T2', { seq: 3 })];
    const first = await one.send(lines);
    const again = await one.send([...lines, ...lines]);
    expect(first.summary).toMatchObject({ received: 3, committed: 3, duplicates: 0 });
    expect(again.summary).toMatchObject({ received: 6, committed: 0, duplicates: 6 });
    expect(again.replies.map((reply) => reply.seq)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(one.rows('SELECT 1 FROM table_states')).toHaveLength(2);
  });

  test('the same key in one batch is found too', async () => {
    const one = await start();
    const { summary } = await one.send([
      division(5),
      division(5),
      division(4),
      division(5),
      division(4, { state: 'RED' }),
    ]);
    expect(summary).toMatchObject({ committed: 2, duplicates: 2, refused: 1 });
  });

  test('the same key with other content is refused, kept, and leaves what is stored as it is', async () => {
    const one = await start();
    const stored = division(1, { timestamp_recorded: '2025-12-13 14:35:00', screenshot_path: 'a.jpg' });
    const others = [
      { state: 'RED' },
      { walking_area_waiters: 3 },
      { service_area_waiters: 0 },
      { timestamp_video: 9 },
      { timestamp_recorded: '2025-12-13 14:35:01' },
      { screenshot_path: 'b.jpg' },
    ];
    const { summary, replies } = await one.send([
      stored,
      ...others.map((other) => ({ ...stored, ...other })),
    ]);
    expect(summary).toMatchObject({ committed: 1, refused: 6 });
    expect(errors(replies)[0]).toEqual({
      ...{ type: 'error', line: 2, code: 'conflict' },
      message: `frame 1 of the division in session ${stored.session_id} is already stored with state GREEN, not RED`,
    });
    expect(one.rows('SELECT code FROM rejected_lines')).toHaveLength(6);
    expect(one.rows('SELECT state, timestamp_recorded FROM division_states')).toEqual([
      { state: 'GREEN', timestamp_recorded: '2025-12-13 14:35:00+08:00' },
    ]);
  });

  test('another way to write the same instant is the same content', async () => {
    const one = await start();
    const times = ['2025-12-13 14:35:00', '2025-12-13T06:35:00Z', '2025-12-13 14:35:00.000+08:00'];
    const { summary } = await one.send(
      times.map((timestamp_recorded) => division(1, { timestamp_recorded })),
    );
    expect(summary).toMatchObject({ committed: 1, duplicates: 2 });
  });

  test('a time that was only derived is no content', async () => {
    const one = await start({ timers: handTimers() });
    await one.send([division(1)]);
    const again = await one.send([session({ start_time: '2025-12-01 00:00' }), division(1)]);
    expect(again.summary).toMatchObject({ committed: 1, duplicates: 1 });
  });

  test('any order and any repetition leaves each key once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ frame: fc.nat(6), table: fc.constantFrom('', 'A', 'B') }), { maxLength: 30 }),
        fc.nat(30),
        async (keys, cut) => {
          const one = await openTestCapture();
          const lines = keys.map((key) =>
            key.table === '' ? division(key.frame) : table(key.frame, key.table),
          );
          const parts = [await one.send(lines.slice(0, cut)), await one.send(lines.slice(cut))];
          const distinct = new Set(keys.map((key) => `${key.frame} ${key.table}`)).size;
          expect(parts.reduce((sum, part) => sum + part.summary.committed, 0)).toBe(distinct);
          expect(parts.reduce((sum, part) => sum + part.summary.duplicates, 0)).toBe(lines.length - distinct);
          await one.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a refused line', () => {
  test('is kept whole, as bytes, with its source and reason', async () => {
    const one = await start();
    const broken = Buffer.from([0x7b, 0xff, 0xfe, 0x22]);
    const input = new PassThrough();
    input.end(Buffer.concat([Buffer.from(asLine(division(1))), broken, Buffer.from('\n')]));
    const refused: unknown[] = [];
    const onRefused = (line: number, seq: number | null, refusal: object) =>
      refused.push([line, seq, refusal]);
    await one.capture.connect(input, null, { source: 'stdin', onRefused });
    expect(
      one.rows('SELECT source, line_number, line, code, message, received_at FROM rejected_lines'),
    ).toEqual([
      {
        ...{ source: 'stdin', line_number: 2, line: broken, code: 'invalid_utf8' },
        ...{ message: 'the line is not valid UTF-8', received_at: '2025-12-13 06:40:00' },
      },
    ]);
    expect(refused).toEqual([[2, null, { code: 'invalid_utf8', message: 'the line is not valid UTF-8' }]]);
  });

  test('over a megabyte is kept in part, and the next line is taken', async () => {
    const one = await start();
    const { summary, replies } = await one.send([
      { type: 'hello', x: 'y'.repeat(1_000_000) },
      division(1, { seq: 2 }),
    ]);
    expect(summary).toMatchObject({ received: 2, committed: 1, refused: 1 });
    expect(replies.map((reply) => reply.code ?? reply.seq)).toEqual(['too_long', 2]);
    expect(one.rows('SELECT length(line) AS n FROM rejected_lines')).toEqual([{ n: 65_536 }]);
  });

  test('takes its turn: replies come in the order of the lines', async () => {
    const one = await start();
    const lines = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0 ? { type: 'nothing', seq: i } : division(i, { seq: i }),
    );
    const { replies } = await one.send(lines);
    expect(replies.map((reply) => reply.seq)).toEqual(lines.map((_, i) => i));
  });

  test('an impossible time is refused', async () => {
    const one = await start();
    const { replies } = await one.send([division(1, { timestamp_recorded: '2025-02-30 10:00:00' })]);
    expect(replies[0]).toMatchObject({ code: 'impossible_time' });
    expect(replies[0]?.message).toMatch(/^timestamp_recorded "2025-02-30 10:00:00" is no possible time/);
  });

  test('whatever is sent: received = committed + duplicates + refused', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ' ')),
      fc.json({ maxDepth: 1 }),
      fc.nat(5).map((frame) => JSON.stringify(division(frame))),
      fc
        .nat(5)
        .map((frame) =>
          JSON.stringify({ type: 'detections', frame_number: frame, timestamp_video: 0, people: [] }),
        ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const one = await openTestCapture();
        const { summary } = await one.send(lines);
        expect(summary.received).toBe(lines.filter((text) => text.trim() !== '').length);
        expect(summary.committed + summary.duplicates + summary.refused).toBe(summary.received);
        expect(one.rows('SELECT 1 FROM rejected_lines')).toHaveLength(summary.refused);
        await one.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('replies', () => {
  test('lines without a seq are answered only when refused, unless acknowledgements were asked for', async () => {
    const one = await start();
    expect((await one.send([division(1), { type: 'x' }])).replies.map((reply) => reply.line)).toEqual([2]);
    expect((await one.send([division(2), division(3)], { ackUnnumbered: true })).replies).toEqual([
      { type: 'ack', line: 1 },
      { type: 'ack', line: 2 },
    ]);
  });

  test('a producer that does not read its replies is not read from, and loses nothing', async () => {
    const one = await start();
    const input = new PassThrough();
    let release = () => {};
    let text = '';
    const stuck = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        release = done;
      },
    });
    const summary = one.capture.connect(input, stuck, { source: 'test' });
    let written = 0;
    let open = true;
    while (open && written < 300_000) {
      open = input.write(
        Array.from({ length: 500 }, () => asLine(division(written, { seq: written++ }))).join(''),
      );
      if (!open) {
        open = await Promise.race([
          new Promise<boolean>((resolve) => input.once('drain', () => resolve(true))),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1_000)),
        ]);
      }
    }
    expect(written).toBeLessThan(100_000);
    expect(stuck.writableLength).toBeLessThan(1_500_000);
    const drain = setInterval(() => release(), 0);
    input.end();
    expect(await summary).toMatchObject({ received: written, committed: written });
    await until(() => text.split('\n').length === written + 1);
    clearInterval(drain);
  });

  test('a producer that went away is read to its end', async () => {
    const one = await start();
    const input = new PassThrough();
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const summary = one.capture.connect(input, gone, { source: 'test' });
    for (let i = 0; i < 3_000; i += 1) input.write(asLine(division(i, { seq: i })));
    input.end();
    expect(await summary).toMatchObject({ received: 3_000, committed: 3_000 });
  });
});

describe('hello', () => {
  test('as the first line sets what later lines lack, and is no record', async () => {
    const one = await start();
    const hello = {
      type: 'hello',
      session_id: 'S',
      camera_id: 'C',
      location_id: 'L',
      ack_unnumbered: true,
      summary: true,
    };
    const bare = {
      type: 'table_state',
      frame_number: 1,
      timestamp_video: 0,
      table_id: 'T',
      state: 'IDLE',
      customers_count: 0,
      waiters_count: 0,
    };
    const { replies, summary } = await one.send([hello, bare]);
    expect(replies).toEqual([
      { type: 'ack', line: 2 },
      { type: 'summary', ...summary },
    ]);
    expect(summary).toMatchObject({ received: 1, committed: 1 });
    expect(one.rows('SELECT session_id, camera_id, location_id FROM table_states')).toEqual([
      { session_id: 'S', camera_id: 'C', location_id: 'L' },
    ]);
  });

  test('later it is refused', async () => {
    const one = await start();
    const { replies } = await one.send([division(1), { type: 'hello', seq: 1 }]);
    expect(replies[0]).toMatchObject({ seq: 1, code: 'invalid_shape' });
  });
});

test('an unknown field is ignored and warned of once', async () => {
  const one = await start();
  const { summary } = await one.send([
    division(1, { mood: 1 }),
    division(2, { mood: 2 }),
    table(3, 'T', { mood: 3, tone: 1 }),
  ]);
  expect(summary.committed).toBe(3);
  expect(one.logged.map((line) => line.field)).toEqual(['mood', 'tone']);
});

test('one connection at a time tells its last line without a line end', async () => {
  const one = await start({ timers: handTimers() });
  const input = new PassThrough();
  const summary = one.capture.connect(input, null, { source: 'test' });
  input.end(JSON.stringify(division(1)));
  expect(await summary).toMatchObject({ received: 1, committed: 1 });
  expect(one.capture.status().connections).toBe(0);
});

test('connections go through the same batches', async () => {
  const one = await start({ timers: handTimers() });
  const connections = Array.from({ length: 5 }, () => openLines(one.capture));
  for (let i = 0; i < 100; i += 1) connections[i % 5]?.write(division(i, { seq: i }));
  await settle();
  expect(one.capture.status()).toMatchObject({ total_commits: 1, connections: 5, state: 'running' });
  for (const [index, connection] of connections.entries()) {
    expect(connection.replies().map((reply) => Number(reply.seq) % 5)).toEqual(Array(20).fill(index));
    await connection.end();
  }
});
