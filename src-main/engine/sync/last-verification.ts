import type { Verification } from '../../contract/verify-shapes.ts';
import { type Connection, readSetting, type Storage, writeSetting } from '../storage/service.ts';

/** What the last comparison said, remembered in the file. */
export interface LastVerification {
  readonly at: string;
  readonly agrees: boolean;
}

interface KeptVerification extends LastVerification {
  /** the cloud it was made against; older ones did not note it */
  readonly cloud?: string | null;
}

/** What a comparison that begins now will have compared. */
export interface Coverage {
  /** all that is held, not only what a run touched */
  readonly whole: boolean;
  /** what came back until now; what comes while it compares is still owed after it */
  readonly wholeOwed: string | null;
}

export function coverageFromNow(storage: Storage, whole: boolean): Coverage {
  return { whole, wholeOwed: readSetting(storage.reader, 'whole_comparison_owed') };
}

/**
 * The verdict is never "safe" before the last comparison agreed (SPEC 5.4). What it says goes for all that is marked:
 * a few sessions are compared alone only where no comparison is owed.
 */
export async function rememberVerification(
  storage: Storage,
  result: Verification,
  now: Date,
  covers: Coverage,
): Promise<void> {
  const cloud = readSetting(storage.reader, 'cloud');
  const value: KeptVerification = { at: now.toISOString(), agrees: result.agrees, cloud };
  await storage.transaction((db) => {
    writeSetting(db, 'last_verification', JSON.stringify(value));
    writeSetting(db, 'comparison_owed', '0');
    const paid = covers.whole && readSetting(db, 'whole_comparison_owed') === covers.wholeOwed;
    if (paid) writeSetting(db, 'whole_comparison_owed', '0');
  });
}

/** Inside the transaction that marks: a run that dies or fails before it compares must not be forgotten. */
export function oweComparison(db: Connection): void {
  writeSetting(db, 'comparison_owed', '1');
}

/**
 * Whether something may be marked as sent that is not known to be in the cloud: not compared, found missing, or still in
 * a file that was set aside.
 */
export function comparisonOwed(storage: Storage): boolean {
  const names = ['comparison_owed', 'whole_comparison_owed'] as const;
  const owed = names.some((name) => (readSetting(storage.reader, name) ?? '0') !== '0');
  return owed || storage.salvage.outstanding() || lastVerification(storage)?.agrees !== true;
}

/** The last comparison with the cloud that the marks belong to, null before the first. */
export function lastVerification(storage: Storage): LastVerification | null {
  const text = readSetting(storage.reader, 'last_verification');
  if (text === null) return null;
  const { at, agrees, cloud } = JSON.parse(text) as KeptVerification;
  const isOfAnother = cloud !== undefined && cloud !== readSetting(storage.reader, 'cloud');
  return isOfAnother ? null : { at, agrees };
}
