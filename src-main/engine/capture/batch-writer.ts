import type { Logger } from '../log/logger.ts';
import type { Storage } from '../storage/service.ts';
import type { CaptureRecord, Outcome, RecordOrigin } from './capture-record.ts';
import { type Committer, createCommitter } from './committer.ts';
import type { ReadingKeeper } from './reading-keeper.ts';
import { createRecordQueue } from './record-queue.ts';
import type { Timers } from './timers.ts';

/** Statistics since the start; the names are those that store reports use (SPEC 4.2). */
export interface WriterStatistics {
  readonly total_division_inserts: number;
  readonly total_table_inserts: number;
  readonly total_commits: number;
  readonly pending_division: number;
  readonly pending_table: number;
  /** lines per commit */
  readonly avg_batch_size: number;
  readonly refused: number;
}

/** What one commit brought. */
export interface Committed {
  readonly lines: number;
  readonly divisionInserts: number;
  readonly tableInserts: number;
  readonly refused: number;
}

export type WriterState =
  | { readonly state: 'running' | 'idle'; readonly reason: null }
  | { readonly state: 'stopped'; readonly reason: string };

export interface BatchWriterOptions {
  readonly storage: Storage;
  readonly log: Logger;
  readonly timers: Timers;
  readonly dataDir: string;
  readonly readings: ReadingKeeper;
  /** so many records begin a commit */
  readonly batchSize: number;
  /** the longest a record waits for its commit to begin, milliseconds */
  readonly flushIntervalMs: number;
  /** overrides the zone of the location's row */
  readonly configuredZone: string | null;
  readonly onCommitted: (committed: Committed) => void;
  readonly onState: (state: WriterState) => void;
}

/** Commits what connections submit, in order, in batches (SPEC 4.2). */
export interface BatchWriter {
  /** Takes a record; what became of it is told to its origin after the commit. */
  submit(record: CaptureRecord): void;
  /** Undefined while there is room, else resolves when there is some again: pause reading until then. */
  room(): Promise<void> | undefined;
  /** Commits what has been submitted without waiting for more. */
  flush(): void;
  /** Resolves when everything submitted so far is committed, or given up at closing. */
  flushAll(): Promise<void>;
  /** Resolves when the disk refuses, at once when it does so already. */
  whenStopped(): Promise<void>;
  statistics(): WriterStatistics;
  state(): WriterState;
  /** Commits what waits; while the disk refuses, gives it up unacknowledged. */
  close(): Promise<void>;
}

const mostPerCommit = 1_000;

export function createBatchWriter(options: BatchWriterOptions): BatchWriter {
  return new SerialBatchWriter(options);
}

