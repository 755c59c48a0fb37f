import { BackhaulError } from '../../contract/errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Storage } from '../storage/service.ts';
import { applyBatch, NotStorable, NotStorableTogether } from './apply-batch.ts';
import { createCaptureMemory } from './capture-memory.ts';
import type { CaptureRecord, Outcome } from './capture-record.ts';
import type { Refusal } from './messages.ts';
import type { ReadingKeeper } from './reading-keeper.ts';
import type { Timers } from './timers.ts';

export interface CommitterOptions {
  readonly storage: Storage;
  readonly log: Logger;
  readonly timers: Timers;
  readonly readings: ReadingKeeper;
  readonly dataDir: string;
  /** overrides the zone of the location's row */
  readonly configuredZone: string | null;
  /** why nothing is acknowledged any more, null when it is again */
  readonly onStopped: (reason: string | null) => void;
}

/** Makes one transaction of records and does not let go before the disk has them. */
export interface Committer {
  /**
   * Outcomes of the first records, as many as one transaction had time for; null when closing came first. While
   * the disk refuses it is tried again, after pauses from 250 ms to 2 s; another program's lock is waited for.
   */
  commit(records: readonly CaptureRecord[]): Promise<Outcome[] | null>;
  /** null while the disk takes what comes */
  stopReason(): string | null;
  /** Gives up what is being tried. */
  close(): void;
}

const budgetMs = 40;
const firstRetryMs = 250;
const longestRetryMs = 2000;
/** so long a database that another program holds is waited for without a word */
const longestSilenceMs = 5000;
const heldByAnother = `Another program has held the local database for ${longestSilenceMs / 1000} seconds and nothing can be written meanwhile. What was acknowledged before is safe; let that program finish its transaction, or end it, and capture goes on by itself.`;

export function createCommitter(options: CommitterOptions): Committer {
  return new PatientCommitter(options);
}

class PatientCommitter implements Committer {
  readonly #options: CommitterOptions;
  readonly #memory;
  readonly #abort = new AbortController();
  readonly #unstorable = new Map<CaptureRecord, Refusal>();
  #singly = false;
  #opened = 0;
  #stopReason: string | null = null;
  #cancelPause = () => {};

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#memory = createCaptureMemory({ storage: options.storage, configuredZone: options.configuredZone });
  }

  stopReason(): string | null {
    return this.#stopReason;
  }

  close(): void {
    this.#abort.abort();
    this.#cancelPause();
  }

  async commit(records: readonly CaptureRecord[]): Promise<Outcome[] | null> {
    const outcomes = await this.#writeAtLast(records);
    if (outcomes === null) return null;
    this.#memory.committed();
    this.#options.readings.committed();
    this.#unstorable.clear();
    this.#singly = false;
    this.#setReason(null);
    return outcomes;
  }

  async #writeAtLast(records: readonly CaptureRecord[]): Promise<Outcome[] | null> {
    let retryMs = firstRetryMs;
    while (!this.#abort.signal.aborted) {
      const endSilence = this.#options.timers.after(longestSilenceMs, () => this.#setReason(heldByAnother));
      try {
        return await this.#write(records);
      } catch (error) {
        this.#memory.forget();
        this.#options.readings.forget();
        if (this.#abort.signal.aborted) return null;
        if (isReplaced(error) || this.#setAside(error)) continue;
        this.#setReason(error instanceof Error ? error.message : String(error));
      } finally {
        endSilence();
      }
      await this.#pause(retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
    return null;
  }

  #write(records: readonly CaptureRecord[]): Promise<Outcome[]> {
    const { storage, timers, dataDir, readings } = this.#options;
    return storage.transaction(
      (db) => {
        // What is remembered is of the file that was open before.
        if (storage.opened !== this.#opened) {
          this.#memory.forget();
          readings.forget();
        }
        this.#opened = storage.opened;
        return applyBatch(db, records, {
          memory: this.#memory,
          readings,
          dataDir,
          now: timers.now(),
          budgetMs,
          elapsed: timers.elapsed,
          singly: this.#singly,
          unstorable: this.#unstorable,
        });
      },
      { signal: this.#abort.signal },
    );
  }

  /** A record that the database will never take is looked for, then refused: the next try goes without it. */
  #setAside(error: unknown): boolean {
    if (error instanceof NotStorableTogether) {
      this.#singly = true;
      return true;
    }
    if (!(error instanceof NotStorable)) return false;
    const { record, message } = error;
    this.#options.log.error('a record cannot be stored and is refused', {
      source: record.origin.source,
      line: record.line,
      error: message,
    });
    this.#unstorable.set(record, {
      code: 'not_storable',
      message: `the database will not take it: ${message}`,
    });
    return true;
  }

  #setReason(reason: string | null): void {
    if (this.#stopReason === reason) return;
    this.#stopReason = reason;
    if (reason === null) this.#options.log.info('capture acknowledges again');
    else this.#options.log.error('capture stopped acknowledging', { reason });
    this.#options.readings.stopped(reason);
    this.#options.onStopped(reason);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timers.after(ms, resolve);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** The damaged file was set aside and a new one is there. */
function isReplaced(error: unknown): boolean {
  return error instanceof BackhaulError && error.details?.replaced === true;
}
