import { z } from 'zod';

const count = z.number().min(0);

/** What one location has in the file. */
export const locationRows = z.object({ locationId: z.string(), rows: count, unsent: count });

/** What the database knows; null where the file has no such table, or it could not be asked. */
export const databaseFacts = z.object({
  applicationId: z.number(),
  userVersion: z.number(),
  settings: z.record(z.string(), z.string()),
  locations: z.array(locationRows).nullable(),
  timeZones: z.array(z.object({ locationId: z.string(), timeZone: z.string() })).nullable(),
  quarantined: z.array(z.object({ stream: z.string(), code: z.string(), records: count })).nullable(),
  refusedLately: z.array(z.object({ code: z.string(), lines: count })).nullable(),
  /** the last run that ended */
  lastRun: z.object({ status: z.string(), faultCode: z.string(), error: z.string() }).nullable(),
  /** tables of records that a file of ours lacks */
  missingTables: z.array(z.string()),
  /** when a sync that is not ours recorded a run after our first one, UTC text; '' for no such run */
  otherSyncAt: z.string().nullable(),
  /** the newest `created_at` of a state, UTC text; '' where there is none */
  newestRow: z.string().nullable(),
});

export const databaseLook = z.discriminatedUnion('state', [
  z.object({ state: z.literal('absent') }),
  /** `code` is SQLite's name where it has one */
  z.object({ state: z.literal('unreadable'), code: z.string(), reason: z.string() }),
  z.object({ state: z.literal('read'), facts: databaseFacts }),
]);

export type DatabaseFacts = z.infer<typeof databaseFacts>;
export type DatabaseLook = z.infer<typeof databaseLook>;

/** The facts, null where there is no database that can be read: another check says so. */
export function factsOf(look: DatabaseLook): DatabaseFacts | null {
  return look.state === 'read' ? look.facts : null;
}
