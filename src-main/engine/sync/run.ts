import { BackhaulError } from '../../contract/errors.ts';
import type { RunResult, RunStatus, StreamResult, SyncMode, SyncTrigger } from '../../contract/run-shapes.ts';
import type { Verification } from '../../contract/verify-shapes.ts';
import type { Journal } from './journal.ts';
import type { ProgressMeter } from './progress.ts';
import { type LoggedOutcome, runStream, type StreamRunOptions } from './run-stream.ts';
import type { AnyStream, Plan, Window } from './stream.ts';

export interface RunRequest {
  readonly mode: SyncMode;
  readonly trigger: SyncTrigger;
  readonly dryRun: boolean;
}

/** What a run needs of the world; it knows no table and no cloud. */
export interface RunPorts {
  readonly journal: Journal;
  readonly locationId: string | null;
  readonly window: Window;
  readonly options: Omit<StreamRunOptions, 'onProgress'>;
  readonly meter: ProgressMeter;
  /** reaches the cloud and makes the streams; throws where the run cannot begin */
  open(): Promise<readonly AnyStream[]>;
  /** with nothing to send: whether the cloud answers at all */
  probe(): Promise<void>;
  /** compares what the run touched (or all, after a full run) */
  verify(): Promise<Verification>;
  /** false while records of a damaged file were still on their way back: of these a comparison says nothing */
  sawAll(): boolean;
  /** retention: deletes what this comparison has proved to be in the cloud; says how many rows went */
  cleanUp(verification: Verification): Promise<number>;
  /** sends the finished run's own record; its failure changes nothing */
  report(): Promise<void>;
}

interface Course {
  readonly streams: StreamResult[];
  stranded: number;
  verified: boolean;
  deleted: number;
  fault: unknown;
  /** nothing more can be asked of the cloud */
  ended: boolean;
}

/**
 * One pass over the streams: plan, send, mark, verify, with a journal entry that is closed whatever happens
 * (SPEC 5.1, 6). Never throws for what the cloud does.
 */
export async function executeRun(request: RunRequest, ports: RunPorts): Promise<RunResult> {
  const began = ports.options.now();
  const startedAt = new Date().toISOString();
  const runId = request.dryRun
    ? null
    : await ports.journal.openRun({ ...request, locationId: ports.locationId });
  ports.meter.begin(runId);
  const course: Course = { streams: [], stranded: 0, verified: false, deleted: 0, fault: null, ended: false };
  try {
    await takeStreams(request, ports, runId, course);
    // A stream that was refused keeps nobody from comparing what the others sent.
    if (!request.dryRun && !course.ended) {
      ports.meter.phase('verifying');
      await verifyRun(ports, course);
    }
  } catch (error) {
    course.fault ??= error;
  }
  const cause = course.fault === null ? null : ports.options.causeOf(course.fault);
  const result: RunResult = {
    runId,
    ...request,
    startedAt,
    status: statusOf(course, ports.options.signal.aborted),
    ...totals(course.streams),
    stranded: course.stranded,
    deleted: course.deleted,
    verified: course.verified,
    durationMs: Math.round(ports.options.now() - began),
    error: errorOf(course),
    faultCode: faultCodeOf(course.fault),
    errorGroup: cause?.group ?? null,
    errorCode: cause?.code ?? null,
    streams: course.streams,
  };
  if (!request.dryRun) {
    await ports.journal.closeRun(result);
    if (course.fault === null) await ports.report().catch(() => undefined);
  }
  ports.meter.finish(result);
  return result;
}

