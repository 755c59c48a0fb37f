import { z } from 'zod';

const count = z.int().min(0);

/** A line of the bridge that was refused; the whole of it stays in `rejected_lines`. */
export const refusedLine = z.object({
  id: z.int(),
  /** UTC text; null where nobody wrote it down */
  receivedAt: z.string().nullable(),
  source: z.string().nullable(),
  /** its beginning, at most 2,000 bytes; what is no clean text is written as \xNN */
  text: z.string(),
  truncated: z.boolean(),
  bytes: count,
  code: z.string(),
  message: z.string(),
  /** a person has said to have seen it */
  acknowledged: z.boolean(),
});

export const linePageSelection = z
  .object({
    code: z.string().optional(),
    /** null: from the newest on */
    beforeId: z.int().min(1).nullable().default(null),
    limit: z.int().min(1).max(200).default(50),
  })
  .strict();

export const linePage = z.object({
  lines: z.array(refusedLine),
  /** how many match, on all pages together */
  total: count,
});

export type RefusedLine = z.infer<typeof refusedLine>;
export type LinePageSelection = z.output<typeof linePageSelection>;
export type LinePage = z.infer<typeof linePage>;
