import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { createSlots, previousSlot } from './slots.ts';

const zone = fc.constantFrom(
  ...['Asia/Shanghai', 'UTC', 'America/New_York', 'Europe/Lisbon', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
);
const hourMs = 3_600_000;
/** Any time of some years, and times about which clocks are put forward or back. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-08T07:00Z',
        '2026-11-01T06:00Z',
        '2026-10-03T15:30Z',
        '2026-04-04T15:00Z',
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
      ),
      fc.integer({ min: -30 * hourMs, max: 30 * hourMs }),
    )
    .map(([text, ms]) => Date.parse(text) + ms),
);
const hours = fc.uniqueArray(fc.oneof(fc.nat(3), fc.nat(23)), { minLength: 1, maxLength: 13 });

/**
 * The slots about an instant as a calendar has them. One time a day: of an hour that comes twice the first, a skipped
 * one moves forward. Several: whenever the clock shows one of them.
 */
function slotsAbout(epochMs: number, timeZone: string, of: readonly number[]): number[] {
  const today = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const ways = of.length === 1 ? (['compatible'] as const) : (['earlier', 'later'] as const);
  const slots = [-2, -1, 0, 1, 2].flatMap((days) =>
    of.flatMap((hour) => {
      const wall = today.add({ days }).toPlainDateTime({ hour });
      return ways
        .map((disambiguation) => wall.toZonedDateTime(timeZone, { disambiguation }))
        .filter((slot) => of.length === 1 || slot.toPlainDateTime().equals(wall));
    }),
  );
  return slots.map((slot) => slot.epochMilliseconds).sort((one, other) => one - other);
}

test('the next slot is the first after an instant and the previous one the last before it, in every zone', () => {
  fc.assert(
    fc.property(zone, instant, hours, (timeZone, epochMs, of) => {
      const pattern = `0 ${of.join(',')} * * *`;
      const all = slotsAbout(epochMs, timeZone, of);
      const slots = createSlots({ hourly: pattern, full: null });
      expect(slots.next('full', timeZone, new Date(epochMs))).toBeNull();
      const next = slots.next('hourly', timeZone, new Date(epochMs));
      expect(next?.toISOString()).toBe(new Date(all.find((slot) => slot > epochMs) ?? 0).toISOString());
      const previous = previousSlot({ hourly: null, full: pattern }, timeZone, new Date(epochMs));
      const last = all.findLast((slot) => slot <= epochMs) ?? 0;
      expect(previous?.toISOString()).toBe(new Date(last).toISOString());
    }),
    { numRuns: 200 },
  );
});

test('a slot that is less than a second away has not come yet', () => {
  const patterns = { hourly: '0 0,19 * * *', full: null };
  const previous = previousSlot(patterns, 'America/New_York', new Date('2026-12-31T23:59:59.001Z'));
  expect(previous?.toISOString()).toBe('2026-12-31T05:00:00.000Z');
});
