import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dayBounds, dayOf } from '../time/store-days.ts';

/** A state row with its indexes takes about so much; what is sent and verified leaves again. */
const bytesPerRecord = 400;
/** The verdict warns of a disk that is fuller than this (SPEC 6). */
const keptFreeShare = 0.05;

/**
 * How long the disk would last if nothing could be sent and records came as they did today; null before there is
 * enough of today to go by.
 */
export async function daysOfRoom(
  path: string,
  capturedToday: number,
  timeZone: string,
  now: Date,
): Promise<number | null> {
  const { bavail, blocks, bsize } = await statfs(dirname(path));
  const { fromMs } = dayBounds(dayOf(now.getTime(), timeZone), timeZone);
  const dayShare = (now.getTime() - fromMs) / 86_400_000;
  if (capturedToday < 100 || dayShare <= 0.01) return null;
  const room = Math.max(0, bavail * bsize - blocks * bsize * keptFreeShare);
  const perDay = (capturedToday / dayShare) * bytesPerRecord;
  return Math.floor(room / perDay);
}
