import type { RunResult } from '../../../contract/run-shapes.ts';
import type { Verification } from '../../../contract/verify-shapes.ts';
import {
  type CloudSession,
  dispositionOf,
  errorCauseOf,
  readOnlyFault,
  refusalOf,
} from '../../cloud/service.ts';
import type { Logger } from '../../log/logger.ts';
import { utcText } from '../../storage/service.ts';
import { cleanUp } from '../cleanup.ts';
import type { Journal } from '../journal.ts';
import { comparisonOwed, coverageFromNow, rememberVerification } from '../last-verification.ts';
import { createProgressMeter } from '../progress.ts';
import { executeRun } from '../run.ts';
import type { AnyStream } from '../stream.ts';
import type { SyncOptions, SyncRequest } from '../sync-options.ts';
import { createStreams, nothingCompared, reportRuns, verifySessions } from './create-streams.ts';
import { changingTables, logTables, stateTables } from './list.ts';
import { probeCloud, reachCloud } from './reach-cloud.ts';

/** How far back an hourly run looks (SPEC 5.1). */
export const hourlyWindowHours = 2;

/** One run with everything it needs: the cloud, the streams, comparison and retention. */
export async function runOnce(
  request: SyncRequest,
  journal: Journal,
  options: SyncOptions,
  signal: AbortSignal,
): Promise<RunResult> {
  const { storage, now, config } = options;
  const locationId = storage.location.id();
  const touched = new Set<string>();
  const touchedDays = new Map<string, Set<string>>();
  // What an earlier run marked and did not compare, or found missing, is compared now, whatever this one sends.
  const whole = request.mode === 'full' || comparisonOwed(storage);
  const comingBack = storage.salvage.outstanding();
  const broughtBack = storage.salvage.begun();
  let session: CloudSession | null = null;

  async function open(): Promise<readonly AnyStream[]> {
    if (options.cloud.fault !== null) throw options.cloud.fault;
    if (locationId === null) return [];
    const { dryRun } = request;
    if (!dryRun) session = await reachCloud(options, locationId, signal);
    if (session?.readOnly === true) throw readOnlyFault();
    const streams = await createStreams({ ...options, locationId, session, dryRun, touched, touchedDays });
    return streams.filter((stream) => request.streams === undefined || request.streams.includes(stream.name));
  }

  async function compare(): Promise<Verification> {
    if (session === null || locationId === null) return nothingCompared;
    const coverage = coverageFromNow(storage, whole);
    const sessions = whole ? null : [...touched];
    const result = await verifySessions({
      storage,
      session,
      locationId,
      sessions,
      days: whole ? null : touchedDays,
      repair: false,
      overwrite: false,
      acceptLost: false,
      now,
      signal,
    });
    await rememberVerification(storage, result, now(), coverage);
    return result;
  }

  /** What was sent and compared is safe, whatever becomes of the space it takes here: the next run tries again. */
  async function retain(verification: Verification): Promise<number> {
    const { enabled, statesHours, recordsDays } = config.retention;
    if (!enabled || locationId === null) return 0;
    try {
      const { deleted } = await cleanUp({
        ...{ storage, tables: stateTables, logTables, changingTables, verification, locationId, now, signal },
        ...{ statesHours, recordsDays, inventoryDays: config.inventory.retention_days },
      });
      const tables = [...stateTables, ...logTables, ...changingTables];
      return tables.reduce((sum, table) => sum + (deleted[table.name] ?? 0), 0);
    } catch (error) {
      options.log.warn('older records could not be deleted after a run', { error: String(error) });
      return 0;
    }
  }

  const result = await executeRun(
    { mode: request.mode, trigger: request.trigger, dryRun: request.dryRun },
    {
      journal,
      locationId,
      window: { createdAfter: request.mode === 'full' ? null : windowStart(now()) },
      meter: createProgressMeter(request, () => performance.now(), options.onProgress),
      open,
      probe: async () => {
        if (session !== null) await probeCloud(options, session, signal);
      },
      verify: compare,
      sawAll: () => !comingBack && storage.salvage.begun() === broughtBack,
      cleanUp: retain,
      report: async () => {
        if (session !== null && locationId !== null)
          await reportRuns({ storage, session, locationId, now, signal });
      },
      options: {
        batchSize: config.sync.batchSize,
        attempts: config.sync.attempts,
        signal,
        random: options.random,
        disposition: dispositionOf,
        refusalOf,
        causeOf: errorCauseOf,
        now: () => performance.now(),
      },
    },
  );
  logRun(options.log, result);
  return result;
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
