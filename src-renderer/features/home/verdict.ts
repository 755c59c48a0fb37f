import type { Fault } from '../../../src-main/contract/errors.ts';
import type { RunProgress } from '../../../src-main/contract/run-shapes.ts';
import type { Reason, Status } from '../../../src-main/contract/status-shapes.ts';
import type { Tone } from '../../ui/tone.ts';

/** Each is a title and a detail in the texts (`verdict.*`). */
export type VerdictKey =
  | 'starting'
  | 'engineGone'
  | 'empty'
  | 'safeCloud'
  | 'safeBox'
  | 'waiting'
  | 'unverifiedCloud'
  | 'unverifiedBox'
  | 'syncing'
  | 'paused'
  | 'offlineCloud'
  | 'offlineBox'
  | 'quarantined'
  | 'failed'
  | 'lastRunFailed'
  | 'disagrees'
  | 'otherCloud'
  | 'notConfigured'
  | 'captureStopped'
  | 'readOnly'
  | 'diskFull'
  | 'slotMissed'
  | 'diskLow'
  | 'damaged'
  | 'attention';

/** What follows without a person, or needs one (`next.*`). */
export type NextKey = 'automatic' | 'automaticLater' | 'manual' | 'manualLater';

/** The one line of Home, before it is put in words. */
export interface VerdictLine {
  readonly key: VerdictKey;
  readonly tone: Tone;
  /** the number in the sentence */
  readonly count: number;
  /** the engine's own words, where the texts cannot say it all */
  readonly message: string | null;
}

const goesWithNextSync: readonly VerdictKey[] = ['waiting', 'failed', 'unverifiedCloud', 'unverifiedBox'];
const goesWhenBack: readonly VerdictKey[] = ['offlineCloud', 'offlineBox'];

/** Whether what waits goes by itself; null where the line has said what to do. */
export function chooseNext(key: VerdictKey, planned: boolean): NextKey | null {
  if (goesWithNextSync.includes(key)) return planned ? 'automatic' : 'manual';
  if (goesWhenBack.includes(key)) return planned ? 'automaticLater' : 'manualLater';
  return null;
}

const wantPress: readonly VerdictKey[] = [
  'offlineCloud',
  'offlineBox',
  'slotMissed',
  'failed',
  'lastRunFailed',
];

/** Whether nobody need press the button: nothing is in the way, or what waits goes by itself. */
export function isCalm(key: VerdictKey, next: NextKey | null): boolean {
  return !wantPress.includes(key) && next !== 'manual';
}

interface GraveReason {
  readonly code: Reason['code'];
  readonly key: VerdictKey;
  /** the engine's words say more than the texts can */
  readonly withMessage: boolean;
}

/** Reasons that decide the line, the gravest first. The rest is calm and decided by the verdict. */
const grave: readonly GraveReason[] = [
  { code: 'read_only', key: 'readOnly', withMessage: true },
  { code: 'capture_stopped', key: 'captureStopped', withMessage: true },
  { code: 'disk_low', key: 'diskLow', withMessage: false },
  { code: 'database_damaged', key: 'damaged', withMessage: false },
  { code: 'cloud_not_configured', key: 'notConfigured', withMessage: true },
  { code: 'other_cloud', key: 'otherCloud', withMessage: false },
  { code: 'verify_disagrees', key: 'disagrees', withMessage: false },
  { code: 'last_run_failed', key: 'lastRunFailed', withMessage: true },
  { code: 'records_quarantined', key: 'quarantined', withMessage: false },
  { code: 'slot_missed', key: 'slotMissed', withMessage: false },
  { code: 'records_failed', key: 'failed', withMessage: false },
];

/** What this console knows of a run: none, one that has begun, one of which records have already arrived. */
export type RunInSight = 'none' | 'begun' | 'arriving';

/**
 * A run in sight of this console.
 * @param arriving records of it have reached the cloud
 * @param requested a click of this console's own is under way
 */
export function runInSight(progress: RunProgress | null, arriving: boolean, requested: boolean): RunInSight {
  if (progress !== null && arriving) return 'arriving';
  return progress !== null || requested ? 'begun' : 'none';
}

