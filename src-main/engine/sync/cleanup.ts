import { deleteOldRecords } from './delete-records.ts';
import { deleteInventory, type InventoryRetention } from './inventory-retention.ts';
import { deleteVerified, type RetentionOptions } from './retention.ts';

export interface CleanupOptions extends RetentionOptions, InventoryRetention {
  /** runs, history, resolved quarantine and refused lines that are older go */
  readonly recordsDays: number;
}

export interface Cleaned {
  /** rows by table */
  readonly deleted: Readonly<Record<string, number>>;
  readonly freedBytes: number;
}

/** After a comparison: what is proved to be in the cloud and old goes, and its space is given back (SPEC 5.3). */
export async function cleanUp(options: CleanupOptions): Promise<Cleaned> {
  const states = await deleteVerified(options);
  const inventory = await deleteInventory(options);
  const records = await deleteOldRecords(options.storage, options.recordsDays, options.now);
  const freedBytes = await options.storage.compact(options.signal);
  return { deleted: { ...states, ...inventory, ...records }, freedBytes };
}
