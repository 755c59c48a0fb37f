import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openTestBox, type TestBox } from '../../../e2e/support/test-box.ts';
import type { TestCloud } from '../../../e2e/support/test-cloud.ts';

const locationId = 'store_window';
let clock = 0;
let box: TestBox;

beforeAll(async () => {
  // A dry run contacts no cloud.
  const options = { locationId, now: () => new Date(clock) };
  box = await openTestBox({} as TestCloud, options, { kind: 'local' });
  box.other.pragma('synchronous = OFF');
});

afterEach(() => vi.unstubAllEnvs());
afterAll(() => box.close());

const zone = fc.constantFrom(
  ...['Asia/Shanghai', 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Honolulu'],
);
const hourMs = 3_600_000;
/** Any time of the century, and times about which clocks are put forward or back, days and years begin. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-08T07:00Z',
        '2026-11-01T06:00Z',
        '2026-10-03T15:30Z',
        '2027-01-01T00:00Z',
        '2028-02-29T00:00Z',
      ),
      fc.integer({ min: -4 * hourMs, max: 4 * hourMs }),
    )
    .map(([text, ms]) => Date.parse(text) + ms),
);
/** Seconds before now; what a clock that was wrong has dated into the future belongs to the window. */
const age = fc.oneof(
  fc.constantFrom(0, 3600, 7199, 7200, 7201, 10_800, 86_400),
  fc.integer({ min: -90_000, max: 90_000 }),
);

test('an hourly run takes what was made in the last two hours, a full one all, whatever the zones of store and process', async () => {
  const ages = fc.array(fc.option(age, { freq: 9 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(instant, ages, zone, zone, async (now, given, store, process) => {
      clock = now;
      vi.stubEnv('TZ', process);
      const seconds = Math.floor(now / 1000);
      box.other.exec('DELETE FROM division_states; DELETE FROM locations');
      box.other
        .prepare(
          `INSERT INTO locations (location_id, city, restaurant_name, commercial_area, timezone) VALUES (?, '', '', '', ?)`,
        )
        .run(locationId, store);
      // As SQLite's CURRENT_TIMESTAMP writes it.
      const insert = box.other.prepare(
        `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_recorded, state, created_at)
         VALUES ('session_1', 'camera_1', ?, ?, '2026-11-22 19:00:00', 'RED', datetime(?, 'unixepoch'))`,
      );
      for (const [frame, ago] of given.entries())
        insert.run(locationId, frame, ago === null ? null : seconds - ago);
      const recent = given.filter((ago) => ago !== null && ago <= 7200).length;
      for (const [mode, taken] of [
        ['hourly', recent],
        ['full', given.length],
      ] as const) {
        const run = await box.run(mode, { dryRun: true, streams: ['division_states'] });
        expect(run).toMatchObject({
          planned: taken,
          sent: taken,
          stranded: given.length - taken,
          error: null,
        });
      }
    }),
    { numRuns: 200 },
  );
});
