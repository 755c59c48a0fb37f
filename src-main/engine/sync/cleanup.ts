import type { Verification } from '../../contract/verify-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { deleteOldRecords } from './delete-records.ts';
import { deleteVerified } from './retention.ts';
import type { StateTable } from './state-table.ts';

export interface CleanupOptions {
  readonly storage: Storage;
  readonly tables: readonly StateTable[];
  readonly verification: Verification;
  readonly locationId: string;
  readonly now: () => Date;
  readonly statesHours: number;
  readonly recordsDays: number;
  readonly signal: AbortSignal;
}

export interface Cleaned {
  /** rows by table */
  readonly deleted: Readonly<Record<string, number>>;
  readonly freedBytes: number;
}

/** After a comparison: what is proved to be in the cloud and old goes, and its space is given back (SPEC 5.3). */
export async function cleanUp(options: CleanupOptions): Promise<Cleaned> {
  const states = await deleteVerified(options);
  const records = await deleteOldRecords(options.storage, options.recordsDays, options.now);
  const freedBytes = await options.storage.compact(options.signal);
  return { deleted: { ...states, ...records }, freedBytes };
}