class SerialBatchWriter implements BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #committer: Committer;
  readonly #queue = createRecordQueue();
  #totals = { divisions: 0, tables: 0, commits: 0, lines: 0, refused: 0 };
  #submitted = 0;
  #settled = 0;
  /** records up to this one are committed without waiting for more */
  #flushTo = 0;
  #running = false;
  #closed = false;
  #cancelTimer: (() => void) | null = null;
  #waiting: { readonly until: () => boolean; readonly go: () => void }[] = [];

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#committer = createCommitter({
      ...options,
      onStopped: () => {
        options.onState(this.state());
        this.#release();
      },
    });
  }

  submit(record: CaptureRecord): void {
    this.#queue.push(record);
    if (record.message?.type === 'inventory' && !Number.isNaN(record.message.timestampMs))
      this.#options.readings.seen(record.message);
    this.#submitted += 1;
    this.#wake();
  }

  room(): Promise<void> | undefined {
    return this.#queue.full ? this.#until(() => !this.#queue.full) : undefined;
  }

  flush(): void {
    this.#flushTo = this.#submitted;
    this.#wake();
  }

  flushAll(): Promise<void> {
    const target = this.#submitted;
    this.flush();
    return this.#until(() => this.#settled >= target);
  }

  whenStopped(): Promise<void> {
    return this.#until(() => this.#committer.stopReason() !== null);
  }

  statistics(): WriterStatistics {
    const { divisions, tables, commits, lines, refused } = this.#totals;
    return {
      total_division_inserts: divisions,
      total_table_inserts: tables,
      total_commits: commits,
      pending_division: this.#queue.divisions,
      pending_table: this.#queue.tables,
      avg_batch_size: commits === 0 ? 0 : Math.round((lines / commits) * 100) / 100,
      refused,
    };
  }

  state(): WriterState {
    const reason = this.#committer.stopReason();
    if (reason !== null) return { state: 'stopped', reason };
    return { state: this.#queue.length > 0 ? 'running' : 'idle', reason: null };
  }

  async close(): Promise<void> {
    await Promise.race([this.flushAll(), this.whenStopped()]);
    this.#closed = true;
    this.#committer.close();
    this.#cancelTimer?.();
    this.#release();
  }

  #until(until: () => boolean): Promise<void> {
    if (until() || this.#closed) return Promise.resolve();
    return new Promise((go) => this.#waiting.push({ until, go }));
  }

  #release(): void {
    const going = this.#waiting.filter((one) => this.#closed || one.until());
    this.#waiting = this.#waiting.filter((one) => !going.includes(one));
    for (const one of going) one.go();
  }

  get #due(): boolean {
    return this.#queue.length >= this.#options.batchSize || this.#flushTo > this.#settled;
  }

  #wake(): void {
    if (this.#running || this.#queue.length === 0 || this.#closed) return;
    if (this.#due) {
      this.#running = true;
      this.#cancelTimer?.();
      this.#cancelTimer = null;
      setImmediate(() => void this.#run());
    } else {
      this.#cancelTimer ??= this.#options.timers.after(this.#options.flushIntervalMs, () => {
        this.#cancelTimer = null;
        this.flush();
      });
    }
  }

  /** The one loop that commits. Between two commits the sockets get their turn. */
  async #run(): Promise<void> {
    while (this.#due && this.#queue.length > 0 && !this.#closed) {
      // What a transaction leaves of what has arrived goes into the next, without another wait.
      this.flush();
      const records = this.#queue.first(mostPerCommit);
      const outcomes = await this.#committer.commit(records);
      if (outcomes !== null) this.#settle(records, outcomes);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
    this.#wake();
  }

  #settle(records: readonly CaptureRecord[], outcomes: readonly Outcome[]): void {
    const committed = tally(outcomes);
    this.#totals = {
      divisions: this.#totals.divisions + committed.divisionInserts,
      tables: this.#totals.tables + committed.tableInserts,
      commits: this.#totals.commits + 1,
      lines: this.#totals.lines + committed.lines,
      refused: this.#totals.refused + committed.refused,
    };
    this.#queue.drop(outcomes.length);
    this.#settled += outcomes.length;
    try {
      tell(records, outcomes);
      this.#options.onCommitted(committed);
    } catch (error) {
      this.#options.log.error('a listener of capture failed', { error: String(error) });
    }
    this.#release();
  }
}

function tell(records: readonly CaptureRecord[], outcomes: readonly Outcome[]): void {
  const origins = new Set<RecordOrigin>();
  outcomes.forEach((outcome, index) => {
    const record = records[index];
    if (record === undefined) return;
    origins.add(record.origin);
    record.origin.settled(record, outcome);
  });
  for (const origin of origins) origin.batchSettled();
}

function tally(outcomes: readonly Outcome[]): Committed {
  let divisionInserts = 0;
  let tableInserts = 0;
  let refused = 0;
  for (const outcome of outcomes) {
    divisionInserts += outcome.divisionInserts;
    tableInserts += outcome.tableInserts;
    if (outcome.kind === 'refused') refused += 1;
  }
  return { lines: outcomes.length, divisionInserts, tableInserts, refused };
}
