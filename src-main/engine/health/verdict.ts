import type { RunResult } from '../../contract/run-shapes.ts';
import type {
  CaptureStatus,
  CloudStatus,
  Reason,
  StreamStatus,
  Verdict,
} from '../../contract/status-shapes.ts';
import type { LastVerification } from '../sync/service.ts';
import { type Damage, damageWords } from './damage.ts';

export interface VerdictFacts {
  readonly streams: readonly StreamStatus[];
  readonly lastRun: RunResult | null;
  readonly lastVerification: LastVerification | null;
  /** something may be marked as sent that was not compared since */
  readonly comparisonOwed: boolean;
  readonly capture: CaptureStatus;
  readonly cloud: CloudStatus;
  /** an engine that stays is expected to keep its cloud; a single command starts one when it needs it */
  readonly cloudExpected: boolean;
  /** why the configured cloud cannot be used at all, null when it can */
  readonly cloudFault: string | null;
  /** the cloud that the marks belong to, where it is not the configured one */
  readonly otherCloud: string | null;
  readonly readOnlyReason: string | null;
  /** null where no damage waits for a person to take note of it */
  readonly damage: Damage | null;
  readonly running: boolean;
  readonly pausedUntil: Date | null;
  /** 0 to 1 */
  readonly freeDiskShare: number;
  /** a slot passed more than half an hour ago and records older than it still wait */
  readonly missedSlot: Date | null;
}

const leastFreeDiskShare = 0.05;

/** SPEC 6: one word and the reasons for it, the first being the weightiest. */
export function judge(facts: VerdictFacts): { readonly verdict: Verdict; readonly reasons: Reason[] } {
  const judged = judgeUnpaused(facts);
  if (facts.pausedUntil === null) return judged;
  const until = facts.pausedUntil.toISOString();
  const words = `Syncing is paused until ${until}; it goes on by itself.`;
  return { ...judged, reasons: [...judged.reasons, reason('paused', words, { until })] };
}

function judgeUnpaused(facts: VerdictFacts): { readonly verdict: Verdict; readonly reasons: Reason[] } {
  const stopped = stoppedReasons(facts);
  const attention = attentionReasons(facts);
  const pending = total(facts.streams, 'pending');
  const waiting = waitingReasons(facts, pending);
  if (stopped.length > 0) return { verdict: 'stopped', reasons: [...stopped, ...attention, ...waiting] };
  if (attention.length > 0) return { verdict: 'attention', reasons: [...attention, ...waiting] };
  if (isOffline(facts)) return { verdict: 'offline', reasons: [offlineReason(facts, pending), ...waiting] };
  const { missedSlot } = facts;
  if (missedSlot !== null && !facts.running)
    return { verdict: 'attention', reasons: [missedReason(missedSlot, pending), ...waiting] };
  if (waiting.length > 0) return { verdict: 'waiting', reasons: waiting };
  const synced = total(facts.streams, 'synced');
  const where = facts.cloud.kind === 'local' ? 'on this box' : 'in the cloud';
  return {
    verdict: 'safe',
    reasons: [
      reason('all_verified', `All ${synced} records are safe ${where}, and both sides were compared.`, {
        synced,
      }),
    ],
  };
}

function stoppedReasons({ capture, readOnlyReason }: VerdictFacts): Reason[] {
  const reasons: Reason[] = [];
  if (readOnlyReason !== null) reasons.push(reason('read_only', readOnlyReason, {}));
  if (capture.state === 'stopped') {
    const words = capture.reason ?? 'The disk does not take records.';
    reasons.push(reason('capture_stopped', `Capture has stopped acknowledging: ${words}`, { reason: words }));
  }
  return reasons;
}

