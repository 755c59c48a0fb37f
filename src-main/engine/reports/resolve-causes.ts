import type { ErrorGroup } from '../../contract/error-group.ts';
import { causesOf, keyOf, type RunCause, setUpCodes } from './run-causes.ts';
import type { RunRecord, StreamRecord } from './run-records.ts';

/** One run that failed for one cause. */
export interface Occurrence extends RunCause {
  readonly atMs: number;
  /** when a later run went past it; null while none did */
  readonly resolvedMs: number | null;
}

interface OpenCause {
  readonly cause: RunCause;
  readonly since: { readonly cause: RunCause; readonly atMs: number }[];
  /** the streams that have not gone past it yet, and `whole` for the run itself */
  readonly waiting: Set<string>;
}

const whole = '*';

/**
 * Goes through the runs, oldest first, and notes of every cause when a later run went past it: a run that got far enough
 * to meet it again and did not.
 */
export function resolveCauses(runs: readonly RunRecord[]): Occurrence[] {
  const open = new Map<string, OpenCause>();
  const closed: Occurrence[] = [];
  for (const run of runs) {
    const causes = causesOf(run);
    for (const [key, one] of open) {
      for (const stream of [...one.waiting])
        if (goesPast(run, causes, one.cause, stream)) one.waiting.delete(stream);
      if (one.waiting.size > 0) continue;
      open.delete(key);
      for (const { cause, atMs } of one.since) closed.push({ ...cause, atMs, resolvedMs: run.endedMs });
    }
    for (const cause of causes) note(open, cause, run.endedMs);
  }
  for (const { since } of open.values())
    for (const { cause, atMs } of since) closed.push({ ...cause, atMs, resolvedMs: null });
  return closed;
}

function note(open: Map<string, OpenCause>, cause: RunCause, atMs: number): void {
  const one = open.get(keyOf(cause)) ?? { cause, since: [], waiting: new Set<string>() };
  open.set(keyOf(cause), one);
  one.since.push({ cause, atMs });
  const streams = isOfTheWay(cause.group) || cause.streams.length === 0 ? [whole] : cause.streams;
  for (const stream of streams) one.waiting.add(stream);
}

const reach: readonly ErrorGroup[] = ['network', 'timeout', 'rate_limit'];

/** What must not happen in a run that shows that the cause is gone; these concern the whole run, not a stream. */
const sameWay: Readonly<Partial<Record<ErrorGroup, readonly ErrorGroup[]>>> = {
  network: reach,
  timeout: reach,
  rate_limit: reach,
  sign_in: [...reach, 'sign_in'],
  storage: ['storage'],
  internal: ['internal'],
};

function isOfTheWay(group: ErrorGroup): boolean {
  return sameWay[group] !== undefined;
}

/** A box that is set up wrongly asks no cloud. */
function isBeforeTheWay({ group, code }: RunCause): boolean {
  return group === 'sign_in' && setUpCodes.includes(code);
}

function goesPast(run: RunRecord, causes: readonly RunCause[], cause: RunCause, stream: string): boolean {
  if (run.status === 'cancelled' || run.status === 'interrupted') return false;
  const way = sameWay[cause.group];
  if (way !== undefined)
    return !causes.some((one) => way.includes(one.group) || (way.includes('network') && isBeforeTheWay(one)));
  if (stream === whole) return run.group === null && /^(success|partial)$/.test(run.status);
  const taken = run.streams.find((one) => one.stream === stream);
  return taken !== undefined && streamGoesPast(run, taken, cause);
}

function streamGoesPast(run: RunRecord, stream: StreamRecord, cause: RunCause): boolean {
  if (stream.group === null && stream.failed === 0) {
    // An hourly run that had nothing of it to send proves nothing while older records wait.
    return stream.planned > 0 || run.mode === 'full' || run.stranded === 0;
  }
  if (stream.group === cause.group && stream.code === cause.code) return false;
  return stream.done > 0 || (stream.group !== null && !isOfTheWay(stream.group));
}