/** Chooses the line for what the engine says, or for its silence. */
export function chooseVerdict(
  status: Status | null,
  engineFault: Fault | null,
  run: RunInSight,
): VerdictLine {
  if (engineFault) {
    const key = engineFault.code === 'unavailable' ? 'engineGone' : 'attention';
    return line(key, 'attention', 0, engineFault.message);
  }
  if (!status) return line('starting', 'wait', 0, null);
  const { pending, synced } = totals(status);
  const onBox = status.cloud.kind === 'local';
  // What arrives now has found the way; the probe of the cloud tells so only at its next turn.
  if (status.verdict === 'offline' && run === 'arriving') return line('syncing', 'wait', 0, null);
  if (status.verdict === 'offline') return line(onBox ? 'offlineBox' : 'offlineCloud', 'off', pending, null);
  if (status.verdict === 'safe') {
    if (synced === 0) return line('empty', 'safe', 0, null);
    return line(onBox ? 'safeBox' : 'safeCloud', 'safe', synced, null);
  }
  if (status.verdict === 'waiting') return waitingLine(status, pending, synced, run !== 'none');
  return graveLine(status, pending);
}

/** The view where a person can do something about it; null where Home itself has the button. */
export function viewOf(key: VerdictKey): 'errors' | 'cloud' | 'settings' | null {
  if (key === 'quarantined' || key === 'lastRunFailed' || key === 'captureStopped' || key === 'damaged')
    return 'errors';
  if (key === 'disagrees' || key === 'otherCloud') return 'cloud';
  return key === 'notConfigured' ? 'settings' : null;
}

function waitingLine(status: Status, pending: number, synced: number, busy: boolean): VerdictLine {
  const has = (code: Reason['code']): boolean => status.reasons.some((reason) => reason.code === code);
  if (busy || has('run_in_progress')) return line('syncing', 'wait', 0, null);
  if (has('paused') && pending > 0) return line('paused', 'wait', pending, null);
  if (has('records_failed')) return line('failed', 'off', pending, null);
  if (pending > 0) return line('waiting', 'wait', pending, null);
  if (synced === 0) return line('empty', 'safe', 0, null);
  const onBox = status.cloud.kind === 'local';
  return line(onBox ? 'unverifiedBox' : 'unverifiedCloud', 'wait', synced, null);
}

function graveLine(status: Status, pending: number): VerdictLine {
  for (const { code, key, withMessage } of grave) {
    const reason = status.reasons.find((one) => one.code === code);
    if (!reason) continue;
    const count = key === 'quarantined' ? totals(status).quarantined : pending;
    const named = isForWantOfRoom(key, status) ? 'diskFull' : key;
    return line(named, 'attention', count, withMessage ? reason.message : null);
  }
  return line('attention', 'attention', pending, status.reasons[0]?.message ?? null);
}

/** What stops everything has a name that a person can do something with. */
function isForWantOfRoom(key: VerdictKey, { reasons }: Status): boolean {
  if (key !== 'captureStopped' && key !== 'readOnly') return false;
  return reasons.some(({ code, values }) => code === 'disk_low' && Number(values.percent) < 1);
}

function line(key: VerdictKey, tone: Tone, count: number, message: string | null): VerdictLine {
  return { key, tone, count, message };
}

/** Sums over all streams. */
export function totals(status: Status): { pending: number; synced: number; quarantined: number } {
  return status.streams.reduce(
    (sum, stream) => ({
      pending: sum.pending + stream.pending,
      synced: sum.synced + stream.synced,
      quarantined: sum.quarantined + stream.quarantined,
    }),
    { pending: 0, synced: 0, quarantined: 0 },
  );
}

/** When the oldest pending record of any stream came, as the engine writes it; null when nothing waits. */
export function oldestPendingAt(status: Status): string | null {
  return status.streams.reduce<string | null>((oldest, { oldestPendingAt: own }) => {
    if (own === null) return oldest;
    return oldest === null || own < oldest ? own : oldest;
  }, null);
}
