import { BackhaulError } from '../../contract/errors.ts';
import type { RunProgress, RunResult, SyncMode, SyncTrigger } from '../../contract/run-shapes.ts';
import { streamNames } from '../../contract/run-shapes.ts';
import type { Verification } from '../../contract/verify-shapes.ts';
import { type CloudAccess, type CloudSession, dispositionOf } from '../cloud/service.ts';
import type { Config } from '../config/load-config.ts';
import type { Logger } from '../log/logger.ts';
import { type Storage, utcText } from '../storage/service.ts';
import { createJournal, type Journal } from './journal.ts';
import { rememberVerification } from './last-verification.ts';
import { createProgressMeter } from './progress.ts';
import { executeRun } from './run.ts';
import type { AnyStream } from './stream.ts';
import { createStreams, reportRuns, verifySessions } from './streams/create-streams.ts';
import { probeCloud, reachCloud } from './streams/reach-cloud.ts';
import { switchCloud } from './switch-cloud.ts';

export { type LastVerification, lastVerification } from './last-verification.ts';
export { pendingParents } from './parent-source.ts';
export { parentTables, stateTables } from './streams/list.ts';

export interface SyncRequest {
  readonly mode: SyncMode;
  readonly trigger: SyncTrigger;
  readonly dryRun: boolean;
  readonly streams?: readonly string[] | undefined;
}

export interface StartedRun {
  readonly joined: boolean;
  readonly queued: boolean;
  readonly run: RunResult;
}

/** The sync area's door: one run at a time, verification, history. */
export interface Sync {
  /** `joined`: an equal run was under way and its result is this one's; `queued`: it had to wait for another. */
  start(request: SyncRequest): Promise<StartedRun>;
  cancel(): boolean;
  running(): boolean;
  /** `repair` marks held records that are missing in the cloud as pending again */
  verify(options: { readonly repair: boolean }, signal: AbortSignal): Promise<Verification>;
  switchCloud(signal: AbortSignal): Promise<{ from: string | null; to: string; marked: number }>;
  readonly journal: Journal;
  close(): Promise<void>;
}

export interface SyncOptions {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  readonly config: Config;
  readonly log: Logger;
  readonly serviceInstance: string;
  readonly now: () => Date;
  readonly random: () => number;
  readonly onProgress: (progress: RunProgress) => void;
}

const hourlyWindowHours = 2;

