import { expect, test } from 'vitest';
import { readSchedule, readTime, timeText, writeSchedule } from './cron-words.ts';

test.each([
  [null, { kind: 'never' }],
  ['0 11-23 * * *', { kind: 'hourly', minute: 0, from: 11, to: 23 }],
  ['5 * * * *', { kind: 'hourly', minute: 5, from: 0, to: 23 }],
  ['0 3 * * *', { kind: 'daily', minute: 0, hour: 3 }],
  ['30 23 * * *', { kind: 'daily', minute: 30, hour: 23 }],
] as const)('%s is said in plain words and written back as it was', (pattern, words) => {
  expect(readSchedule(pattern)).toEqual(words);
  expect(writeSchedule(readSchedule(pattern))).toBe(pattern);
});

test.each([
  '*/15 * * * *',
  '0 11-23 * * 1-5',
  '0 23-11 * * *',
  '0 11,13 * * *',
  '61 3 * * *',
  '0 1-2-3 * * *',
  'nonsense',
  '',
])('%s stays the pattern that it is', (pattern) => {
  expect(readSchedule(pattern)).toEqual({ kind: 'own', pattern });
  expect(writeSchedule(readSchedule(pattern))).toBe(pattern);
});

test('a time of day is read back as it was written', () => {
  expect(readTime(timeText(3, 5))).toEqual({ hour: 3, minute: 5 });
  for (const text of ['', '24:00', '3', '12:60', 'noon']) expect(readTime(text)).toBeNull();
});
