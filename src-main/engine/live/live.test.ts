import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage, type Storage } from '../storage/service.ts';
import { createArrivalRate } from './arrival-rate.ts';
import { createLive, type Live } from './service.ts';

let folder: string;
let storage: Storage;
let other: Database.Database;
let live: Live;
let now: Date;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'live-'));
  now = new Date();
  storage = await openStorage(folder, { locationId: 'store', timeZone: 'Asia/Shanghai', now: () => now });
  // Another program that writes into the same file, as older scripts do.
  other = new Database(storage.path);
  live = createLive({
    storage,
    now: () => now,
    cameraSigns: async () => ({
      signs: new Map([['camera_2', new Date('2026-01-02T03:04:05Z')]]),
      silent: new Set(['camera_2']),
    }),
    capture: () => ({
      ...{ state: 'idle', reason: null, connections: 0, socket: null, refused: 0 },
      ...{ total_division_inserts: 0, total_table_inserts: 0, total_commits: 0 },
      ...{ pending_division: 0, pending_table: 0, avg_batch_size: 0 },
    }),
    connections: () => [],
  });
});

afterEach(async () => {
  other.close();
  await storage.close();
  rmSync(folder, { recursive: true });
});

function division(camera: string, frame: number, state: string, createdAt?: string): void {
  other
    .prepare(
      `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video,
         timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff, created_at)
       VALUES ('s', ?, 'store', ?, 1.5, '2026-01-02 11:04:05+08:00', ?, 1, 0, 1, coalesce(?, datetime('now')))`,
    )
    .run(camera, frame, state, createdAt ?? null);
}

function table(camera: string, id: string, frame: number, state: string): void {
  other
    .prepare(
      `INSERT INTO table_states (session_id, camera_id, location_id, frame_number, timestamp_video, table_id, state,
         customers_count, waiters_count) VALUES ('s', ?, 'store', ?, 1.5, ?, ?, 2, 0)`,
    )
    .run(camera, frame, id, state);
}

describe('what comes in', () => {
  it('is the newest state of each division and table, whoever wrote it', async () => {
    division('camera_1', 1, 'GREEN');
    table('camera_1', 'T10', 1, 'IDLE');
    table('camera_1', 'T2', 1, 'IDLE');
    expect((await live.read()).cameras[0]?.division?.state).toBe('GREEN');
    division('camera_1', 2, 'RED');
    table('camera_1', 'T10', 2, 'BUSY');
    const [camera] = (await live.read()).cameras;
    expect(camera).toMatchObject({ cameraId: 'camera_1', silent: false, division: { state: 'RED' } });
    expect(camera?.tables.map(({ tableId, state }) => [tableId, state])).toEqual([
      ['T2', 'IDLE'],
      ['T10', 'BUSY'],
    ]);
  });

  it('names a camera that is silent too long, with its last sign', async () => {
    expect((await live.read()).cameras).toEqual([
      {
        cameraId: 'camera_2',
        name: null,
        lastSignAt: '2026-01-02T03:04:05.000Z',
        silent: true,
        division: null,
        tables: [],
      },
    ]);
  });

  it('counts what was captured since midnight in the store, and begins anew on the next day', async () => {
    // 00:30 in Shanghai, still the day before in UTC.
    now = new Date('2026-03-04T16:30:00Z');
    division('camera_1', 1, 'GREEN', '2026-03-04 15:59:59');
    division('camera_1', 2, 'RED', '2026-03-04 16:00:00');
    expect((await live.read()).capturedToday).toBe(1);
    division('camera_1', 3, 'GREEN', '2026-03-04 16:31:00');
    expect((await live.read()).capturedToday).toBe(2);
    now = new Date('2026-03-05T16:00:01Z');
    expect((await live.read()).capturedToday).toBe(0);
  });
});

describe('the pace', () => {
  it('is that of the last minute, and a burst at the start is not taken for one', () => {
    const rate = createArrivalRate();
    rate.add(0, 0);
    rate.add(20, 500);
    expect(rate.perSecond(500)).toBe(2);
    rate.add(20, 20_000);
    expect(rate.perSecond(20_000)).toBe(2);
    rate.add(0, 80_000);
    expect(rate.perSecond(80_000)).toBe(0);
  });
});
