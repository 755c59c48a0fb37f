import { z } from 'zod';
import { errorGroup } from './error-group.ts';

const count = z.int().min(0);

/** The streams of state tables and their parents, in the order a run takes them (SPEC 5.1). */
export const streamNames = [
  'locations',
  'cameras',
  'camera_rois',
  'videos',
  'sessions',
  'division_states',
  'table_states',
  'inventory_snapshots',
  'product_freshness',
  'sales_log',
  'alerts_log',
] as const;

export const syncMode = z.enum(['hourly', 'full']);
export const syncTrigger = z.enum(['schedule', 'manual', 'catch-up', 'cli']);

/** `skipped` is an answer only: a dry run is not recorded. */
export const runStatus = z.enum(['running', 'success', 'partial', 'failed', 'cancelled', 'interrupted']);

/** One stream of one run. planned = sent + duplicates + quarantined + failed. */
export const streamResult = z.object({
  stream: z.string(),
  planned: count,
  /** newly stored in the cloud */
  sent: count,
  /** already there, or a second local copy of one key */
  duplicates: count,
  quarantined: count,
  failed: count,
  /** of the requests that were answered */
  bytes: count.default(0),
  error: z.string().nullable(),
  errorGroup: errorGroup.nullable().default(null),
  /** the cloud's own code (23514, PGRST205, …), else the fault's */
  errorCode: z.string().nullable().default(null),
});

/** A finished (or running) run, as `sync --json` and `history --json` print it (SPEC 8). */
export const runResult = z.object({
  runId: z.int().nullable(),
  mode: syncMode,
  trigger: syncTrigger,
  status: runStatus,
  dryRun: z.boolean(),
  planned: count,
  sent: count,
  duplicates: count,
  quarantined: count,
  failed: count,
  /** outside the window and not quarantined: left for a full run */
  stranded: count,
  /** rows that retention deleted after the comparison */
  deleted: count.default(0),
  /** true only when local and cloud were compared after this run and agreed */
  verified: z.boolean(),
  durationMs: z.number().min(0),
  startedAt: z.string().nullable(),
  error: z.string().nullable(),
  /** the fault behind `error`; decides the exit code */
  faultCode: z.string().nullable(),
  errorGroup: errorGroup.nullable().default(null),
  errorCode: z.string().nullable().default(null),
  streams: z.array(streamResult),
});

/** Where a run is, at most four times a second. */
export const runProgress = z.object({
  runId: z.int().nullable(),
  mode: syncMode,
  trigger: syncTrigger,
  phase: z.enum(['planning', 'sending', 'verifying', 'cleaning', 'finished']),
  stream: z.string().nullable(),
  planned: count,
  /** sent, duplicate, quarantined or failed so far */
  done: count,
  streamPlanned: count,
  streamDone: count,
  /** of these: in the cloud */
  streamUploaded: count.default(0),
  recordsPerSecond: z.number().min(0),
  /** seconds left as a range; null while unknown; never 0 while work remains */
  etaSeconds: z.object({ low: z.number(), high: z.number() }).nullable(),
  result: runResult.nullable(),
});

export type SyncMode = z.infer<typeof syncMode>;
export type SyncTrigger = z.infer<typeof syncTrigger>;
export type RunStatus = z.infer<typeof runStatus>;
export type StreamResult = z.infer<typeof streamResult>;
export type RunResult = z.infer<typeof runResult>;
export type RunProgress = z.infer<typeof runProgress>;
