import { expect, test } from 'vitest';
import type { FoundRecord } from '../../../src-main/contract/find-shapes.ts';
import { reasonOf, stepsOf } from './record-words.ts';

const at = (status: FoundRecord['status'], cloud: FoundRecord['cloud']) =>
  stepsOf({ status, cloud } as FoundRecord);

test('a record is said to have arrived only where the other end was seen to have it', () => {
  expect(at('synced', 'there')).toEqual({ sent: 'done', arrived: 'done' });
  expect(at('synced', 'unknown')).toEqual({ sent: 'done', arrived: 'unknown' });
  expect(at('synced', 'missing')).toEqual({ sent: 'done', arrived: 'stopped' });
  expect(at('synced', 'different').arrived).toBe('stopped');
});

test('a record that waits, or was set aside, has not been sent', () => {
  expect(at('pending', 'missing')).toEqual({ sent: 'waits', arrived: 'waits' });
  expect(at('pending', 'there').arrived).toBe('done');
  expect(at('quarantined', 'unknown')).toEqual({ sent: 'stopped', arrived: 'stopped' });
});

test('why Backhaul set a record aside can be told; the cloud’s own words are left to it', () => {
  const values = { code: 'invalid_shape', message: 'total_staff is no count.', column: 'total_staff' };
  expect(reasonOf({ whyValues: { ...values, reason: 'no_count' } })).toMatchObject({
    kind: 'no_count',
    values: { column: 'total_staff' },
  });
  expect(reasonOf({ whyValues: { code: '23514', message: 'x' } })).toBeNull();
});
