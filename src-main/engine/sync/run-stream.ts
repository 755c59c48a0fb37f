import { BackhaulError } from '../../contract/errors.ts';
import type { StreamResult } from '../../contract/run-shapes.ts';
import { adaptiveBatchSize, type BatchSize } from './batch-size.ts';
import { retrying } from './retry.ts';
import type { Batch, Plan, Receipt, Settled, SyncStream } from './stream.ts';

/** How a failed request is to be taken; the classification itself belongs to the cloud (cloud/classify.ts). */
export type Disposition = 'again' | 'smaller' | 'parent' | 'batch' | 'stream' | 'run';

export interface StreamRunOptions {
  readonly batchSize: number;
  readonly attempts: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly disposition: (error: unknown) => Disposition;
  /** after every batch: how many of the stream's records are settled */
  readonly onProgress: (done: number) => void;
  readonly now: () => number;
}

export interface StreamOutcome extends StreamResult {
  /** what ends the whole run: unreachable, no sign-in, cancelled */
  readonly fatal: unknown;
  readonly fault: unknown;
}

/** Takes one stream to the cloud: lanes of batches, each sent and then marked. Never throws. */
export async function runStream<Item>(
  stream: SyncStream<Item>,
  plan: Plan,
  options: StreamRunOptions,
): Promise<StreamOutcome> {
  const tally = createTally(plan, options.onProgress);
  const size = adaptiveBatchSize(options.batchSize);
  const pages = stream.source.batches(() => size.current())[Symbol.asyncIterator]();
  await Promise.all(Array.from({ length: stream.lanes }, () => lane(stream, pages, size, tally, options)));
  try {
    tally.settle(await stream.source.finish());
  } catch (error) {
    tally.stop(error, true);
  }
  return tally.outcome(stream.name);
}

async function lane<Item>(
  stream: SyncStream<Item>,
  pages: AsyncIterator<Batch<Item>>,
  size: BatchSize,
  tally: Tally,
  options: StreamRunOptions,
): Promise<void> {
  try {
    while (!tally.stopped()) {
      if (options.signal.aborted) return tally.stop(cancelled(), true);
      const page = await pages.next();
      if (page.done) return;
      tally.settle(page.value.settled);
      if (page.value.items.length > 0) await sendAndMark(stream, page.value.items, size, tally, options);
    }
  } catch (error) {
    tally.stop(error, true);
  }
}

async function sendAndMark<Item>(
  stream: SyncStream<Item>,
  items: readonly Item[],
  size: BatchSize,
  tally: Tally,
  options: StreamRunOptions,
): Promise<void> {
  try {
    const receipt = await sendSized(stream, items, size, options);
    await stream.source.mark(items);
    tally.sent(receipt);
  } catch (error) {
    const disposition = options.disposition(error);
    if (disposition === 'parent') await stream.source.parentMissing(items);
    tally.failed(items.length, error);
    if (
      disposition === 'stream' ||
      disposition === 'run' ||
      disposition === 'again' ||
      options.signal.aborted
    ) {
      tally.stop(error, disposition !== 'stream');
    }
  }
}

/** Sends a batch, in halves where the cloud finds it too large. */
async function sendSized<Item>(
  stream: SyncStream<Item>,
  items: readonly Item[],
  size: BatchSize,
  options: StreamRunOptions,
): Promise<Receipt> {
  const began = options.now();
  try {
    const receipt = await retrying(() => stream.sink.send(items, options.signal), {
      attempts: options.attempts,
      signal: options.signal,
      random: options.random,
      waitFor: (error) => {
        if (options.disposition(error) !== 'again') return null;
        return { atLeastMs: error instanceof BackhaulError ? (error.retryAfterMs ?? 0) : 0 };
      },
    });
    size.took(options.now() - began, items.length);
    return receipt;
  } catch (error) {
    if (options.disposition(error) !== 'smaller' || items.length === 1) throw error;
    size.tooLarge();
    const middle = Math.ceil(items.length / 2);
    const first = await sendSized(stream, items.slice(0, middle), size, options);
    const second = await sendSized(stream, items.slice(middle), size, options);
    return { sent: first.sent + second.sent, duplicates: first.duplicates + second.duplicates };
  }
}

function cancelled(): BackhaulError {
  return new BackhaulError(
    'cancelled',
    'The run was cancelled. What was sent is marked, the rest waits here.',
  );
}

interface Tally {
  settle(settled: Settled): void;
  sent(receipt: Receipt): void;
  failed(records: number, error: unknown): void;
  stop(error: unknown, fatal: boolean): void;
  stopped(): boolean;
  outcome(stream: string): StreamOutcome;
}

/** Counts so that planned = sent + duplicates + quarantined + failed, also when a run ends early. */
function createTally(plan: Plan, onProgress: (done: number) => void): Tally {
  const counts = { sent: 0, duplicates: 0, quarantined: 0, failed: 0 };
  let fault: unknown = null;
  let reason: string | null = null;
  let fatal: unknown = null;
  let stopped = false;
  const done = (): number => counts.sent + counts.duplicates + counts.quarantined + counts.failed;
  const settle = (settled: Settled): void => {
    counts.duplicates += settled.duplicates;
    counts.quarantined += settled.quarantined;
    counts.failed += settled.failed;
    reason ??= settled.reason;
    onProgress(done());
  };
  settle(plan.settled);
  return {
    settle,
    sent(receipt) {
      counts.sent += receipt.sent;
      counts.duplicates += receipt.duplicates;
      onProgress(done());
    },
    failed(records, error) {
      counts.failed += records;
      fault ??= error;
      onProgress(done());
    },
    stop(error, isFatal) {
      stopped = true;
      fault ??= error;
      if (isFatal) fatal ??= error;
    },
    stopped: () => stopped,
    outcome(stream) {
      if (stopped) counts.failed += Math.max(0, plan.planned - done());
      const message = fault instanceof Error ? fault.message : fault === null ? reason : String(fault);
      return { stream, planned: done(), ...counts, error: message, fatal, fault };
    },
  };
}
