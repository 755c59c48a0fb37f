import { BackhaulError } from '../../contract/errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Storage } from '../storage/service.ts';
import { applyBatch, NotStorable } from './apply-batch.ts';
import { createCaptureMemory } from './capture-memory.ts';
import type { CaptureRecord, Outcome, RecordOrigin } from './capture-record.ts';
import type { Refusal } from './messages.ts';
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
  /** Resolves when everything submitted so far is committed or given up at closing. */
  flushAll(): Promise<void>;
  statistics(): WriterStatistics;
  state(): WriterState;
  /** Commits what waits; while the disk refuses, gives it up unacknowledged. */
  close(): Promise<void>;
}

const mostPerCommit = 1_000;
const budgetMs = 40;
const firstRetryMs = 250;
const longestRetryMs = 10_000;

export function createBatchWriter(options: BatchWriterOptions): BatchWriter {
  return new SerialBatchWriter(options);
}

class SerialBatchWriter implements BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #memory;
  readonly #queue = createRecordQueue();
  readonly #abort = new AbortController();
  readonly #unstorable = new Map<CaptureRecord, Refusal>();
  #totals = { divisions: 0, tables: 0, commits: 0, lines: 0, refused: 0 };
  #submitted = 0;
  #settled = 0;
  /** records up to this one are committed without waiting for more */
  #flushTo = 0;
  #running = false;
  #stopReason: string | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #waiting: { readonly until: () => boolean; readonly go: () => void }[] = [];

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#memory = createCaptureMemory({ storage: options.storage, configuredZone: options.configuredZone });
  }

  submit(record: CaptureRecord): void {
    this.#queue.push(record);
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
    if (this.#stopReason !== null) return { state: 'stopped', reason: this.#stopReason };
    return { state: this.#queue.length > 0 ? 'running' : 'idle', reason: null };
  }

  async close(): Promise<void> {
    const target = this.#submitted;
    this.flush();
    await this.#until(() => this.#settled >= target || this.#stopReason !== null);
    this.#abort.abort();
    this.#cancelTimer?.();
    this.#cancelRetry?.();
    this.#release();
  }

  #until(until: () => boolean): Promise<void> {
    if (until() || this.#abort.signal.aborted) return Promise.resolve();
    return new Promise((go) => this.#waiting.push({ until, go }));
  }

  #release(): void {
    const closed = this.#abort.signal.aborted;
    const going = this.#waiting.filter((one) => closed || one.until());
    this.#waiting = this.#waiting.filter((one) => !going.includes(one));
    for (const one of going) one.go();
  }

  get #due(): boolean {
    return this.#queue.length >= this.#options.batchSize || this.#flushTo > this.#settled;
  }

  #wake(): void {
    if (this.#running || this.#queue.length === 0 || this.#abort.signal.aborted) return;
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
    while (this.#due && this.#queue.length > 0 && !this.#abort.signal.aborted) {
      await this.#commit();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
    this.#wake();
  }

  async #commit(): Promise<void> {
    const records = this.#queue.first(mostPerCommit);
    const outcomes = await this.#writeAtLast(records);
    if (outcomes === null) return;
    this.#memory.committed();
    this.#resume();
    this.#settle(records, outcomes);
  }

  /** Tries until the disk takes it; null when closing came first. */
  async #writeAtLast(records: readonly CaptureRecord[]): Promise<Outcome[] | null> {
    let retryMs = firstRetryMs;
    while (!this.#abort.signal.aborted) {
      try {
        return await this.#write(records);
      } catch (error) {
        this.#memory.forget();
        if (this.#setAside(error)) continue;
        this.#stop(error);
      }
      await this.#pause(retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
    return null;
  }

  #write(records: readonly CaptureRecord[]): Promise<Outcome[]> {
    const { storage, timers, dataDir } = this.#options;
    return storage.transaction(
      (db) =>
        applyBatch(db, records, {
          memory: this.#memory,
          dataDir,
          now: timers.now(),
          budgetMs,
          elapsed: timers.elapsed,
          unstorable: this.#unstorable,
        }),
      { signal: this.#abort.signal },
    );
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
    this.#tell(records, outcomes);
    this.#release();
    this.#options.onCommitted(committed);
  }

  #tell(records: readonly CaptureRecord[], outcomes: readonly Outcome[]): void {
    const origins = new Set<RecordOrigin>();
    outcomes.forEach((outcome, index) => {
      const record = records[index];
      if (record === undefined) return;
      this.#unstorable.delete(record);
      origins.add(record.origin);
      record.origin.settled(record, outcome);
    });
    for (const origin of origins) origin.batchSettled();
  }

  /** A record that the database will never take is refused at the next try. */
  #setAside(error: unknown): boolean {
    if (!(error instanceof NotStorable)) return false;
    this.#options.log.error('a record cannot be stored and is refused', {
      source: error.record.origin.source,
      line: error.record.line,
      error: error.message,
    });
    this.#unstorable.set(error.record, {
      code: 'not_storable',
      message: `the database will not take it: ${error.message}`,
    });
    return true;
  }

  #stop(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#abort.signal.aborted || this.#stopReason === reason) return;
    this.#stopReason = reason;
    const sqlite = error instanceof BackhaulError ? error.details?.sqliteCode : undefined;
    this.#options.log.error('capture stopped acknowledging', { reason, code: String(sqlite ?? '') });
    this.#options.onState(this.state());
    this.#release();
  }

  #resume(): void {
    if (this.#stopReason === null) return;
    this.#stopReason = null;
    this.#options.log.info('capture acknowledges again');
    this.#options.onState(this.state());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timers.after(ms, resolve);
      this.#cancelRetry = () => {
        cancel();
        resolve();
      };
    });
  }
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
