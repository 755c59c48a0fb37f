import { dirname } from 'node:path';
import type { AckEvent, DiskEvent } from './power-loss-events.ts';

type Write = Extract<DiskEvent, { kind: 'write' }>;

export interface OrderOptions {
  readonly events: readonly DiskEvent[];
  readonly acks: readonly AckEvent[];
  readonly database: string;
}

export interface OrderReport {
  /** what came before the sync it had to wait for, in words; empty where the order is right */
  readonly faults: readonly string[];
  readonly commits: number;
  /** times the log was begun anew after all of it had reached the database file */
  readonly restarts: number;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const mark = /mark-(\d+)\./g;

/**
 * Holds the order of a trace against what an acknowledgement promises: the commit that brought a line (the one whose
 * pages are the first with its `mark-<seq>.`) is synced to the log before the ack leaves, the log before the database
 * file takes its pages, the database file before the log is begun anew, and each new name before the first ack.
 */
export function checkOrder({ events, acks, database }: OrderOptions): OrderReport {
  const log = `${database}-wal`;
  const syncs = events.filter((event) => event.kind === 'sync');
  const synced = (path: string, change: DiskEvent, before: number): boolean =>
    syncs.some((one) => one.path === path && one.begin > change.end && one.end < before);
  const faults: string[] = [];
  const { commits, commitOf } = commitsOf(events.filter((one) => one.kind === 'write' && one.path === log));
  for (const { seq, begin } of acks) {
    const commit = commitOf.get(seq);
    if (commit === undefined) faults.push(`line ${seq} was acknowledged and is in no commit`);
    else if (!synced(log, commit, begin))
      faults.push(
        `the ack of line ${seq} (trace ${begin + 1}) precedes the sync of its commit (${commit.end + 1})`,
      );
  }
  faults.push(...unsyncedNames(events, acks[0]?.begin ?? 0, synced));
  const { checkpointFaults, restarts } = checkCheckpoints(events, database, synced);
  return { faults: [...faults, ...checkpointFaults], commits, restarts };
}

type Synced = (path: string, change: DiskEvent, before: number) => boolean;

/** The last write of each commit, and the commit that was the first to hold a line. */
function commitsOf(writes: readonly DiskEvent[]): { commits: number; commitOf: Map<number, DiskEvent> } {
  const commitOf = new Map<number, DiskEvent>();
  let commits = 0;
  let uncommitted: number[] = [];
  let isLast = false;
  for (const write of writes as readonly Write[]) {
    if (write.data.length === frameHeaderBytes) isLast = write.data.readUInt32BE(4) !== 0;
    if (write.data.length <= headerBytes) continue;
    for (const [, seq] of write.data.toString('latin1').matchAll(mark)) uncommitted.push(Number(seq));
    if (!isLast) continue;
    for (const seq of uncommitted) if (!commitOf.has(seq)) commitOf.set(seq, write);
    uncommitted = [];
    commits += 1;
  }
  return { commits, commitOf };
}

function unsyncedNames(events: readonly DiskEvent[], firstAck: number, synced: Synced): string[] {
  return events
    .filter((one) => (one.kind === 'create' || one.kind === 'make folder') && one.begin < firstAck)
    .filter((one) => !synced(dirname(one.path), one, firstAck))
    .map((one) => `the first ack precedes the sync of the folder that names ${one.path}`);
}

function checkCheckpoints(
  events: readonly DiskEvent[],
  database: string,
  synced: Synced,
): { checkpointFaults: string[]; restarts: number } {
  const log = `${database}-wal`;
  const checkpointFaults: string[] = [];
  let lastLog: DiskEvent | null = null;
  let lastPage: DiskEvent | null = null;
  let restarts = 0;
  for (const event of events) {
    const begunAnew =
      event.path === log && (event.kind === 'write' ? event.offset === 0 : event.kind !== 'sync');
    if (begunAnew && lastPage !== null) {
      restarts += 1;
      if (!synced(database, lastPage, event.begin))
        checkpointFaults.push(
          `the log is begun anew (trace ${event.begin + 1}) before the database is synced`,
        );
      lastPage = null;
    }
    if (event.kind !== 'write') continue;
    if (event.path === log) lastLog = event;
    else if (event.path === database && lastLog !== null) {
      if (!synced(log, lastLog, event.begin))
        checkpointFaults.push(`a page is taken over (trace ${event.begin + 1}) before the log is synced`);
      lastPage = event;
    }
  }
  return { checkpointFaults, restarts };
}
