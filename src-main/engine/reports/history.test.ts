import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runSelection } from '../../contract/report-shapes.ts';
import { openReportBox, type ReportBox } from './report-fixture.ts';

const hourMs = 3_600_000;
const emptyDay = { records: 0, runs: 0, byStatus: {}, meanDurationMs: null, maxDurationMs: null };
let box: ReportBox;

afterEach(() => box.close());

function runs(selection: Record<string, unknown>): (number | null)[] {
  return box.reports.runs(runSelection.parse(selection)).map(({ runId }) => runId);
}

describe('the list of runs', () => {
  const now = Date.UTC(2026, 10, 1, 20, 0, 0);

  beforeEach(async () => {
    box = await openReportBox(() => new Date(now), 'America/New_York');
  });

  test('is newest first, with the streams of each', () => {
    box.run({ at: now - 2 * hourMs, streams: [{ stream: 'cameras', planned: 1, sent: 1 }] });
    box.run({ at: now - hourMs, records: 7, durationMs: 1234 });
    expect(box.reports.runs(runSelection.parse({ limit: 1 }))).toMatchObject([
      { runId: 2, sent: 7, durationMs: 1234, startedAt: '2026-11-01T19:00:00.000Z', streams: [] },
    ]);
    expect(box.reports.runs(runSelection.parse({}))[1]?.streams).toMatchObject([
      { stream: 'cameras', sent: 1 },
    ]);
  });

  test('is narrowed by status, mode and stream, and by all of them together', () => {
    box.run({ at: now, status: 'failed', mode: 'full', streams: [{ stream: 'cameras' }] });
    box.run({ at: now, status: 'success', mode: 'hourly', streams: [{ stream: 'videos' }] });
    box.run({
      at: now,
      status: 'failed',
      mode: 'hourly',
      streams: [{ stream: 'cameras' }, { stream: 'videos' }],
    });
    box.db.exec(
      `INSERT INTO sync_status (sync_type, last_sync_time, status) VALUES ('incremental', '2026-11-01 20:00:00', 'broken')`,
    );
    expect(runs({ status: 'failed' })).toEqual([3, 1]);
    expect(runs({ status: 'interrupted' })).toEqual([4]);
    expect(runs({ mode: 'full' })).toEqual([1]);
    expect(runs({ mode: 'hourly' })).toEqual([4, 3, 2]);
    expect(runs({ stream: 'videos' })).toEqual([3, 2]);
    expect(runs({ stream: 'videos', status: 'failed', mode: 'hourly' })).toEqual([3]);
  });

  test("of a day means the store's day, also the one that is 25 hours long", () => {
    const midnight = Date.UTC(2026, 10, 1, 4, 0, 0);
    box.run({ at: midnight - 1000 });
    box.run({ at: midnight });
    box.run({ at: midnight + 25 * hourMs - 1000 });
    box.run({ at: midnight + 25 * hourMs });
    box.db.exec(
      `INSERT INTO sync_status (sync_type, last_sync_time, status) VALUES ('full', '2026-11-01T05:00:00.5', 'success')`,
    );
    expect(runs({ day: '2026-11-01' })).toEqual([5, 3, 2]);
    expect(runs({ day: '2026-10-31' })).toEqual([1]);
  });

  test('a day that does not exist is refused', () => {
    expect(() => runs({ day: '2026-02-30' })).toThrow();
  });
});

describe('statistics', () => {
  const now = Date.UTC(2026, 5, 15, 20, 0, 0);

  beforeEach(async () => {
    box = await openReportBox(() => new Date(now));
  });

  test('without runs there is no rate and no duration, and every day is there', async () => {
    box.run({ at: now, status: 'running' });
    expect(await box.reports.statistics(3)).toEqual({
      days: 3,
      runs: 0,
      successRate: null,
      meanDurationMs: null,
      p95DurationMs: null,
      // 20:00 UTC is the next day in Shanghai
      recordsPerDay: [
        { ...emptyDay, day: '2026-06-14' },
        { ...emptyDay, day: '2026-06-15' },
        { ...emptyDay, day: '2026-06-16' },
      ],
      failuresByGroup: {},
    });
  });

  test('tells rate, durations, days and causes of the runs in the window', async () => {
    for (let index = 1; index <= 17; index += 1)
      box.run({ at: now - 24 * hourMs, records: 10, durationMs: index * 1000 });
    box.run({ at: now, status: 'partial', records: 5, quarantined: 2, durationMs: 18_000 });
    box.run({ at: now, status: 'failed', group: 'network', faultCode: 'unavailable', durationMs: 19_000 });
    box.run({ at: now, status: 'cancelled', group: 'internal', faultCode: 'cancelled', durationMs: 20_000 });
    box.run({ at: now, status: 'interrupted', error: 'killed', durationMs: 0 });
    box.run({ at: now - 9 * 24 * hourMs, records: 1000, durationMs: 900_000 });
    const statistics = await box.reports.statistics(7);
    expect(statistics).toMatchObject({
      runs: 21,
      successRate: 17 / 21,
      meanDurationMs: 10_500,
      p95DurationMs: 19_000,
      failuresByGroup: { data: 1, network: 1, internal: 1 },
    });
    expect(statistics.recordsPerDay.slice(-2)).toEqual([
      {
        day: '2026-06-15',
        records: 170,
        runs: 17,
        byStatus: { success: 17 },
        meanDurationMs: 9000,
        maxDurationMs: 17_000,
      },
      {
        day: '2026-06-16',
        records: 5,
        runs: 4,
        byStatus: { partial: 1, failed: 1, cancelled: 1, interrupted: 1 },
        meanDurationMs: 19_000,
        maxDurationMs: 20_000,
      },
    ]);
  });
});
