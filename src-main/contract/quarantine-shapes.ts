import { z } from 'zod';

const count = z.int().min(0);

/** Why Backhaul itself did not take a record, for a face to tell in its own language. */
export const refusalReason = z.object({
  kind: z.enum([
    'no_text',
    'nul_character',
    'no_frame_number',
    'no_number',
    'no_count',
    'bad_bytes',
    'impossible_time',
    'earlier_differs',
    'cloud_differs',
    'copy',
    'other_location',
    'parent_elsewhere',
  ]),
  /** `column`, `location` (empty where it names none), `own`, where the reason has them */
  values: z.record(z.string(), z.string()),
});

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

/** A page of entries, newest first; the filters restrict together. */
export const quarantinePageSelection = z
  .object({
    stream: z.string().optional(),
    code: z.string().optional(),
    /** those that this run set aside */
    runId: z.int().min(1).optional(),
    /** also those that were decided */
    resolved: z.boolean().default(false),
    /** null: from the newest on */
    beforeId: z.int().min(1).nullable().default(null),
    limit: z.int().min(1).max(500).default(100),
  })
  .strict();

export const quarantinePage = z.object({
  entries: z.array(
    quarantineEntry.extend({
      /** the column that is refused, where the words name one */
      column: z.string().nullable(),
      /** null where the words are the cloud's */
      reason: refusalReason.nullable(),
      /** false where its key, its store or the record it is a copy of is at fault: an edit changes none of them */
      correctable: z.boolean(),
    }),
  ),
  /** how many match, on all pages together */
  total: count,
});

/** A column of a record that a person may change, and what it takes: what quarantine.edit checks by. */
export const editField = z.object({
  name: z.string(),
  /** time: store-local text or ISO · flag: 0 or 1 · json: text that is JSON */
  kind: z.enum(['text', 'whole', 'number', 'time', 'flag', 'json']),
  nullable: z.boolean(),
  least: z.number().nullable(),
  most: z.number().nullable(),
  /** what the cloud is known to take; empty: whatever fits the kind */
  options: z.array(z.string()),
  /** as it is on this box now */
  value: z.union([z.string(), z.number(), z.null()]),
});

/** Why a value was not taken by an edit: the `kind` in the details of its fault, beside `column`. */
export const editFaultKinds = [
  'required',
  'number',
  'whole',
  'range',
  'time',
  'json',
  'flag',
  'option',
  'nul',
] as const;

export type EditFaultKind = (typeof editFaultKinds)[number];
export type RefusalReason = z.infer<typeof refusalReason>;
export type QuarantinePageSelection = z.output<typeof quarantinePageSelection>;
export type QuarantinePage = z.infer<typeof quarantinePage>;
export type QuarantinePageEntry = QuarantinePage['entries'][number];
export type EditField = z.infer<typeof editField>;
export type QuarantineEntry = z.infer<typeof quarantineEntry>;
export type QuarantineOutcome = z.infer<typeof quarantineOutcome>;
