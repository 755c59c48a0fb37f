import { z } from 'zod';

export const stateStreams = z.enum(['division_states', 'table_states']);

/** A minute at the least: `2025-12-13 14:35`, seconds, a fraction and an offset may follow; a bare date is a day. */
const time = z.string().min(1).max(64);
const id = z.string().min(1).max(200);

/**
 * Which records are meant; at least one of camera, table, session and time. Times without an offset are in the
 * store's zone.
 */
export const recordSelection = z
  .object({
    cameraId: id.optional(),
    tableId: id.optional(),
    sessionId: id.optional(),
    stream: stateStreams.optional(),
    /** that minute, or that day */
    at: time.optional(),
    /** from this instant on, itself included */
    from: time.optional(),
    /** up to this instant, itself included */
    to: time.optional(),
    limit: z.int().min(1).max(1000).default(50),
    /** false leaves the cloud unasked */
    cloud: z.boolean().default(true),
  })
  .strict();

/** A state record with its whole way (SPEC 7, Find). */
export const foundRecord = z.object({
  stream: stateStreams,
  /** the natural key, parts joined by / */
  recordKey: z.string(),
  /** text, since SQLite's may pass 2^53; null where this box no longer holds it */
  localId: z.string().nullable(),
  sessionId: z.string(),
  cameraId: z.string(),
  /** null for a division */
  tableId: z.string().nullable(),
  /** null where another program wrote something that is no number */
  frameNumber: z.number().nullable(),
  state: z.string(),
  /** store-local text with its offset, as it is stored */
  timestampRecorded: z.string().nullable(),
  /** when it was committed here, ISO UTC; null where this box no longer holds it */
  capturedAt: z.string().nullable(),
  status: z.enum(['pending', 'synced', 'quarantined', 'discarded', 'deleted_here']),
  /** the same and the reason, in plain words */
  why: z.string(),
  /** the reason as a face translates it; `cloud` says the rest */
  whyCode: z.enum([
    'waits',
    'stranded',
    'parent_waits',
    'copy_waits',
    'set_aside',
    'discarded',
    'there',
    'confirmed',
    'missing',
    'different',
    'purged',
    'deleted_here',
    'elsewhere',
  ]),
  /**
   * `since` (ISO), `firstId`, `days`, the quarantine's `code` and `message`, and where Backhaul itself set it aside
   * the `reason` with its values, where the reason has them
   */
  whyValues: z.record(z.string(), z.union([z.string(), z.number()])),
  /** the open entry of the quarantine */
  quarantineId: z.int().nullable(),
  /** the run that most likely carried it: the first one of its stream that ended after its capture and sent records */
  runId: z.int().nullable(),
  /** `different`: the cloud holds other values under the same key; `unknown`: the cloud was not asked */
  cloud: z.enum(['there', 'missing', 'different', 'unknown']),
  /** the cloud's own row */
  cloudRow: z.record(z.string(), z.unknown()).nullable(),
});

export const foundRecords = z.object({
  /** newest first */
  records: z.array(foundRecord),
  /** there are more than the limit */
  more: z.boolean(),
  /** why the cloud was not asked or gave no answer, in plain words; null where it answered */
  cloudUnknown: z.string().nullable(),
});

export type RecordSelection = z.output<typeof recordSelection>;
export type FoundRecord = z.infer<typeof foundRecord>;
export type FoundRecords = z.infer<typeof foundRecords>;
