import { z } from 'zod';
import { runSelection } from './report-shapes.ts';
import { runResult, runStatus, streamResult } from './run-shapes.ts';

const count = z.int().min(0);

/** A run without its streams, as a long list shows it. */
export const runSummary = runResult.omit({ streams: true });

/** A page of the runs that are selected: those begun before one of them, newest first. */
export const runPageSelection = runSelection
  .omit({ limit: true })
  .extend({
    /** null: from the newest on */
    beforeRunId: z.int().min(1).nullable().default(null),
    limit: z.int().min(1).max(500).default(100),
  })
  .strict();

export const runPage = z.object({
  runs: z.array(runSummary),
  /** how many match, on all pages together */
  total: count,
});

/** One batch of a stream on its way to the cloud. records = sent + duplicates + refused + failed. */
export const batchResult = z.object({
  /** milliseconds after the stream began */
  begunMs: z.number().min(0),
  records: count,
  /** newly stored in the cloud */
  sent: count,
  /** already there */
  duplicates: count,
  /** refused for what they hold */
  refused: count,
  /** not taken; they go with the next run */
  failed: count,
  durationMs: z.number().min(0),
  /** requests that were made for it */
  tries: count,
  outcome: z.enum(['stored', 'partly', 'refused', 'failed', 'cancelled']),
  /** why the last request that failed did, in its own words, at most 300 characters */
  error: z.string().nullable(),
});

/** A stream of a run with its batches: the first ones, and those that did not go smoothly. */
export const streamDetails = streamResult.extend({
  status: runStatus,
  /** ISO; null where nobody wrote it down */
  startedAt: z.string().nullable(),
  durationMs: z.number().min(0).nullable(),
  batches: z.array(batchResult),
  /** with those that are not listed */
  batchCount: count,
});

/** A whole run. */
export const runDetails = runSummary.extend({
  streams: z.array(streamDetails),
  /** records that this run set aside, whatever became of them since; quarantine.page lists them */
  setAside: count,
});

export type RunSummary = z.infer<typeof runSummary>;
export type RunPageSelection = z.output<typeof runPageSelection>;
export type RunPage = z.infer<typeof runPage>;
export type BatchResult = z.infer<typeof batchResult>;
export type StreamDetails = z.infer<typeof streamDetails>;
export type RunDetails = z.infer<typeof runDetails>;
