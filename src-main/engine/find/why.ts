import type { FoundRecord } from '../../contract/find-shapes.ts';
import { hourlyWindowHours } from '../sync/service.ts';
import { storeTime } from '../time/store-time.ts';
import type { LocalRow } from './local-records.ts';

export type RecordStatus = FoundRecord['status'];
export type Whereabouts = FoundRecord['cloud'];

/** What a record's way is told from. */
export interface WayFacts {
  readonly row: LocalRow;
  readonly status: RecordStatus;
  readonly cloud: Whereabouts;
  /** when it was committed here; null where nobody wrote it down */
  readonly captured: Date | null;
  /** when it was recorded; null for an impossible time */
  readonly recordedMs: number | null;
  /** a run of its stream has ended since */
  readonly runSince: boolean;
  readonly place: string;
  readonly timeZone: string;
  readonly now: Date;
}

const hourMs = 3_600_000;
/** SPEC 5.1: an hourly run takes what is not older. */
/** SPEC 5.3: how long the cloud keeps states. */
const cloudDays = 90;

export function statusOf(row: LocalRow): RecordStatus {
  if (row.synced_to_cloud === 1) return 'synced';
  if (row.synced_to_cloud === -1) return 'discarded';
  return row.quarantine_id === null ? 'pending' : 'quarantined';
}

/** Why a record that this box holds stands as it does, in plain words. */
export function whyOf(facts: WayFacts): string {
  const { row, status } = facts;
  if (status === 'synced') return whySynced(facts);
  if (status === 'discarded') return 'Given up by a person; it stays on this box and is never sent.';
  if (status === 'quarantined') {
    const reason = [row.quarantine_code, row.quarantine_message].filter(Boolean).join(': ');
    return `Set aside: ${reason} (quarantine ${row.quarantine_id}).`;
  }
  return `${whyPending(facts)}${cloudOfPending(facts)}`;
}

/** Why a record that only the cloud holds is not here. */
export function whyGone(sealed: boolean, place: string): string {
  return sealed
    ? `Deleted here after it was verified; it is in ${place}.`
    : `It is in ${place} and not on this box; nothing here says that it ever was, so it may come from another data directory.`;
}

function whySynced({ row, cloud, recordedMs, place, now }: WayFacts): string {
  if (cloud === 'missing') {
    const purged = recordedMs !== null && recordedMs < now.getTime() - cloudDays * 24 * hourMs;
    return purged
      ? `It was sent; ${place} keeps ${cloudDays} days and no longer has it.`
      : `Marked as sent, but ${place} does not have it: "backhaul verify --repair" makes it pending again.`;
  }
  if (cloud === 'different')
    return `Marked as sent, but ${place} holds other values: "backhaul verify" says where both sides differ.`;
  const copy = row.first_id !== row.id ? `A copy of an earlier record (local id ${row.first_id}). ` : '';
  return cloud === 'there' ? `${copy}It is in ${place}.` : `${copy}It was confirmed to be in ${place}.`;
}

function whyPending({ row, captured, runSince, timeZone, now }: WayFacts): string {
  if (row.first_id !== row.id)
    return `A copy of an earlier record (local id ${row.first_id}); the next run settles it with that one.`;
  if (row.parent_confirmed === 0 && runSince)
    return "Waits for its session's parent: the session is not in the cloud yet; a full run sends it first.";
  const leftWindow = captured === null ? null : captured.getTime() + hourlyWindowHours * hourMs;
  if (leftWindow !== null && leftWindow < now.getTime()) {
    const since = storeTime(timeZone).fromEpochMs(leftWindow) ?? '';
    return `Outside the window of hourly runs since ${since}; a full run takes it.`;
  }
  return 'Waits for the next run.';
}

function cloudOfPending({ cloud, place }: WayFacts): string {
  if (cloud === 'there') return ` It is in ${place} already; the run marks it.`;
  return cloud === 'different' ? ` Under its key ${place} holds other values; the run replaces them.` : '';
}