export async function openSync(options: SyncOptions): Promise<Sync> {
  const { storage, log, now } = options;
  const journal = createJournal(storage, options.serviceInstance, now);
  if (storage.readOnlyReason === null) {
    const interrupted = await journal.closeInterrupted();
    if (interrupted > 0) log.warn('closed runs of an ended process as interrupted', { runs: interrupted });
  }
  let current: {
    readonly key: string;
    readonly abort: AbortController;
    readonly done: Promise<RunResult>;
  } | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let turns = 0;
  let closed = false;

  /** One at a time: an equal request joins the run under way, another waits for it (SPEC 5.1). */
  async function start(request: SyncRequest): Promise<StartedRun> {
    checkStreams(request.streams);
    const key = JSON.stringify([request.mode, request.dryRun, request.streams ?? null]);
    if (current !== null && current.key === key)
      return { joined: true, queued: false, run: await current.done };
    const queued = turns > 0;
    turns += 1;
    const abort = new AbortController();
    const turn = queue.then(() => {
      if (closed)
        throw new BackhaulError(
          'cancelled',
          'The engine is stopping. Nothing was sent; the records wait here.',
        );
      const done = run(request, abort.signal);
      current = { key, abort, done };
      return done.finally(() => {
        current = null;
      });
    });
    queue = turn
      .catch(() => undefined)
      .finally(() => {
        turns -= 1;
      });
    return { joined: false, queued, run: await turn };
  }

  async function run(request: SyncRequest, signal: AbortSignal): Promise<RunResult> {
    const locationId = storage.location.id();
    const touched = new Set<string>();
    let session: CloudSession | null = null;
    const meter = createProgressMeter(request, () => performance.now(), options.onProgress);
    const open = async (): Promise<readonly AnyStream[]> => {
      if (options.cloud.fault !== null) throw options.cloud.fault;
      if (locationId === null) return [];
      if (!request.dryRun) session = await reachCloud(options, locationId, signal);
      const streams = await createStreams({
        ...options,
        locationId,
        session,
        dryRun: request.dryRun,
        touched,
      });
      return streams.filter(
        (stream) => request.streams === undefined || request.streams.includes(stream.name),
      );
    };
    const compare = async (): Promise<Verification> => {
      if (session === null || locationId === null) return { agrees: true, streams: [], repaired: 0 };
      const sessions = request.mode === 'full' ? null : [...touched];
      const result = await verifySessions({
        storage,
        session,
        locationId,
        sessions,
        repair: false,
        now,
        signal,
      });
      await rememberVerification(storage, result, now(), request.mode === 'full');
      return result;
    };
    const result = await executeRun(
      { mode: request.mode, trigger: request.trigger, dryRun: request.dryRun },
      {
        journal,
        locationId,
        window: { createdAfter: request.mode === 'full' ? null : windowStart(now()) },
        meter,
        open,
        probe: async () => {
          if (session !== null) await probeCloud(options, session, signal);
        },
        verify: compare,
        report: async () => {
          if (session !== null && locationId !== null)
            await reportRuns({ storage, session, locationId, now, signal });
        },
        options: {
          batchSize: options.config.sync.batchSize,
          attempts: options.config.sync.attempts,
          signal,
          random: options.random,
          disposition: dispositionOf,
          now: () => performance.now(),
        },
      },
    );
    logRun(log, result);
    return result;
  }

  return {
    start,
    journal,
    running: () => current !== null,
    cancel() {
      current?.abort.abort(
        new BackhaulError(
          'cancelled',
          'The run was cancelled. What was sent is marked, the rest waits here.',
        ),
      );
      return current !== null;
    },
    async verify({ repair }, signal) {
      if (options.cloud.fault !== null) throw options.cloud.fault;
      const locationId = storage.location.id();
      if (locationId === null) return { agrees: true, streams: [], repaired: 0 };
      const session = await reachCloud(options, locationId, signal);
      await probeCloud(options, session, signal);
      const result = await verifySessions({
        storage,
        session,
        locationId,
        sessions: null,
        repair,
        now,
        signal,
      });
      await rememberVerification(storage, result, now(), true);
      return result;
    },
    async switchCloud(signal) {
      const locationId = storage.location.id();
      if (locationId === null)
        throw new BackhaulError('not_found', 'Nothing was captured yet, so there is nothing to switch.');
      const session = await options.cloud.open(locationId, signal);
      await session.probe(signal);
      return switchCloud(storage, session.identity);
    },
    async close() {
      closed = true;
      current?.abort.abort(
        new BackhaulError(
          'cancelled',
          'The engine is stopping. What was sent is marked, the rest waits here.',
        ),
      );
      await queue;
    },
  };
}

function checkStreams(names: readonly string[] | undefined): void {
  for (const name of names ?? []) {
    if ((streamNames as readonly string[]).includes(name)) continue;
    throw new BackhaulError(
      'invalid_input',
      `There is no stream ${JSON.stringify(name)}. Streams: ${streamNames.join(', ')}.`,
    );
  }
}

function windowStart(now: Date): string {
  return utcText(new Date(now.getTime() - hourlyWindowHours * 3_600_000));
}

function logRun(log: Logger, run: RunResult): void {
  if (run.dryRun) return;
  const { mode, trigger, status, planned, sent, duplicates, quarantined, failed, verified, durationMs } = run;
  const fields = {
    runId: run.runId,
    mode,
    trigger,
    status,
    planned,
    sent,
    duplicates,
    quarantined,
    failed,
    verified,
    durationMs,
  };
  if (run.error === null) log.info('run finished', fields);
  else log.warn('run finished with a fault', { ...fields, error: run.error });
}
