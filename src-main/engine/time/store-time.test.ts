import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isTimeZone, storeTime, toInstant } from './store-time.ts';

const shanghai = storeTime('Asia/Shanghai');
const newYork = storeTime('America/New_York');

describe('reading a recorded time', () => {
  test.each([
    ['2025-12-13 14:35:00', '2025-12-13 14:35:00+08:00'],
    ['2025-12-13T14:35', '2025-12-13 14:35:00+08:00'],
    ['2025-12-13T06:35:00Z', '2025-12-13 14:35:00+08:00'],
    ['2025-12-13 06:35:00.120+00', '2025-12-13 14:35:00.120+08:00'],
    ['2025-12-13 01:35:00.1234567-0500', '2025-12-13 14:35:00.1234567+08:00'],
    ['2025-12-13 23:59:59+08:00', '2025-12-13 23:59:59+08:00'],
    ['2025-12-13 23:59:59-00:30', '2025-12-14 08:29:59+08:00'],
    ['2024-02-29 00:00', '2024-02-29 00:00:00+08:00'],
    ['1970-01-01 00:00', '1970-01-01 00:00:00+08:00'],
  ])('%s is %s in Shanghai', (given, local) => {
    expect(shanghai.toLocal(given)).toBe(local);
  });

  test.each([
    '2025-02-29 10:00:00',
    '2025-13-01 10:00:00',
    '2025-00-10 10:00:00',
    '2025-04-31 10:00:00',
    '2025-12-13 24:00:00',
    '2025-12-13 10:60:00',
    '2025-12-13 10:00:60',
    '2025-12-13 10:00:00+08:60',
    '2025-12-13 10:00:00+15:00',
    '2025-12-13 10:00:00+8',
    '2025-12-13 10:00:00.',
    '2025-12-13',
    '1969-12-31 23:59:59',
    '10000-01-01 00:00:00',
    '9999-12-31 23:59:59-01:00',
    '2025-12-13 10:00:00 ',
    '13/12/2025 10:00',
    'now',
    '',
  ])('%j is no possible time', (given) => {
    expect(shanghai.toLocal(given)).toBeNull();
    expect(shanghai.toInstant(given)).toBeNull();
    expect(shanghai.toEpochMs(given)).toBeNull();
  });

  test('an hour that comes twice is the first, unless the offset says otherwise', () => {
    expect(newYork.toLocal('2025-11-02 01:30:00')).toBe('2025-11-02 01:30:00-04:00');
    expect(newYork.toLocal('2025-11-02 01:30:00-05:00')).toBe('2025-11-02 01:30:00-05:00');
    expect(newYork.toInstant('2025-11-02 01:30:00')).toBe('2025-11-02T05:30:00Z');
  });

  test('a skipped hour moves forward', () => {
    expect(newYork.toLocal('2025-03-09 02:30:15.5')).toBe('2025-03-09 03:30:15.5-04:00');
    expect(storeTime('Pacific/Apia').toLocal('2011-12-30 12:00')).toBe('2011-12-31 12:00:00+14:00');
  });

  test('what came out reads back as the same instant, in any zone', () => {
    const zone = fc.constantFrom(
      'Asia/Shanghai',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(zone, zone, fc.integer({ min: 1e8, max: 4e12 }), (from, to, epochMs) => {
        const text = storeTime(from).fromEpochMs(epochMs) ?? '';
        expect(storeTime(to).toEpochMs(text)).toBe(epochMs);
        expect(storeTime(to).toEpochMs(storeTime(to).toLocal(text) ?? '')).toBe(epochMs);
        expect(Date.parse(toInstant(text, to) ?? '')).toBe(epochMs);
      }),
    );
  });

  test('no time zone of the process plays a part', () => {
    vi.stubEnv('TZ', 'Pacific/Honolulu');
    try {
      expect(new Date(0).getTimezoneOffset()).toBe(600);
      expect(storeTime('Asia/Tokyo').toLocal('2025-12-13 14:35')).toBe('2025-12-13 14:35:00+09:00');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('writing an instant', () => {
  test('milliseconds are shown where there are some', () => {
    const epochMs = Date.UTC(2025, 11, 13, 6, 35, 7);
    expect(shanghai.fromEpochMs(epochMs)).toBe('2025-12-13 14:35:07+08:00');
    expect(shanghai.fromEpochMs(epochMs + 40)).toBe('2025-12-13 14:35:07.040+08:00');
  });

  test('an instant out of range is refused', () => {
    expect(shanghai.fromEpochMs(Number.POSITIVE_INFINITY)).toBeNull();
    expect(shanghai.fromEpochMs(1e15)).toBeNull();
    expect(shanghai.fromEpochMs(-1e12)).toBeNull();
  });

  test('the instant of a text keeps the digits of its fraction', () => {
    expect(toInstant('2025-12-13 14:35:00.1230', 'Asia/Shanghai')).toBe('2025-12-13T06:35:00.1230Z');
  });
});

test('only names of time zones are time zones', () => {
  expect(['Asia/Shanghai', 'UTC', 'America/New_York'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['Mars/Base', '', '+08:00', 'Asia/Shanghai '].map(isTimeZone)).toEqual([false, false, false, false]);
});
