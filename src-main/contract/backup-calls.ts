import { z } from 'zod';
import { call } from './define.ts';

const nothing = z.object({}).strict();

/** A whole, checked copy of the database. */
export const backupFile = z.object({
  /** in `backups/` of the data directory */
  name: z.string(),
  path: z.string(),
  bytes: z.int().min(0),
  /** ISO */
  createdAt: z.string(),
});

export type BackupFile = z.infer<typeof backupFile>;

/** Copies of the database (SPEC 9). */
export const backupCalls = {
  /** Whole backups, newest first. */
  'backup.list': call(nothing, z.array(backupFile)),
  /** Makes one now, in the background of capture. Faults: storage. */
  'backup.create': call(nothing, backupFile),
} as const;
