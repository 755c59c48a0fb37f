import { describe, expect, it } from 'vitest';
import type { Reason, Status } from '../../../src-main/contract/status-shapes.ts';
import { texts as english } from '../../i18n/en.ts';
import { chooseNext, chooseVerdict, isCalm, oldestPendingAt, totals, viewOf } from './verdict.ts';

interface Given {
  readonly verdict: Status['verdict'];
  readonly reasons?: readonly Reason['code'][];
  readonly kind?: 'local' | 'supabase';
  readonly pending?: number;
  readonly synced?: number;
  readonly quarantined?: number;
}

function statusOf(given: Given): Status {
  const { verdict, reasons = [], kind = 'supabase', pending = 0, synced = 0, quarantined = 0 } = given;
  return {
    verdict,
    reasons: reasons.map((code) => ({ code, message: `words for ${code}`, values: {} })),
    locationId: 'store_1',
    timeZone: 'Asia/Shanghai',
    streams: [
      { stream: 'sessions', pending: 0, synced: 0, quarantined: 0, discarded: 0, oldestPendingAt: null },
      {
        stream: 'division_states',
        pending,
        synced,
        quarantined,
        discarded: 0,
        oldestPendingAt: pending > 0 ? '2026-01-02 03:04:05' : null,
      },
    ],
    lastRun: null,
    nextRunAt: null,
    pausedUntil: null,
    lastVerifiedAt: null,
    capture: {
      state: 'running',
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
    cloud: { kind, reachable: true, url: null, since: null, clockOffsetMs: null },
  };
}

describe('the verdict line', () => {
  it('counts what is safe, and says where', () => {
    expect(chooseVerdict(statusOf({ verdict: 'safe', synced: 7 }), null, 'none')).toMatchObject({
      key: 'safeCloud',
      tone: 'safe',
      count: 7,
    });
    expect(chooseVerdict(statusOf({ verdict: 'safe', synced: 7, kind: 'local' }), null, 'none').key).toBe(
      'safeBox',
    );
  });

  it('never says "in the cloud" of a local cloud', () => {
    const verdicts = ['safe', 'waiting', 'offline', 'attention', 'stopped'] as const;
    for (const verdict of verdicts) {
      for (const [pending, synced] of [
        [0, 0],
        [0, 5],
        [5, 0],
        [5, 5],
      ] as const) {
        const { key } = chooseVerdict(statusOf({ verdict, kind: 'local', pending, synced }), null, 'none');
        expect(JSON.stringify(english.verdict[key])).not.toMatch(/\bthe cloud\b/i);
      }
    }
  });

  it('does not call an empty box safe or waiting', () => {
    expect(chooseVerdict(statusOf({ verdict: 'safe' }), null, 'none').key).toBe('empty');
    expect(chooseVerdict(statusOf({ verdict: 'waiting' }), null, 'none').key).toBe('empty');
  });

  it('says that records sent but not compared are still to be checked', () => {
    const line = chooseVerdict(
      statusOf({ verdict: 'waiting', reasons: ['not_yet_verified'], synced: 9 }),
      null,
      'none',
    );
    expect(line).toMatchObject({ key: 'unverifiedCloud', count: 9 });
  });

  it('counts what waits when offline', () => {
    expect(chooseVerdict(statusOf({ verdict: 'offline', pending: 3 }), null, 'none')).toMatchObject({
      key: 'offlineCloud',
      tone: 'off',
      count: 3,
    });
  });

  it('says that it syncs as soon as records arrive, though the probe still finds nobody', () => {
    const status = statusOf({ verdict: 'offline', pending: 3 });
    expect(chooseVerdict(status, null, 'begun').key).toBe('offlineCloud');
    expect(chooseVerdict(status, null, 'arriving')).toMatchObject({ key: 'syncing' });
  });

  it('is calm about a pause', () => {
    const status = statusOf({ verdict: 'waiting', pending: 41, reasons: ['records_waiting', 'paused'] });
    expect(chooseVerdict(status, null, 'none')).toMatchObject({ key: 'paused', tone: 'wait', count: 41 });
  });

  it('tells what holds everything up before what concerns a few records', () => {
    const status = statusOf({
      verdict: 'attention',
      quarantined: 2,
      reasons: ['records_quarantined', 'last_run_failed'],
    });
    expect(chooseVerdict(status, null, 'none').key).toBe('lastRunFailed');
  });

  it('lets the gravest of several reasons decide', () => {
    const status = statusOf({
      verdict: 'attention',
      reasons: ['records_quarantined', 'other_cloud'],
      quarantined: 2,
    });
    expect(chooseVerdict(status, null, 'none').key).toBe('otherCloud');
  });

  it('counts refused records, not waiting ones, when records were refused', () => {
    const status = statusOf({
      verdict: 'attention',
      reasons: ['records_quarantined'],
      quarantined: 2,
      pending: 40,
    });
    expect(chooseVerdict(status, null, 'none')).toMatchObject({ key: 'quarantined', count: 2 });
  });

  it('shows the words of the engine where no reason is known', () => {
    const status = statusOf({ verdict: 'stopped', reasons: ['records_waiting'] });
    expect(chooseVerdict(status, null, 'none')).toMatchObject({
      key: 'attention',
      message: 'words for records_waiting',
    });
  });

  it('trusts no old status while the engine is silent', () => {
    const fault = { code: 'unavailable', message: 'gone' } as const;
    expect(chooseVerdict(statusOf({ verdict: 'safe', synced: 7 }), fault, 'none').key).toBe('engineGone');
  });
});

describe('what comes next', () => {
  it('promises a sync by itself only where one is planned', () => {
    expect(chooseNext('waiting', true)).toBe('automatic');
    expect(chooseNext('waiting', false)).toBe('manual');
    expect(chooseNext('offlineCloud', true)).toBe('automaticLater');
    expect(chooseNext('offlineBox', false)).toBe('manualLater');
    expect(chooseNext('safeCloud', true)).toBeNull();
  });
});

describe('the big button', () => {
  it('calls for a press only where one helps', () => {
    expect(isCalm('safeCloud', null)).toBe(true);
    expect(isCalm('waiting', 'automatic')).toBe(true);
    expect(isCalm('waiting', 'manual')).toBe(false);
    expect(isCalm('offlineCloud', 'automaticLater')).toBe(false);
    expect(isCalm('slotMissed', null)).toBe(false);
  });
});

describe('a box that takes no records', () => {
  it('says that the disk is full where that is why', () => {
    const reasonOf = (code: Reason['code'], percent = 0): Reason => ({
      ...{ code, message: `words for ${code}`, values: { percent } },
    });
    const keyOf = (...reasons: Reason[]): string =>
      chooseVerdict({ ...statusOf({ verdict: 'stopped' }), reasons }, null, 'none').key;
    expect(keyOf(reasonOf('capture_stopped'))).toBe('captureStopped');
    expect(keyOf(reasonOf('capture_stopped'), reasonOf('disk_low', 0.2))).toBe('diskFull');
    expect(keyOf(reasonOf('read_only'), reasonOf('disk_low', 0))).toBe('diskFull');
    expect(keyOf(reasonOf('read_only'), reasonOf('disk_low', 4))).toBe('readOnly');
  });
});

describe('where a person can do something about it', () => {
  it('is named for what needs one, and for nothing that mends itself', () => {
    expect(viewOf('quarantined')).toBe('errors');
    expect(viewOf('disagrees')).toBe('cloud');
    expect(viewOf('offlineCloud')).toBeNull();
    expect(viewOf('waiting')).toBeNull();
  });
});

describe('the sums behind it', () => {
  it('adds up the streams and finds the oldest record that waits', () => {
    const status = statusOf({ verdict: 'waiting', pending: 4, synced: 6, quarantined: 1 });
    expect(totals(status)).toEqual({ pending: 4, synced: 6, quarantined: 1 });
    expect(oldestPendingAt(status)).toBe('2026-01-02 03:04:05');
  });
});
