import type { Storage } from '../storage/service.ts';
import { storeTime } from '../time/store-time.ts';

/** The cloud keeps states, sessions and videos so long, and then drops whole sessions (SPEC 5.3). */
export const cloudKeepsDays = 90;

/** Whether something recorded at a time (store-local text) is so old that the cloud may have dropped it. */
export function isPastCloudDays(storage: Storage, recordedAt: string | null, now: Date): boolean {
  const at = recordedAt === null ? null : storeTime(storage.location.timeZone()).toEpochMs(recordedAt);
  return at !== null && now.getTime() - at > cloudKeepsDays * 86_400_000;
}
