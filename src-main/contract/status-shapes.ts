import { z } from 'zod';
import { runResult } from './run-shapes.ts';

const count = z.int().min(0);

/** SPEC 6: one word for how it stands. */
export const verdict = z.enum(['safe', 'waiting', 'offline', 'attention', 'stopped']);

/**
 * Why the verdict is what it is. The code is what a face translates; `message` is the same in plain English
 * for the command line; `values` holds the numbers and names in it.
 */
export const reason = z.object({
  code: z.enum([
    'all_verified',
    'nothing_captured',
    'not_yet_verified',
    'records_waiting',
    'run_in_progress',
    'cloud_unreachable',
    'last_run_failed',
    'records_failed',
    'records_quarantined',
    'verify_disagrees',
    'other_cloud',
    'cloud_not_configured',
    'capture_stopped',
    'read_only',
    'paused',
    'slot_missed',
    'disk_low',
    'database_damaged',
  ]),
  message: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const streamStatus = z.object({
  stream: z.string(),
  pending: count,
  /** all ever confirmed, those that retention has deleted included */
  synced: count,
  quarantined: count,
  discarded: count,
  /** UTC text `YYYY-MM-DD HH:MM:SS`, null when nothing waits */
  oldestPendingAt: z.string().nullable(),
});

/** The batch writer's statistics (SPEC 4.2) and what stands behind capture. */
export const captureStatus = z.object({
  state: z.enum(['running', 'stopped', 'idle']),
  /** why capture stopped acknowledging, null while it works */
  reason: z.string().nullable(),
  connections: count,
  total_division_inserts: count,
  total_table_inserts: count,
  total_commits: count,
  pending_division: count,
  pending_table: count,
  avg_batch_size: z.number().min(0),
  refused: count,
  socket: z.string().nullable(),
});

export const cloudStatus = z.object({
  kind: z.enum(['local', 'supabase']),
  /** null: not asked yet */
  reachable: z.boolean().nullable(),
  url: z.string().nullable(),
  /** ISO, since when it does not answer; null while it does or nobody watches */
  since: z.string().nullable().default(null),
  /** the cloud's clock minus the box's, milliseconds; null where it is not known */
  clockOffsetMs: z.number().nullable().default(null),
});

export const status = z.object({
  verdict,
  reasons: z.array(reason),
  locationId: z.string().nullable(),
  timeZone: z.string(),
  streams: z.array(streamStatus),
  lastRun: runResult.nullable(),
  /** ISO; null where nothing runs by itself */
  nextRunAt: z.string().nullable(),
  /** ISO; a pause ends by itself */
  pausedUntil: z.string().nullable().default(null),
  lastVerifiedAt: z.string().nullable(),
  capture: captureStatus,
  cloud: cloudStatus,
});

export type Verdict = z.infer<typeof verdict>;
export type Reason = z.infer<typeof reason>;
export type StreamStatus = z.infer<typeof streamStatus>;
export type CaptureStatus = z.infer<typeof captureStatus>;
export type CloudStatus = z.infer<typeof cloudStatus>;
export type Status = z.infer<typeof status>;
