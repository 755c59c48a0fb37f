import { expect, test } from 'vitest';
import type { HealthCheck } from '../../contract/health-shapes.ts';
import { openSince, silentCameras } from './camera-signs.ts';
import { type HealthFacts, judgeHealth } from './checks.ts';
import type { Damage } from './damage.ts';

const well: HealthFacts = {
  capture: {
    state: 'idle',
    reason: null,
    connections: 0,
    total_division_inserts: 0,
    total_table_inserts: 0,
    total_commits: 0,
    pending_division: 0,
    pending_table: 0,
    avg_batch_size: 0,
    refused: 0,
    socket: null,
  },
  readOnlyReason: null,
  missableSlot: new Date('2026-11-20T05:00:00Z'),
  pausedUntil: null,
  oldestPendingAt: null,
  pending: 0,
  disk: { freeBytes: 50, totalBytes: 100 },
  lastDay: { records: 1000, bad: 0, conflicts: 0 },
  verifyAgrees: true,
  bufferBytes: 1,
  bufferLimitBytes: 1_073_741_824,
  clockOffsetMs: null,
  silentCameras: [],
  silentMinutes: 10,
  otherSync: { rows: 0, runs: 0 },
  damage: null,
  backups: { staleDays: null, failure: null },
};

const damaged: Damage = {
  files: 1,
  state: 'done',
  file: 'detection_data.db.damaged-20261122T120000Z',
  since: '2026-11-22T12:00:00.000Z',
  recovered: 40_000,
  unreadable: 2,
};

test('a damaged file is told with what came back, what it means and what to do', () => {
  const told = judgeHealth({ ...well, damage: damaged }).checks.find(({ name }) => name === 'damage');
  expect(told?.message).toMatch(
    /is set aside as .*40,000 records were brought back.*2 damaged places.*acknowledge/,
  );
  expect(told?.values).toMatchObject({ recovered: 40_000, unreadable: 2, file: damaged.file });
});

test('a box that is well is ok in every check', () => {
  const report = judgeHealth(well);
  expect([report.level, new Set(report.checks.map((check) => check.level))]).toEqual(['ok', new Set(['ok'])]);
});

const cases: readonly (readonly [Partial<HealthFacts>, HealthCheck['name'], HealthCheck['level']])[] = [
  [{ oldestPendingAt: new Date('2026-11-20T04:59:59Z') }, 'schedule', 'critical'],
  [{ oldestPendingAt: new Date('2026-11-20T05:00:00Z') }, 'schedule', 'ok'],
  [{ missableSlot: null, oldestPendingAt: new Date(0) }, 'schedule', 'ok'],
  [{ pausedUntil: new Date() }, 'schedule', 'info'],
  [{ damage: { ...damaged, state: 'running' } }, 'damage', 'warning'],
  [{ damage: damaged }, 'damage', 'warning'],
  [{ damage: { ...damaged, state: 'failed' } }, 'damage', 'critical'],
  [{ capture: { ...well.capture, state: 'stopped', reason: 'disk full' } }, 'capture', 'critical'],
  [{ readOnlyReason: 'no room for the backup' }, 'capture', 'critical'],
  [{ disk: { freeBytes: 49, totalBytes: 1000 } }, 'disk', 'critical'],
  [{ disk: { freeBytes: 50, totalBytes: 1000 } }, 'disk', 'ok'],
  [{ lastDay: { records: 1000, bad: 51, conflicts: 0 } }, 'failures', 'warning'],
  [{ lastDay: { records: 1000, bad: 50, conflicts: 0 } }, 'failures', 'ok'],
  [{ lastDay: { records: 0, bad: 0, conflicts: 0 } }, 'failures', 'ok'],
  [{ verifyAgrees: false }, 'verification', 'warning'],
  [{ verifyAgrees: null }, 'verification', 'ok'],
  [{ bufferBytes: 1_073_741_825 }, 'buffer', 'warning'],
  [{ clockOffsetMs: -61_000 }, 'clock', 'warning'],
  [{ clockOffsetMs: 60_000 }, 'clock', 'ok'],
  [{ silentCameras: [{ cameraId: 'camera_35', since: new Date(0) }] }, 'cameras', 'warning'],
  [{ otherSync: { rows: 3, runs: 0 } }, 'other_sync', 'warning'],
  [{ otherSync: { rows: 0, runs: 1 } }, 'other_sync', 'warning'],
  [{ backups: { staleDays: 3, failure: null } }, 'backups', 'warning'],
  [{ backups: { staleDays: null, failure: 'The database could not be backed up.' } }, 'backups', 'warning'],
  [{ backups: null }, 'backups', 'ok'],
  [{ lastDay: { records: 1000, bad: 0, conflicts: 101 } }, 'conflicts', 'info'],
  [{ lastDay: { records: 1000, bad: 0, conflicts: 100 } }, 'conflicts', 'ok'],
];

test.each(cases)('%j makes the check %s %s', (facts, name, level) => {
  const report = judgeHealth({ ...well, ...facts });
  expect(report.checks.find((check) => check.name === name)?.level).toBe(level);
  expect(report.level).toBe(level);
});

test('a silent camera is named', () => {
  const silent = [{ cameraId: 'camera_35', since: new Date(0) }];
  const { checks } = judgeHealth({ ...well, silentCameras: silent });
  expect(checks.find((check) => check.name === 'cameras')?.message).toContain('camera_35');
});

test('opening hours are the store’s, and may pass midnight', () => {
  const at = (text: string) => openSince({ open: '18:00', close: '02:00' }, 'Asia/Shanghai', new Date(text));
  expect(at('2026-11-20T09:59:59Z')).toBeNull();
  expect(at('2026-11-20T10:00:00Z')?.toISOString()).toBe('2026-11-20T10:00:00.000Z');
  expect(at('2026-11-20T17:59:59Z')?.toISOString()).toBe('2026-11-20T10:00:00.000Z');
  expect(at('2026-11-20T18:00:00Z')).toBeNull();
  const always = openSince(
    { open: '00:00', close: '24:00' },
    'Asia/Shanghai',
    new Date('2026-11-20T09:00:00Z'),
  );
  expect(always?.toISOString()).toBe('2026-11-19T16:00:00.000Z');
});

test('a camera is silent only after the store has been open for as long', () => {
  const signs = new Map([['camera_35', new Date('2026-11-19T12:00:00Z')]]);
  const hours = { open: '11:00', close: '23:00' };
  const silent = (text: string) =>
    silentCameras(signs, hours, 10, 'Asia/Shanghai', new Date(text)).map((camera) => camera.cameraId);
  expect(silent('2026-11-20T02:00:00Z')).toEqual([]);
  expect(silent('2026-11-20T03:10:00Z')).toEqual([]);
  expect(silent('2026-11-20T03:10:01Z')).toEqual(['camera_35']);
  expect(silentCameras(signs, null, 10, 'Asia/Shanghai', new Date('2026-11-20T05:00:00Z'))).toEqual([]);
});
