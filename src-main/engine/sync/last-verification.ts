import type { Verification } from '../../contract/verify-shapes.ts';
import { readSetting, type Storage, writeSetting } from '../storage/service.ts';

/** What the last comparison said, remembered in the file. */
export interface LastVerification {
  readonly at: string;
  readonly agrees: boolean;
}

interface KeptVerification extends LastVerification {
  /** the cloud it was made against; older ones did not note it */
  readonly cloud?: string | null;
}

/** The verdict is never "safe" before the last comparison agreed (SPEC 5.4). */
export async function rememberVerification(
  storage: Storage,
  result: Verification,
  now: Date,
  whole: boolean,
): Promise<void> {
  const before = lastVerification(storage);
  // A comparison of a few sessions cannot take back what a comparison of all found wrong.
  const agrees = result.agrees && (whole || before?.agrees !== false);
  const cloud = readSetting(storage.reader, 'cloud');
  const value: KeptVerification = { at: now.toISOString(), agrees, cloud };
  await storage.transaction((db) => writeSetting(db, 'last_verification', JSON.stringify(value)));
}

/** The last comparison with the cloud that the marks belong to, null before the first. */
export function lastVerification(storage: Storage): LastVerification | null {
  const text = readSetting(storage.reader, 'last_verification');
  if (text === null) return null;
  const { at, agrees, cloud } = JSON.parse(text) as KeptVerification;
  const isOfAnother = cloud !== undefined && cloud !== readSetting(storage.reader, 'cloud');
  return isOfAnother ? null : { at, agrees };
}