async function takeStreams(
  request: RunRequest,
  ports: RunPorts,
  runId: number | null,
  course: Course,
): Promise<void> {
  const streams = await ports.open();
  const plans = new Map<AnyStream, Plan>();
  let total = 0;
  for (const stream of streams) {
    const plan = await stream.use((one) => one.source.plan(ports.window, request.dryRun));
    plans.set(stream, plan);
    total += plan.planned;
    course.stranded += plan.stranded;
  }
  ports.meter.plan(total);
  if (total === 0 && !request.dryRun) await ports.probe();
  for (const [stream, early] of plans) {
    // Parents of a run may have changed since (a stub completed); state rows keep the bound of their plan.
    const outcome = await takeStream(stream, early, ports, request, runId);
    const { fatal, fault, batches: _, batchCount: __, ...result } = outcome;
    course.streams.push(result);
    course.fault ??= fatal ?? (result.failed > 0 ? fault : null);
    if (fatal !== null) {
      course.ended = true;
      for (const rest of [...plans.keys()].slice(course.streams.length))
        course.streams.push(untaken(rest, plans.get(rest), fatal));
      return;
    }
  }
}

/** One stream, tracked from its start. */
async function takeStream(
  stream: AnyStream,
  plan: Plan,
  ports: RunPorts,
  request: RunRequest,
  runId: number | null,
): Promise<LoggedOutcome> {
  ports.meter.stream(stream.name, plan.planned);
  const options = { ...ports.options, onProgress: ports.meter.done };
  const take = (): Promise<LoggedOutcome> =>
    stream.use((one) => runStream(request.dryRun ? withoutSending(one) : one, plan, options));
  const outcome = runId === null ? await take() : await ports.journal.track(runId, stream.name, take);
  ports.meter.endStream();
  return outcome;
}

/** A dry run reads and validates every batch; what would be sent counts as sent. */
function withoutSending<
  Stream extends {
    readonly source: { mark(items: never): Promise<void> };
    readonly sink: object;
  },
>(stream: Stream): Stream {
  return {
    ...stream,
    source: { ...stream.source, mark: () => Promise.resolve() },
    sink: {
      send: (items: readonly unknown[]) => Promise.resolve({ sent: items.length, duplicates: 0, bytes: 0 }),
    },
  };
}

function untaken(stream: AnyStream, plan: Plan | undefined, fatal: unknown): StreamResult {
  const settled = plan?.settled ?? { duplicates: 0, quarantined: 0 };
  const planned = plan?.planned ?? 0;
  return {
    stream: stream.name,
    planned,
    sent: 0,
    duplicates: settled.duplicates,
    quarantined: settled.quarantined,
    failed: planned - settled.duplicates - settled.quarantined,
    bytes: 0,
    errorGroup: null,
    errorCode: null,
    error: planned > 0 ? messageOf(fatal) : null,
  };
}

async function verifyRun(ports: RunPorts, course: Course): Promise<void> {
  try {
    const verification = await ports.verify();
    course.verified = verification.agrees && ports.sawAll();
    ports.meter.phase('cleaning');
    course.deleted = await ports.cleanUp(verification);
  } catch (error) {
    course.fault ??= error;
  }
}

function totals(
  streams: readonly StreamResult[],
): Record<'planned' | 'sent' | 'duplicates' | 'quarantined' | 'failed', number> {
  const sum = { planned: 0, sent: 0, duplicates: 0, quarantined: 0, failed: 0 };
  for (const stream of streams) {
    for (const name of ['planned', 'sent', 'duplicates', 'quarantined', 'failed'] as const)
      sum[name] += stream[name];
  }
  return sum;
}

function statusOf(course: Course, cancelled: boolean): RunStatus {
  if (cancelled) return 'cancelled';
  const { sent, duplicates, quarantined, failed } = totals(course.streams);
  if (course.fault !== null && sent + duplicates === 0) return 'failed';
  if (course.fault !== null || failed > 0) return sent + duplicates > 0 ? 'partial' : 'failed';
  return quarantined > 0 ? 'partial' : 'success';
}

function errorOf(course: Course): string | null {
  if (course.fault !== null) return messageOf(course.fault);
  return course.streams.find((one) => one.failed > 0 && one.error !== null)?.error ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function faultCodeOf(fault: unknown): string | null {
  if (fault === null) return null;
  return fault instanceof BackhaulError ? fault.code : 'internal';
}
