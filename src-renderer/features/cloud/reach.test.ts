import { expect, test } from 'vitest';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { clockState, reachOf } from './reach.ts';

const details = (part: Partial<CloudDetails>): CloudDetails =>
  ({ problem: null, reachable: true, ...part }) as CloudDetails;

test.each([
  [{ reachable: true }, { tone: 'safe', sentence: 'answers' }],
  [{ reachable: false }, { tone: 'off', sentence: 'silent' }],
  [{ reachable: null }, { tone: 'wait', sentence: 'unknown' }],
  [
    { reachable: null, problem: 'no_key' },
    { tone: 'attention', sentence: 'unknown' },
  ],
] as const)('silence is calm, only what a person must mend is red: %j', (part, reach) => {
  expect(reachOf(details(part))).toEqual(reach);
});

test('a clock is wrong from a minute on, and the side is named', () => {
  expect([null, 0, 60_000, -60_000, 61_000, -61_000].map(clockState)).toEqual([
    null,
    'right',
    'right',
    'right',
    'behind',
    'ahead',
  ]);
});
