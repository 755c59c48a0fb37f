import { BackhaulError } from '../../contract/errors.ts';
import type { RunResult } from '../../contract/run-shapes.ts';
import { streamNames } from '../../contract/run-shapes.ts';
import type { Verdict } from '../../contract/status-shapes.ts';
import type { Verification } from '../../contract/verify-shapes.ts';
import { type CloudSession, readIdentity } from '../cloud/service.ts';
import { readSetting } from '../storage/service.ts';
import { version } from '../version.ts';
import { type Cleaned, cleanUp } from './cleanup.ts';
import { createJournal, type Journal } from './journal.ts';
import { coverageFromNow, rememberVerification } from './last-verification.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import { nothingCompared, verifySessions } from './streams/create-streams.ts';
import { sendHeartbeat } from './streams/heartbeat.ts';
import { leaveLocalCloud } from './streams/leave-local-cloud.ts';
import { changingTables, logTables, parentTables, stateTables } from './streams/list.ts';
import { probeCloud, reachCloud } from './streams/reach-cloud.ts';
import { runOnce } from './streams/run-once.ts';
import { type Switched, switchCloud } from './switch-cloud.ts';
import type { SyncOptions, SyncRequest } from './sync-options.ts';
import { createTurns } from './turns.ts';

export { comparisonOwed, type LastVerification, lastVerification } from './last-verification.ts';
export { countAside, countWithin, newestId } from './log-source.ts';
export { pendingParents } from './parent-source.ts';
export type { Quarantine, QuarantineSelection } from './quarantine.ts';
export { reasonIn } from './refusal-reasons.ts';
export { type RunRow, runsOf, summaryOf } from './run-rows.ts';
export { createScheduler, type Scheduler } from './schedule/scheduler.ts';
export { previousSlot } from './schedule/slots.ts';
export { holesBetween, type IdRange, readSettled, settledCount } from './settled-ranges.ts';
export { changingTables, logTables, parentTables, stateTables } from './streams/list.ts';
export { hourlyWindowHours } from './streams/run-once.ts';
export type { SyncOptions, SyncRequest } from './sync-options.ts';

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
  /** `repair` marks held records that are missing in the cloud as pending again; `acceptLost` gives up deleted ones */
  verify(
    options: { readonly repair: boolean; readonly overwrite: boolean; readonly acceptLost: boolean },
    signal: AbortSignal,
  ): Promise<Verification>;
  /** compares everything, then deletes what is proved to be in the cloud and older than the hours (SPEC 5.3) */
  cleanUp(
    options: { readonly statesHours: number | null },
    signal: AbortSignal,
  ): Promise<Cleaned & { readonly agrees: boolean }>;
  /**
   * Marks everything pending for the cloud that is configured now, and brings over what only the local cloud holds.
   * @throws BackhaulError `unavailable` where the local cloud cannot be read and `leaveBehind` is false
   */
  switchCloud(options: { readonly leaveBehind: boolean }, signal: AbortSignal): Promise<Switched>;
  /** tells head office how the box is (SPEC 5.5); only the cloud that the marks belong to. @throws CloudError */
  sendHeartbeat(verdict: Verdict, pending: number, signal: AbortSignal): Promise<void>;
  readonly journal: Journal;
  readonly quarantine: Quarantine;
  close(): Promise<void>;
}

