import type { FoundRecord } from '../../../src-main/contract/find-shapes.ts';
import { type RefusalReason, refusalReason } from '../../../src-main/contract/quarantine-shapes.ts';
import type { Tone } from '../../ui/tone.ts';

/** The colour of where a record is. */
export const recordTones: Readonly<Record<FoundRecord['status'], Tone | 'plain'>> = {
  pending: 'wait',
  synced: 'safe',
  quarantined: 'attention',
  discarded: 'plain',
  deleted_here: 'safe',
};

/** Whether a record has come this far on its way. */
export type Step = 'done' | 'waits' | 'stopped' | 'unknown';

/** How far sending has come, and what is known of the other end. */
export function stepsOf({ status, cloud }: FoundRecord): { readonly sent: Step; readonly arrived: Step } {
  if (status === 'quarantined' || status === 'discarded') return { sent: 'stopped', arrived: 'stopped' };
  if (status === 'pending') return { sent: 'waits', arrived: cloud === 'there' ? 'done' : 'waits' };
  if (cloud === 'unknown') return { sent: 'done', arrived: 'unknown' };
  return { sent: 'done', arrived: cloud === 'there' ? 'done' : 'stopped' };
}

/** Why Backhaul itself set a record aside; null where the cloud did. */
export function reasonOf({ whyValues }: Pick<FoundRecord, 'whyValues'>): RefusalReason | null {
  const { reason, ...values } = whyValues;
  return refusalReason.safeParse({ kind: reason, values }).data ?? null;
}
