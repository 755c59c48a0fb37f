import { fromUtcText, type Storage } from '../storage/service.ts';
import { storeTime } from '../time/store-time.ts';

export interface OpeningHours {
  /** HH:MM */
  readonly open: string;
  /** HH:MM; earlier than `open` means on the next day, 24:00 is midnight */
  readonly close: string;
}

/** When each active camera was last heard of; cameras that never spoke are not there. */
export async function lastSigns(storage: Storage): Promise<Map<string, Date>> {
  const rows = await storage.background.all<{ camera_id: string; at: string | null }>(
    `SELECT s.camera_id, max(s.at) AS at FROM (
       SELECT camera_id, max(created_at) AS at FROM division_states GROUP BY camera_id
       UNION ALL SELECT camera_id, max(created_at) FROM table_states GROUP BY camera_id
       UNION ALL SELECT camera_id, max(updated_at) FROM frame_cursors GROUP BY camera_id
       UNION ALL SELECT camera_id, max(created_at) FROM sessions GROUP BY camera_id) s
     WHERE s.camera_id NOT IN (SELECT camera_id FROM cameras WHERE COALESCE(status, 'active') <> 'active')
     GROUP BY s.camera_id`,
  );
  const signs = new Map<string, Date>();
  for (const { camera_id, at } of rows) {
    const date = fromUtcText(at);
    if (date !== null) signs.set(camera_id, date);
  }
  return signs;
}

/** Cameras that have said nothing for so long while the store was open the whole time. */
export function silentCameras(
  signs: ReadonlyMap<string, Date>,
  hours: OpeningHours | null,
  silentMinutes: number,
  timeZone: string,
  now: Date,
): { readonly cameraId: string; readonly since: Date }[] {
  const opened = hours === null ? null : openSince(hours, timeZone, now);
  if (opened === null) return [];
  return [...signs]
    .filter(([, at]) => now.getTime() - Math.max(at.getTime(), opened.getTime()) > silentMinutes * 60_000)
    .map(([cameraId, since]) => ({ cameraId, since }));
}

/** When the store opened, null while it is closed. Hours may pass midnight. */
export function openSince(hours: OpeningHours, timeZone: string, now: Date): Date | null {
  const zone = storeTime(timeZone);
  for (const daysAgo of [0, 1]) {
    const day = zone.fromEpochMs(now.getTime() - daysAgo * 86_400_000)?.slice(0, 10);
    const opened = zone.toEpochMs(`${day} ${hours.open}`);
    if (opened === null || opened > now.getTime()) continue;
    const lengthMinutes = (minutesOf(hours.close) - minutesOf(hours.open) + 1440) % 1440 || 1440;
    if (now.getTime() < opened + lengthMinutes * 60_000) return new Date(opened);
  }
  return null;
}

function minutesOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