export async function openSync(options: SyncOptions): Promise<Sync> {
  const { storage, log, now } = options;
  const journal = createJournal(storage, options.serviceInstance, now);
  let interruptedAreClosed = false;
  const closeInterrupted = async (): Promise<void> => {
    if (interruptedAreClosed) return;
    const interrupted = await journal.closeInterrupted();
    // What stands in for a file that cannot be opened knows of no run.
    interruptedAreClosed = storage.readOnlyReason === null;
    if (interrupted > 0) log.warn('closed runs of an ended process as interrupted', { runs: interrupted });
  };
  // A disk that refuses keeps no engine from starting; the first run that it lets write closes them then.
  if (storage.readOnlyReason === null)
    await closeInterrupted().catch((error: unknown) => log.error(String(error)));
  const turns = createTurns();
  const quarantine = createQuarantine({
    ...{ storage, stateTables, logTables, now },
    parentTables: [...parentTables, ...changingTables],
  });
  let current: {
    readonly key: string;
    readonly abort: AbortController;
    readonly done: Promise<RunResult>;
  } | null = null;
  const cancel = (words: string): void =>
    current?.abort.abort(
      new BackhaulError('cancelled', `${words} What was sent is marked, the rest waits here.`),
    );

  /** One at a time: an equal request joins the run under way, another waits for it (SPEC 5.1). */
  async function start(request: SyncRequest): Promise<StartedRun> {
    checkStreams(request.streams);
    const key = JSON.stringify([request.mode, request.dryRun, request.streams ?? null]);
    if (current !== null && current.key === key)
      return { joined: true, queued: false, run: await current.done };
    const abort = new AbortController();
    const { queued, done } = turns.take(() => {
      const run = closeInterrupted()
        .catch(() => undefined)
        .then(() => runOnce(request, journal, options, abort.signal))
        .catch((error: unknown) => {
          // Its entry may be written all the same, when the disk was lost right after.
          interruptedAreClosed = false;
          throw error;
        });
      current = { key, abort, done: run };
      return run.finally(() => {
        current = null;
      });
    });
    return { joined: false, queued, run: await done };
  }

  /** A location's cloud, reached; null where nothing was captured yet. */
  async function reach(
    signal: AbortSignal,
  ): Promise<{ readonly locationId: string; readonly session: CloudSession } | null> {
    if (options.cloud.fault !== null) throw options.cloud.fault;
    const locationId = storage.location.id();
    if (locationId === null) return null;
    const session = await reachCloud(options, locationId, signal);
    await probeCloud(options, session, signal);
    return { locationId, session };
  }

  async function compareAll(
    wanted: { readonly repair: boolean; readonly overwrite: boolean; readonly acceptLost: boolean },
    signal: AbortSignal,
  ): Promise<Verification> {
    const reached = await reach(signal);
    if (reached === null) return nothingCompared;
    const coverage = coverageFromNow(storage, true);
    const result = await verifySessions({
      ...reached,
      ...wanted,
      storage,
      sessions: null,
      days: null,
      now,
      signal,
    });
    await rememberVerification(storage, result, now(), coverage);
    return result;
  }

  return {
    start,
    journal,
    quarantine,
    running: () => current !== null,
    cancel() {
      cancel('The run was cancelled.');
      return current !== null;
    },
    verify: (wanted, signal) => turns.take(() => compareAll(wanted, signal)).done,
    cleanUp: ({ statesHours }, signal) =>
      turns.take(async () => {
        const verification = await compareAll({ repair: false, overwrite: false, acceptLost: false }, signal);
        const locationId = storage.location.id() ?? '';
        const { recordsDays, statesHours: usual } = options.config.retention;
        const hours = statesHours ?? usual;
        const cleaned = await cleanUp({
          storage,
          tables: stateTables,
          logTables,
          changingTables,
          inventoryDays: options.config.inventory.retention_days,
          verification,
          locationId,
          now,
          statesHours: hours,
          recordsDays,
          signal,
        });
        return { ...cleaned, agrees: verification.agrees };
      }).done,
    async switchCloud({ leaveBehind }, signal) {
      const locationId = storage.location.id();
      if (locationId === null)
        throw new BackhaulError('not_found', 'Nothing was captured yet, so there is nothing to switch.');
      return turns.take(async () => {
        const session = await options.cloud.open(locationId, signal);
        await session.probe(signal);
        const bringOver = (former: string) => leaveLocalCloud(options, former, locationId, signal);
        const from = readSetting(storage.reader, 'cloud');
        const canBringOver = from !== null && readIdentity(from).kind === 'local' && !leaveBehind;
        return switchCloud({
          storage,
          now,
          logTables,
          identity: session.identity,
          bringOver: canBringOver ? bringOver : null,
        });
      }).done;
    },
    async sendHeartbeat(verdict, pending, signal) {
      const locationId = storage.location.id();
      if (locationId === null || options.cloud.fault !== null) return;
      const session = await options.cloud.open(locationId, signal);
      if (session.readOnly || session.identity !== readSetting(storage.reader, 'cloud')) return;
      const { serviceInstance } = options;
      await sendHeartbeat(
        session,
        locationId,
        { at: now(), version, pending, verdict, serviceInstance },
        signal,
      );
    },
    async close() {
      cancel('The engine is stopping.');
      await turns.close();
      await journal.close();
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
