import type { FoundRecord } from '../../contract/find-shapes.ts';
import { hourlyWindowHours, reasonIn } from '../sync/service.ts';
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

/** Why a record stands as it does: the code is what a face translates. */
export interface Reason {
  readonly code: FoundRecord['whyCode'];
  readonly values: FoundRecord['whyValues'];
}

/** Why a record that this box holds stands as it does. */
export function reasonOf(facts: WayFacts): Reason {
  const { row, status } = facts;
  if (status === 'discarded') return { code: 'discarded', values: {} };
  if (status === 'quarantined') {
    const { quarantine_code, quarantine_message } = row;
    const reason = reasonIn(quarantine_message ?? '');
    return {
      code: 'set_aside',
      values: {
        code: quarantine_code ?? '',
        message: quarantine_message ?? '',
        ...(reason && { ...reason.values, reason: reason.kind }),
      },
    };
  }
  return status === 'synced' ? reasonOfSynced(facts) : reasonOfPending(facts);
}

function reasonOfSynced({ row, cloud, recordedMs, now }: WayFacts): Reason {
  if (cloud === 'missing') {
    const purged = recordedMs !== null && recordedMs < now.getTime() - cloudDays * 24 * hourMs;
    return { code: purged ? 'purged' : 'missing', values: { days: cloudDays } };
  }
  if (cloud === 'different') return { code: 'different', values: {} };
  return { code: cloud === 'there' ? 'there' : 'confirmed', values: firstOf(row) };
}

function reasonOfPending({ row, captured, runSince, now }: WayFacts): Reason {
  if (row.first_id !== row.id) return { code: 'copy_waits', values: firstOf(row) };
  if (row.parent_confirmed === 0 && runSince) return { code: 'parent_waits', values: {} };
  const leftWindow = captured === null ? null : captured.getTime() + hourlyWindowHours * hourMs;
  if (leftWindow !== null && leftWindow < now.getTime())
    return { code: 'stranded', values: { since: new Date(leftWindow).toISOString() } };
  return { code: 'waits', values: {} };
}

function firstOf(row: LocalRow): FoundRecord['whyValues'] {
  return row.first_id === row.id ? {} : { firstId: row.first_id };
}

/** The same in plain words. */
export function whyOf(facts: WayFacts): string {
  const { row, place, timeZone, cloud } = facts;
  const { code, values } = reasonOf(facts);
  const copy =
    values.firstId === undefined ? '' : `A copy of an earlier record (local id ${values.firstId}). `;
  switch (code) {
    case 'discarded':
      return 'Given up by a person; it stays on this box and is never sent.';
    case 'set_aside': {
      const reason = [values.code, values.message].filter(Boolean).join(': ');
      return `Set aside: ${reason} (quarantine ${row.quarantine_id}).`;
    }
    case 'purged':
      return `It was sent; ${place} keeps ${cloudDays} days and no longer has it.`;
    case 'missing':
      return `Marked as sent, but ${place} does not have it: "backhaul verify --repair" makes it pending again.`;
    case 'different':
      return `Marked as sent, but ${place} holds other values: "backhaul verify" says where both sides differ.`;
    case 'there':
      return `${copy}It is in ${place}.`;
    case 'confirmed':
      return `${copy}It was confirmed to be in ${place}.`;
    default:
      return `${whyPending(code, values, timeZone)}${cloudOfPending(cloud, place)}`;
  }
}

function whyPending(code: Reason['code'], values: Reason['values'], timeZone: string): string {
  if (code === 'copy_waits')
    return `A copy of an earlier record (local id ${values.firstId}); the next run settles it with that one.`;
  if (code === 'parent_waits')
    return "Waits for its session's parent: the session is not in the cloud yet; a full run sends it first.";
  if (code !== 'stranded') return 'Waits for the next run.';
  const since = storeTime(timeZone).fromEpochMs(Date.parse(String(values.since))) ?? '';
  return `Outside the window of hourly runs since ${since}; a full run takes it.`;
}

function cloudOfPending(cloud: Whereabouts, place: string): string {
  if (cloud === 'there') return ` It is in ${place} already; the run marks it.`;
  return cloud === 'different' ? ` Under its key ${place} holds other values; the run replaces them.` : '';
}

/** Why a record that only the cloud holds is not here. */
export function whyGone(sealed: boolean, place: string): string {
  return sealed
    ? `Deleted here after it was verified; it is in ${place}.`
    : `It is in ${place} and not on this box; nothing here says that it ever was, so it may come from another data directory.`;
}