function attentionReasons({
  streams,
  lastRun,
  lastVerification,
  cloudFault,
  otherCloud,
  freeDiskShare,
  damage,
}: VerdictFacts): Reason[] {
  const reasons: Reason[] = [];
  if (freeDiskShare < leastFreeDiskShare) {
    const percent = Math.floor(freeDiskShare * 1000) / 10;
    const words = `Only ${percent} % of the disk is free; when it is full capture stops. Free some space.`;
    reasons.push(reason('disk_low', words, { percent }));
  }
  if (damage !== null) {
    const { recovered, unreadable, file } = damage;
    reasons.push(reason('database_damaged', damageWords(damage), { recovered, unreadable, file }));
  }
  if (cloudFault !== null) reasons.push(reason('cloud_not_configured', cloudFault, {}));
  if (otherCloud !== null) {
    const words = `What was sent belongs to another cloud (${otherCloud}). Nothing is sent until "backhaul cloud switch", or until the old one is set again.`;
    reasons.push(reason('other_cloud', words, { from: otherCloud }));
  }
  const quarantined = total(streams, 'quarantined');
  if (quarantined > 0) {
    const words = `${quarantined} ${quarantined === 1 ? 'record was' : 'records were'} set aside and ${quarantined === 1 ? 'needs' : 'need'} a decision; all others went on.`;
    reasons.push(reason('records_quarantined', words, { quarantined }));
  }
  if (otherCloud === null && lastVerification !== null && !lastVerification.agrees) {
    reasons.push(
      reason('verify_disagrees', 'The last comparison found records missing or different in the cloud.', {}),
    );
  }
  const mustAct = lastRun?.faultCode === 'misconfigured' || lastRun?.faultCode === 'unauthorized';
  // A run that failed for what is said above already says nothing new.
  if (lastRun !== null && mustAct && lastRun.error !== cloudFault && otherCloud === null) {
    const code = lastRun.error?.includes('belong to another cloud') ? 'other_cloud' : 'last_run_failed';
    reasons.push(reason(code, lastRun.error ?? 'The last run could not be done.', {}));
  }
  return reasons;
}

function waitingReasons(facts: VerdictFacts, pending: number): Reason[] {
  const reasons: Reason[] = [];
  const synced = total(facts.streams, 'synced');
  if (facts.running) reasons.push(reason('run_in_progress', 'A sync is under way.', {}));
  if (pending > 0) {
    reasons.push(reason('records_waiting', `${counted(pending)} waiting, nothing is lost.`, { pending }));
    // What a person stopped did not fail.
    if (facts.lastRun !== null && facts.lastRun.failed > 0 && facts.lastRun.status !== 'cancelled') {
      const { failed } = facts.lastRun;
      reasons.push(
        reason(
          'records_failed',
          `${failed} records did not go with the last run; the next takes them again.`,
          { failed },
        ),
      );
    }
  } else if (synced === 0) {
    reasons.push(reason('nothing_captured', 'No record has been captured yet.', {}));
  } else if (facts.lastVerification?.agrees !== false && facts.comparisonOwed) {
    reasons.push(
      reason('not_yet_verified', 'Everything was sent; it has not been compared with the cloud yet.', {}),
    );
  }
  return reasons;
}

function isOffline({ cloud, cloudExpected }: VerdictFacts): boolean {
  // A local cloud that rests is started by whoever needs it; a project that was asked just now is silent.
  return (cloudExpected || cloud.kind === 'supabase') && cloud.reachable === false;
}

function offlineReason({ cloud }: VerdictFacts, pending: number): Reason {
  const since = cloud.since === null ? '' : ` since ${cloud.since}`;
  return reason(
    'cloud_unreachable',
    `The cloud cannot be reached${since}. Nothing is lost; sync goes on by itself when it is back.`,
    { pending, ...(cloud.since === null ? {} : { since: cloud.since }) },
  );
}

function missedReason(slot: Date, pending: number): Reason {
  const at = slot.toISOString();
  return reason(
    'slot_missed',
    `A run was due at ${at} and records older than it still wait. Nothing is lost; look at the last run.`,
    { slot: at, pending },
  );
}

function total(streams: readonly StreamStatus[], name: 'pending' | 'synced' | 'quarantined'): number {
  return streams.reduce((sum, stream) => sum + stream[name], 0);
}

function reason(code: Reason['code'], message: string, values: Reason['values']): Reason {
  return { code, message, values };
}

function counted(records: number): string {
  return records === 1 ? '1 record is' : `${records} records are`;
}
