import { z } from 'zod';
import { backupCalls } from './backup-calls.ts';
import { type CallNameOf, call, callOf, type EventNameOf, event, eventOf } from './define.ts';
import { foundRecords, recordSelection } from './find-shapes.ts';
import { health } from './health-shapes.ts';
import { runDetails, runPage, runPageSelection } from './history-shapes.ts';
import { inventoryCalls } from './inventory-calls.ts';
import { linePage, linePageSelection } from './line-shapes.ts';
import { liveCapture } from './live-shapes.ts';
import {
  editField,
  quarantineEntry,
  quarantineOutcome,
  quarantinePage,
  quarantinePageSelection,
  quarantineSelection,
} from './quarantine-shapes.ts';
import { errorEntry, errorSummary, runSelection, runStatistics } from './report-shapes.ts';
import { runProgress, runResult, syncMode, syncTrigger } from './run-shapes.ts';
import { settingsCalls } from './settings-calls.ts';
import { captureStatus, cloudStatus, status } from './status-shapes.ts';
import { verification } from './verify-shapes.ts';

const nothing = z.object({}).strict();

/**
 * The one table of what the engine can be asked and what it tells. Every face (console, command line,
 * tests) speaks it; a handler that is missing or a call that is not here does not compile.
 */
export const contract = {
  /** Who answers: version, process id and data directory of the engine, and the IANA name of the store's zone. */
  'engine.info': call(
    nothing,
    z.object({
      version: z.string(),
      pid: z.int(),
      dataDir: z.string(),
      timeZone: z.string(),
      /** null until one is seen */
      locationId: z.string().nullable(),
      cloudKind: z.enum(['local', 'supabase']),
      bridgeSocket: z.string().nullable(),
      serviceInstance: z.string(),
    }),
  ),
  /** The verdict, its reasons, and the counts behind them (SPEC 6, 8). */
  'status.get': call(nothing, status),
  /** Every health check with its level (SPEC 6). */
  'health.get': call(nothing, health),
  /** No run begins by itself until then; it ends by itself, after 24 hours at most. Faults: unavailable. */
  'schedule.pause': call(
    z.object({ hours: z.number().positive().max(24).default(24) }).strict(),
    z.object({ pausedUntil: z.string() }),
  ),
  /** Ends a pause; what was missed is made up. */
  'schedule.resume': call(nothing, nothing),
  /**
   * One run over the streams (SPEC 5.1). One at a time: a second request joins a run of the same kind or
   * waits for its turn; `joined` and `queued` say which. Answers when the run has ended.
   */
  'sync.start': call(
    z
      .object({
        mode: syncMode,
        trigger: syncTrigger.default('manual'),
        dryRun: z.boolean().default(false),
        /** names of streams; all when left out */
        streams: z.array(z.string()).min(1).optional(),
      })
      .strict(),
    z.object({ joined: z.boolean(), queued: z.boolean(), run: runResult }),
  ),
  /** Asks the run in progress to end between two batches; false when none runs. */
  'sync.cancel': call(nothing, z.object({ cancelled: z.boolean() })),
  /** Runs, newest first; the filters restrict together. */
  'history.list': call(runSelection, z.array(runResult)),
  /** A page of runs without their streams, newest first, and how many match (SPEC 7). */
  'history.page': call(runPageSelection, runPage),
  /** One run with its streams and their batches. Faults: not_found. */
  'history.run': call(z.object({ runId: z.int().min(1) }).strict(), runDetails),
  /** How the runs of the last days went, for figures and charts (SPEC 6). */
  'history.statistics': call(z.object({ days: z.int().min(1).max(90).default(30) }).strict(), runStatistics),
  /**
   * Causes of failures (SPEC 6), unresolved first, then the newest: what is unresolved and what was resolved in the last
   * days; with `all` everything of the last 90 days.
   */
  'errors.list': call(
    z.object({ all: z.boolean().default(false), days: z.int().min(1).max(90).default(1) }).strict(),
    z.array(errorEntry),
  ),
  /** What needs a person, cheaply. */
  'errors.summary': call(nothing, errorSummary),
  /**
   * A person has seen the refused lines (with this code) that are there now: they count as resolved, also after a
   * restart. `damage`: a person has taken note of the damaged files that were set aside. Nothing is deleted. Answers
   * how many had not been seen.
   */
  'errors.acknowledge': call(
    z.object({ unit: z.enum(['lines', 'damage']), code: z.string().optional() }).strict(),
    z.object({ acknowledged: z.int().min(0) }),
  ),
  /** Lines of the bridge that were refused, newest first (SPEC 4.1). */
  'lines.page': call(linePageSelection, linePage),
  /**
   * Records of the state tables with their whole way, newest first (SPEC 7). Never starts a cloud and never fails for
   * one. Faults: invalid_input without a filter or for an impossible time.
   */
  'find.records': call(recordSelection, foundRecords),
  /**
   * Compares local and cloud inside both databases (SPEC 5.4); with `repair`, held records that are missing in the
   * cloud are marked pending again, with `overwrite` also those that differ there; with `acceptLost`, what was deleted here after it was verified and is missing or
   * different in the cloud counts as it is there from now on.
   */
  'verify.run': call(
    z
      .object({
        repair: z.boolean().default(false),
        overwrite: z.boolean().default(false),
        acceptLost: z.boolean().default(false),
      })
      .strict(),
    verification,
  ),
  /**
   * Marks every held row pending again, brings back what only the local cloud holds (unless `leaveBehind`), and
   * remembers the cloud the engine is configured for (SPEC 3). Faults: unavailable where the local cloud cannot be read.
   */
  'cloud.switch': call(
    z.object({ leaveBehind: z.boolean().default(false) }).strict(),
    z.object({
      from: z.string().nullable(),
      to: z.string(),
      marked: z.int(),
      broughtOver: z.int(),
      leftBehind: z.int(),
    }),
  ),
  /** Records that were set aside, newest first (SPEC 5.1); with `resolved` also those that were decided. */
  'quarantine.list': call(
    z
      .object({ resolved: z.boolean().default(false), limit: z.int().min(1).max(100_000).default(10_000) })
      .strict(),
    z.array(quarantineEntry),
  ),
  /** A page of what was set aside, newest first, and how many match. */
  'quarantine.page': call(quarantinePageSelection, quarantinePage),
  /**
   * The columns of an open entry's record that quarantine.edit takes, with what they hold now. Faults: not_found, also
   * where the record is no longer held.
   */
  'quarantine.fields': call(
    z.object({ id: z.int().min(1) }).strict(),
    z.object({ fields: z.array(editField) }),
  ),
  /** They are pending again; an engine that stays sends them at once. Refused once more they come back. */
  'quarantine.retry': call(quarantineSelection, quarantineOutcome),
  /** Given up: kept here, marked -1, never sent. */
  'quarantine.discard': call(quarantineSelection, quarantineOutcome),
  /** Changes the local row, never its key, and makes it pending again. Faults: invalid_input, not_found. */
  'quarantine.edit': call(
    z
      .object({
        id: z.int().min(1),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
      })
      .strict(),
    quarantineEntry,
  ),
  /**
   * Compares everything, then deletes verified rows older than the hours (null: as configured) and bookkeeping past
   * its days, and gives the space back (SPEC 5.3).
   */
  'cleanup.run': call(
    z.object({ olderThanHours: z.number().min(0).max(87_600).nullable().default(null) }).strict(),
    z.object({
      agrees: z.boolean(),
      deleted: z.record(z.string(), z.int()),
      freedBytes: z.number().min(0),
    }),
  ),
  /** Batch writer and bridge, live (SPEC 4.2). */
  'capture.get': call(nothing, captureStatus),
  /** What comes in now: newest states, cameras, pace, producers. */
  'capture.live': call(nothing, liveCapture),

  ...inventoryCalls,
  ...backupCalls,
  ...settingsCalls,

  /** Committed data, a run or the cloud changed how it stands. At most once a second. */
  'status.changed': event(status),
  /** What comes in has changed. At most once a second. */
  'capture.changed': event(liveCapture),
  /** Progress of the run, at most four times a second; the last one carries the result. */
  'sync.progress': event(runProgress),
  /** The level of some health check has changed; told once. */
  'health.changed': event(health),
  /** Something was set aside, decided, refused or seen, or a run has ended. At most once a second. */
  'errors.changed': event(errorSummary),
  /** The cloud answered after silence, or fell silent. */
  'cloud.changed': event(cloudStatus),
} as const;

export type Contract = typeof contract;

export type CallName = CallNameOf<Contract>;

export type EventName = EventNameOf<Contract>;

/** What a caller passes (defaults may be left out). */
export type CallInput<Name extends CallName> = z.input<Contract[Name]['input']>;
/** What a handler receives (defaults filled in). */
export type ParsedInput<Name extends CallName> = z.output<Contract[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<Contract[Name]['output']>;
export type EventPayload<Name extends EventName> = z.output<Contract[Name]['payload']>;

/** True for the name of a call of the contract, whatever a stranger sent. */
export function isCallName(name: unknown): name is CallName {
  return callOf(contract, name) !== undefined;
}

/** True for the name of an event of the contract. */
export function isEventName(name: unknown): name is EventName {
  return eventOf(contract, name) !== undefined;
}
