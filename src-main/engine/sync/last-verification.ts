import type { Verification } from '../../contract/verify-shapes.ts';
import { readSetting, type Storage, writeSetting } from '../storage/service.ts';

/** What the last comparison said, remembered in the file. */
export interface LastVerification {
  readonly at: string;
  readonly agrees: boolean;
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
  const value: LastVerification = { at: now.toISOString(), agrees };
  await storage.transaction((db) => writeSetting(db, 'last_verification', JSON.stringify(value)));
}

/** The last comparison, null before the first. */
export function lastVerification(storage: Storage): LastVerification | null {
  const text = readSetting(storage.reader, 'last_verification');
  return text === null ? null : (JSON.parse(text) as LastVerification);
}
