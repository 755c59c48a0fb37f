import { z } from 'zod';

const count = z.int().min(0);

/** A record that was set aside (SPEC 5.1). */
export const quarantineEntry = z.object({
  id: z.int(),
  stream: z.string(),
  /** the natural key, parts joined by / */
  recordKey: z.string(),
  /** the cloud's own code, or ours: wrong_location, conflict, copy_of_quarantined, impossible_time, invalid_shape */
  code: z.string(),
  message: z.string(),
  attempts: count,
  resolution: z.enum(['open', 'retried', 'discarded', 'edited']),
  /** UTC text */
  firstSeen: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  /** what would have travelled */
  payload: z.record(z.string(), z.unknown()),
});

/** Entries that are meant: ids, a group, or (with neither) all that are open. */
export const quarantineSelection = z
  .object({
    ids: z.array(z.int().min(1)).min(1).max(100_000).optional(),
    stream: z.string().optional(),
    code: z.string().optional(),
  })
  .strict();

/** matched = done + stillOpen */
export const quarantineOutcome = z.object({ matched: count, done: count, stillOpen: count });

export type QuarantineEntry = z.infer<typeof quarantineEntry>;
export type QuarantineOutcome = z.infer<typeof quarantineOutcome>;
