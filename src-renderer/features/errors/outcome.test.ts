import { expect, test } from 'vitest';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import { type Outcome, outcomeAfter } from './outcome.ts';

const at = Date.parse('2026-11-22T10:00:00.700Z');
const retried: Outcome = { kind: 'retried', count: 9, stillOpen: 0, at };

function run(of: Partial<RunResult>): RunResult {
  return {
    ...{ runId: 1, mode: 'full', trigger: 'catch-up', status: 'success', dryRun: false, planned: 9, sent: 9 },
    ...{ duplicates: 0, quarantined: 0, failed: 0, stranded: 0, deleted: 0, verified: true, durationMs: 1 },
    ...{ startedAt: '2026-11-22T10:00:00Z', error: null, faultCode: null, errorGroup: null, errorCode: null },
    streams: [],
    ...of,
  };
}

test('records that are refused once more are never said to go still', () => {
  const after = outcomeAfter(retried, run({ status: 'partial', sent: 0, quarantined: 9 }), 9);
  expect(after).toMatchObject({ kind: 'refusedAgain', count: 9 });
  expect(outcomeAfter(retried, run({ status: 'partial', quarantined: 12 }), 12).count).toBe(9);
});

test('records arrived when a sync that began after them left nothing', () => {
  expect(outcomeAfter(retried, run({}), 0).kind).toBe('arrived');
  expect(outcomeAfter({ ...retried, kind: 'edited', count: 1 }, run({}), 0).kind).toBe('arrived');
});

test('a sync that says nothing about them leaves them under way', () => {
  for (const other of [
    { startedAt: '2026-11-22T09:59:59Z' },
    { status: 'failed', failed: 9, sent: 0 },
    { status: 'cancelled' },
    { mode: 'hourly', stranded: 9, sent: 0 },
    { dryRun: true },
  ] as const)
    expect(outcomeAfter(retried, run(other), 0), JSON.stringify(other)).toBe(retried);
  const discarded: Outcome = { ...retried, kind: 'discarded' };
  expect(outcomeAfter(discarded, run({}), 3)).toBe(discarded);
});
