import { z } from 'zod';
import { errorGroup } from './error-group.ts';
import { runStatus, streamNames, syncMode } from './run-shapes.ts';

const count = z.int().min(0);

/** Which runs are meant; what is left out does not restrict (SPEC 7, History). */
export const runSelection = z
  .object({
    limit: z.int().min(1).max(10_000).default(20),
    status: runStatus.optional(),
    mode: syncMode.optional(),
    /** runs that took this stream */
    stream: z.enum(streamNames).optional(),
    /** runs that began on this day, `YYYY-MM-DD` of the store's calendar */
    day: z.iso.date().optional(),
  })
  .strict();

/**
 * A cause of failures (SPEC 6, 8). Group, code and unit together are what a face translates by; `message` and
 * `nextStep` are the same in plain English for the command line.
 */
export const errorEntry = z.object({
  group: errorGroup,
  /** the cloud's own code (23514, PGRST205, …), else ours */
  code: z.string(),
  /** what is counted: runs that failed for it, records that were set aside, lines of the bridge that were refused */
  unit: z.enum(['runs', 'records', 'lines']),
  count,
  /** ISO UTC; null where nobody wrote it down */
  firstSeen: z.string().nullable(),
  lastSeen: z.string().nullable(),
  /** what happened, what it means for the data, and the newest own words of the cause */
  message: z.string(),
  /** those words alone; empty where there are none */
  words: z.string(),
  nextStep: z.string(),
  /** runs: a later one went past it; records: all were decided; lines: a person has seen them */
  resolved: z.boolean(),
  /** it does not go away by itself */
  needsPerson: z.boolean(),
  streams: z.array(z.string()),
});

export const dayOfRuns = z.object({
  /** `YYYY-MM-DD` of the store's calendar */
  day: z.string(),
  /** brought to the cloud or found there */
  records: count,
  runs: count,
  /** ended runs by how they ended; those that did not occur are left out */
  byStatus: z.partialRecord(runStatus, count),
  /** of runs whose duration is known; null without one */
  meanDurationMs: z.number().min(0).nullable(),
  maxDurationMs: z.number().min(0).nullable(),
});

/** What needs a person, and marks by which a view notices that its list is old. */
export const errorSummary = z.object({
  /** causes that are not resolved and do not go away by themselves */
  needPerson: count,
  /** records that wait for a decision */
  quarantined: count,
  /** lines of the bridge that nobody has seen yet */
  refusedLines: count,
  newestQuarantineId: z.int().nullable(),
  newestLineId: z.int().nullable(),
  newestRunId: z.int().nullable(),
  /** `running` until it has ended */
  newestRunStatus: z.string().nullable(),
});

/** How the runs of the last days went (SPEC 6); days are those of the store's calendar, today included. */
export const runStatistics = z.object({
  days: count,
  /** ended runs, those of older scripts included */
  runs: count,
  /** 0 to 1; null without runs */
  successRate: z.number().min(0).max(1).nullable(),
  /** of runs whose duration is known; null without one */
  meanDurationMs: z.number().min(0).nullable(),
  p95DurationMs: z.number().min(0).nullable(),
  /** every day, oldest first */
  recordsPerDay: z.array(dayOfRuns),
  /** runs that failed at least in part, by cause; a run counts once for each of its groups */
  failuresByGroup: z.partialRecord(errorGroup, count),
});

export type RunSelection = z.output<typeof runSelection>;
export type ErrorSummary = z.infer<typeof errorSummary>;
export type ErrorEntry = z.infer<typeof errorEntry>;
export type RunStatistics = z.infer<typeof runStatistics>;
