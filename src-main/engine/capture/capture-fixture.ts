import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import Database from 'better-sqlite3';
import { createLogger } from '../log/logger.ts';
import { openStorage, type Storage } from '../storage/service.ts';
import type { WriterState } from './batch-writer.ts';
import type { ConnectionOptions, ConnectionSummary } from './bridge-connection.ts';
import type { ReadingKeeper } from './reading-keeper.ts';
import { type Capture, startCapture } from './service.ts';
import type { Timers } from './timers.ts';

/** A clock that stands still until it is told, for tests. */
export interface HandTimers extends Timers {
  advance(ms: number): void;
}

/** Capture on a real database file in a folder of its own, for tests. */
export interface TestCapture {
  readonly dir: string;
  readonly storage: Storage;
  readonly capture: Capture;
  readonly states: WriterState[];
  readonly logged: Record<string, unknown>[];
  rows<Row = Record<string, unknown>>(sql: string, ...values: unknown[]): Row[];
  /** Sends lines (objects are written as JSON) as one connection, resolves with its summary and replies. */
  send(lines: readonly (string | object)[], options?: Partial<ConnectionOptions>): Promise<Sent>;
  close(): Promise<void>;
}

export interface Sent {
  readonly summary: ConnectionSummary;
  readonly replies: Record<string, unknown>[];
}

export interface TestCaptureOptions {
  readonly dir?: string;
  readonly timers?: Timers;
  readonly locationId?: string | null;
  readonly timeZone?: string | null;
  readonly now?: Date;
  /** makes the file before it is opened */
  readonly older?: (db: Database.Database) => void;
  readonly mostConnections?: number;
  readonly readings?: (storage: Storage) => ReadingKeeper;
}

export const testNow = new Date('2025-12-13T06:40:00Z');

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'backhaul-capture-'));
}

export async function openTestCapture(options: TestCaptureOptions = {}): Promise<TestCapture> {
  const dir = options.dir ?? newFolder();
  const path = join(dir, 'detection_data.db');
  if (options.older !== undefined) {
    const db = new Database(path);
    options.older(db);
    db.close();
  }
  const now = () => options.now ?? testNow;
  const timeZone = options.timeZone ?? null;
  const storage = await openStorage(dir, { locationId: options.locationId ?? null, timeZone, now });
  const states: WriterState[] = [];
  const logged: Record<string, unknown>[] = [];
  const capture = startCapture({
    storage,
    config: { location: { timezone: timeZone }, capture: { batchSize: 100, flushIntervalMs: 250 } },
    log: createLogger('debug', now, (line) => logged.push(JSON.parse(line))),
    now,
    dataDir: dir,
    ...(options.timers === undefined ? {} : { timers: options.timers }),
    ...(options.mostConnections === undefined ? {} : { mostConnections: options.mostConnections }),
    ...(options.readings === undefined ? {} : { readings: options.readings(storage) }),
    onState: (state) => states.push(state),
  });
  return {
    dir,
    storage,
    capture,
    states,
    logged,
    rows: <Row>(sql: string, ...values: unknown[]) => storage.reader.prepare(sql).all(...values) as Row[],
    send: (lines, more = {}) => sendLines(capture, lines, more),
    async close() {
      await capture.close();
      await storage.close();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function sendLines(
  capture: Capture,
  lines: readonly (string | object)[],
  options: Partial<ConnectionOptions>,
): Promise<Sent> {
  const collected = collector();
  const input = Readable.from([Buffer.from(lines.map(asLine).join(''))], { objectMode: false });
  const summary = await capture.connect(input, collected.output, { source: 'test', ...options });
  return { summary, replies: collected.replies() };
}

export function asLine(line: string | object): string {
  return `${typeof line === 'string' ? line : JSON.stringify(line)}\n`;
}

/** A stream that keeps what is written to it. */
export function collector(): { readonly output: Writable; replies(): Record<string, unknown>[] } {
  let text = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const replies = () => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { output, replies };
}

/** A connection that a test writes to line by line. */
export function openLines(capture: Capture, options: Partial<ConnectionOptions> = {}) {
  const input = new PassThrough();
  const collected = collector();
  const summary = capture.connect(input, collected.output, { source: 'test', ...options });
  return {
    write: (...lines: (string | object)[]) => input.write(lines.map(asLine).join('')),
    replies: collected.replies,
    end: () => {
      input.end();
      return summary;
    },
  };
}

export function handTimers(start: Date = testNow): HandTimers {
  let elapsed = 0;
  let waiting: { readonly at: number; readonly work: () => void }[] = [];
  return {
    now: () => new Date(start.getTime() + elapsed),
    elapsed: () => elapsed,
    after(ms, work) {
      const timer = { at: elapsed + ms, work };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((one) => one !== timer);
      };
    },
    advance(ms) {
      elapsed += ms;
      const due = waiting.filter((one) => one.at <= elapsed);
      waiting = waiting.filter((one) => one.at > elapsed);
      for (const { work } of due) work();
    },
  };
}

/** Lets everything that is ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

export async function until(condition: () => boolean, ms = 5_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('what the test waits for did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const sessionId = '20251213_143500_camera_35';
const head = { session_id: sessionId, camera_id: 'camera_35', location_id: 'mianyang' };

export function division(frame_number: number, more: object = {}) {
  const counts = { walking_area_waiters: 2, service_area_waiters: 1 };
  const time = { frame_number, timestamp_video: frame_number / 10 };
  return { type: 'division_state', ...head, ...time, state: 'GREEN', ...counts, ...more };
}

export function table(frame_number: number, table_id: string, more: object = {}) {
  const time = { frame_number, timestamp_video: frame_number / 10 };
  const counts = { customers_count: 2, waiters_count: 0 };
  return { type: 'table_state', ...head, ...time, table_id, state: 'BUSY', ...counts, ...more };
}

export function session(more: object = {}) {
  return { type: 'session', ...head, start_time: '2025-12-13 14:35:00', ...more };
}

export const zones = {
  frame_size: [100, 100],
  division: [
    [0, 0],
    [100, 0],
    [100, 100],
    [0, 100],
  ],
  tables: [
    {
      id: 'T1',
      polygon: [
        [0, 0],
        [50, 0],
        [50, 50],
        [0, 50],
      ],
      sitting_area_ids: ['S1'],
    },
  ],
  sitting_areas: [
    {
      id: 'S1',
      polygon: [
        [50, 0],
        [60, 0],
        [60, 50],
        [50, 50],
      ],
      table_id: 'T1',
    },
  ],
  service_areas: [
    {
      id: 'V1',
      polygon: [
        [80, 80],
        [100, 80],
        [100, 100],
        [80, 100],
      ],
    },
  ],
  thresholds: { min_box: [1, 1] },
};

export function frame(
  frame_number: number,
  scene: 'empty' | 'guest' | 'staff' | 'service',
  more: object = {},
) {
  const at = { empty: null, guest: [20, 20], staff: [70, 70], service: [90, 90] }[scene];
  const role = scene === 'guest' ? 'customer' : 'staff';
  const people =
    at === null
      ? []
      : [
          {
            bbox: [(at[0] ?? 0) - 5, (at[1] ?? 0) - 5, (at[0] ?? 0) + 5, (at[1] ?? 0) + 5],
            confidence: 1,
            role,
            role_confidence: 1,
          },
        ];
  return { type: 'detections', frame_number, timestamp_video: frame_number / 10, people, ...more };
}
