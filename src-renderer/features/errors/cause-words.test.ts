import { expect, test } from 'vitest';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import { causeKey, checksThatNeed, needsCorrection } from './cause-words.ts';

function entry(unit: ErrorEntry['unit'], group: ErrorEntry['group'], code: string): ErrorEntry {
  return {
    ...{ unit, group, code, count: 1, firstSeen: null, lastSeen: null, message: '', words: '', nextStep: '' },
    ...{ resolved: false, needsPerson: true, streams: [] },
  };
}

test('a cause is told by its code where that says more than its group', () => {
  expect(causeKey(entry('records', 'data', '23514'))).toBe('recordCause.check');
  expect(causeKey(entry('records', 'data', '23514'), { column: 'state', correctable: true })).toBe(
    'recordCause.state',
  );
  const key = { column: 'frame_number', correctable: false };
  expect(causeKey(entry('records', 'data', 'invalid_shape'), key)).toBe('recordCause.key');
  expect(causeKey(entry('records', 'data', 'wrong_location'), key)).toBe('recordCause.wrongLocation');
  expect(causeKey(entry('records', 'data', '22P02'))).toBe('recordCause.form');
  expect(causeKey(entry('records', 'conflict', 'copy_of_quarantined'))).toBe('recordCause.copy');
  expect(causeKey(entry('records', 'data', 'never heard of'))).toBe('recordCause.other');
  expect(causeKey(entry('lines', 'data', 'no_zones'))).toBe('lineCause.noZones');
  expect(causeKey(entry('lines', 'data', 'nul_character'))).toBe('lineCause.encoding');
  expect(causeKey(entry('runs', 'schema', '23514'))).toBe('runCause.rule');
  expect(causeKey(entry('runs', 'schema', 'PGRST205'))).toBe('runCause.missing');
  expect(causeKey(entry('runs', 'sign_in', 'misconfigured'))).toBe('runCause.notSetUp');
  expect(causeKey(entry('runs', 'network', 'unavailable'))).toBe('runCause.network');
});

test('checks that are fine, or that only count what the causes say, need nobody', () => {
  const check = (name: 'disk' | 'failures' | 'cameras', level: 'ok' | 'info' | 'warning' | 'critical') => ({
    ...{ name, level, message: '', values: {} },
  });
  const health = {
    level: 'critical' as const,
    checks: [check('disk', 'critical'), check('failures', 'warning'), check('cameras', 'ok')],
  };
  expect(checksThatNeed(health, true).map(({ name }) => name)).toEqual(['disk']);
  expect(checksThatNeed(health, false).map(({ name }) => name)).toEqual(['disk', 'failures']);
  expect(checksThatNeed(null, false)).toEqual([]);
});

test('what a record holds must be corrected before it is sent again, who may send it need not', () => {
  for (const code of ['23514', '23502', '22P02', '22003', 'impossible_time'])
    expect(needsCorrection(code)).toBe(true);
  for (const code of ['wrong_location', 'conflict', '23503', '42501'])
    expect(needsCorrection(code)).toBe(false);
});
