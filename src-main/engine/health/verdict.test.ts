import { expect, test } from 'vitest';
import type { RunResult } from '../../contract/run-shapes.ts';
import type { StreamStatus } from '../../contract/status-shapes.ts';
import { judge, type VerdictFacts } from './verdict.ts';

const sent: StreamStatus = {
  stream: 'division_states',
  pending: 0,
  synced: 10,
  quarantined: 0,
  discarded: 0,
  oldestPendingAt: null,
};

const run: RunResult = {
  runId: 1,
  mode: 'full',
  trigger: 'manual',
  status: 'success',
  dryRun: false,
  planned: 10,
  sent: 10,
  duplicates: 0,
  quarantined: 0,
  failed: 0,
  stranded: 0,
  verified: true,
  durationMs: 1000,
  startedAt: '2026-01-01T00:00:00.000Z',
  error: null,
  faultCode: null,
  errorGroup: null,
  errorCode: null,
  deleted: 0,
  streams: [],
};

const facts: VerdictFacts = {
  streams: [sent],
  lastRun: run,
  lastVerification: { at: '2026-01-01T00:00:00.900Z', agrees: true },
  comparisonOwed: false,
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
  cloud: { kind: 'supabase', since: null, clockOffsetMs: null, reachable: true, url: 'https://example.test' },
  cloudExpected: true,
  cloudFault: null,
  otherCloud: null,
  readOnlyReason: null,
  damage: null,
  running: false,
  pausedUntil: null,
  freeDiskShare: 0.5,
  missedSlot: null,
};

function verdictOf(change: Partial<VerdictFacts>): string {
  const { verdict, reasons } = judge({ ...facts, ...change });
  return `${verdict}: ${reasons[0]?.code}`;
}

test('safe means that nothing waits and the last comparison agreed', () => {
  expect(judge(facts)).toMatchObject({
    verdict: 'safe',
    reasons: [{ message: 'All 10 records are safe in the cloud, and both sides were compared.' }],
  });
});

test('records in the local cloud are safe on this box, never in the cloud', () => {
  expect(judge({ ...facts, cloud: { ...facts.cloud, kind: 'local' } }).reasons[0]?.message).toContain(
    'safe on this box',
  );
});

test('it is never safe before a comparison', () => {
  expect(verdictOf({ comparisonOwed: true, lastVerification: null, lastRun: null })).toBe(
    'waiting: not_yet_verified',
  );
});

test('what was marked after the last comparison is not safe, whatever the runs since then did', () => {
  for (const lastRun of [run, { ...run, verified: false, sent: 0, status: 'interrupted' as const }])
    expect(verdictOf({ comparisonOwed: true, lastRun })).toBe('waiting: not_yet_verified');
});

test('a comparison that disagrees needs a person, even with nothing waiting', () => {
  expect(verdictOf({ lastVerification: { at: run.startedAt ?? '', agrees: false } })).toBe(
    'attention: verify_disagrees',
  );
});

test('a damaged file that was set aside needs a person until one takes note of it', () => {
  const damage = {
    files: 1,
    state: 'done',
    file: 'f',
    since: run.startedAt ?? '',
    recovered: 5,
    unreadable: 0,
  } as const;
  expect(verdictOf({ damage })).toBe('attention: database_damaged');
});

test('waiting records are calm', () => {
  expect(verdictOf({ streams: [{ ...sent, pending: 3 }] })).toBe('waiting: records_waiting');
});

test('a cloud that cannot be reached is offline, but a local one may rest while only single commands run', () => {
  const cloud = { ...facts.cloud, reachable: false };
  expect(verdictOf({ cloud })).toBe('offline: cloud_unreachable');
  expect(verdictOf({ cloud, cloudExpected: false })).toBe('offline: cloud_unreachable');
  const local = { ...cloud, kind: 'local' as const };
  expect(verdictOf({ cloud: local })).toBe('offline: cloud_unreachable');
  expect(verdictOf({ cloud: local, cloudExpected: false })).toBe('safe: all_verified');
});

test('a run that could not send anything takes nothing back from the comparison before it', () => {
  const refused = { ...run, verified: false, sent: 0, duplicates: 0, startedAt: new Date().toISOString() };
  expect(verdictOf({ lastRun: refused })).toBe('safe: all_verified');
});

test('a wrong key, a quarantined record and a refused sign-in need a person', () => {
  expect(verdictOf({ cloudFault: 'The key is a secret key.' })).toBe('attention: cloud_not_configured');
  expect(verdictOf({ streams: [{ ...sent, quarantined: 2 }] })).toBe('attention: records_quarantined');
  expect(verdictOf({ lastRun: { ...run, status: 'failed', faultCode: 'unauthorized', error: 'no' } })).toBe(
    'attention: last_run_failed',
  );
});

test('capture that stopped or a file that cannot be written comes before everything else', () => {
  const capture = { ...facts.capture, state: 'stopped' as const, reason: 'The disk is full.' };
  expect(verdictOf({ capture, lastVerification: { at: '', agrees: false } })).toBe(
    'stopped: capture_stopped',
  );
  expect(verdictOf({ readOnlyReason: 'No room.' })).toBe('stopped: read_only');
});

test('nothing captured yet is no alarm', () => {
  expect(verdictOf({ streams: [{ ...sent, synced: 0 }], lastRun: null, lastVerification: null })).toBe(
    'waiting: nothing_captured',
  );
});

test('another cloud is told at once, before any run; nothing compared elsewhere counts as safe', () => {
  const judged = judge({ ...facts, otherCloud: 'the local cloud of this box' });
  expect(judged.verdict).toBe('attention');
  expect(judged.reasons[0]).toMatchObject({ code: 'other_cloud' });
});

test('a run that a person stopped did not fail', () => {
  const streams = [{ ...sent, pending: 5 }];
  const lastRun = { ...run, status: 'cancelled' as const, failed: 5, verified: false };
  const { reasons } = judge({ ...facts, streams, lastRun });
  expect(reasons.map(({ code }) => code)).toEqual(['records_waiting']);
});
