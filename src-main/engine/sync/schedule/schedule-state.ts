import { z } from 'zod';
import { readSetting, type Storage, writeSetting } from '../../storage/service.ts';

const stateShape = z.object({
  /** slots up to these instants (ISO) have been run or made up */
  hourly: z.iso.datetime(),
  full: z.iso.datetime(),
  pausedUntil: z.iso.datetime().nullable(),
});

/** What the schedule remembers across restarts. */
export type ScheduleState = Readonly<z.infer<typeof stateShape>>;

/** Null before an engine that stays has ever run on the file. */
export function readScheduleState(storage: Storage): ScheduleState | null {
  const text = readSetting(storage.reader, 'schedule');
  if (text === null) return null;
  const parsed = stateShape.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

export async function writeScheduleState(storage: Storage, state: ScheduleState): Promise<void> {
  await storage.transaction((db) => writeSetting(db, 'schedule', JSON.stringify(state)));
}
