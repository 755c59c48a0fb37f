import type { ErrorCause } from '../../contract/error-group.ts';
import { BackhaulError } from '../../contract/errors.ts';
import { type BatchLog, createBatchLog, type LoggedBatches, type OpenBatch } from './batch-log.ts';
import { adaptiveBatchSize, type BatchSize } from './batch-size.ts';
import { createBreath } from './breathe.ts';
import { isolate } from './isolate.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { retrying } from './retry.ts';
import type { Batch, Plan, Receipt, Refusal, SyncStream } from './stream.ts';
import { createTally, type StreamOutcome, type Tally } from './tally.ts';

/** How a failed request is to be taken; the classification itself belongs to the cloud (cloud/classify.ts). */
export type Disposition = 'again' | 'smaller' | 'parent' | 'content' | 'batch' | 'stream' | 'run';

export interface StreamRunOptions {
  readonly batchSize: number;
  readonly attempts: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly disposition: (error: unknown) => Disposition;
  /** the cloud's own words of a content error */
  readonly refusalOf: (error: unknown) => Refusal;
  readonly causeOf: (error: unknown) => ErrorCause;
  /** after every batch: how many of the stream's records are settled, and how many of these are in the cloud */
  readonly onProgress: (done: number, uploaded: number) => void;
  readonly now: () => number;
}

/** How a stream went, batch by batch. */
export type LoggedOutcome = StreamOutcome & LoggedBatches;

/** What the lanes of one stream share. */
interface Course<Item> {
  readonly stream: SyncStream<Item>;
  readonly size: BatchSize;
  readonly tally: Tally;
  readonly log: BatchLog;
  readonly refusals: Refusals<Item>;
  /** before reading a page, and before marking one */
  readonly breathe: () => Promise<void>;
  readonly options: StreamRunOptions;
}

/** Takes one stream to the cloud: lanes of batches, each sent and then marked. Never throws. */
export async function runStream<Item>(
  stream: SyncStream<Item>,
  plan: Plan,
  options: StreamRunOptions,
): Promise<LoggedOutcome> {
  const tally = createTally(plan, options);
  const refusals = createRefusals<Item>({
    stream: stream.name,
    refusalOf: options.refusalOf,
    setAside: async (item, refusal) => {
      if (await stream.source.setAside(item, refusal)) tally.quarantined();
      else tally.failed(1, null);
    },
  });
  const size = adaptiveBatchSize(options.batchSize, options.now);
  const log = createBatchLog(options.now);
  const course = { stream, size, tally, log, refusals, breathe: createBreath(), options };
  const pages = stream.source.batches(() => course.size.current())[Symbol.asyncIterator]();
  await Promise.all(Array.from({ length: stream.lanes }, () => lane(course, pages)));
  try {
    await refusals.finish();
    if (!tally.stopped()) await sendSubstitutes(course);
    tally.settle(await stream.source.finish());
  } catch (error) {
    tally.stop(error, true);
  }
  return { ...tally.outcome(stream.name), ...log.result() };
}

async function lane<Item>(course: Course<Item>, pages: AsyncIterator<Batch<Item>>): Promise<void> {
  const { tally, options } = course;
  try {
    while (!tally.stopped()) {
      if (options.signal.aborted) return tally.stop(cancelled(), true);
      await course.breathe();
      const page = await pages.next();
      if (page.done) return;
      tally.settle(page.value.settled);
      if (page.value.items.length > 0) await takePage(course, page.value.items);
    }
  } catch (error) {
    tally.stop(error, true);
  }
}

/** Sends and marks a page; what the cloud refuses for its content is found and set aside, the rest lands. */
async function takePage<Item>(course: Course<Item>, items: readonly Item[]): Promise<void> {
  const { options, refusals, tally } = course;
  const batch = course.log.begin(items.length);
  const isContent = (error: unknown): boolean =>
    options.disposition(error) === 'content' && !options.signal.aborted;
  let decided = 0;
  const send = async (some: readonly Item[]): Promise<void> => {
    const receipt = await sendAndMark(course, some, batch);
    tally.sent(receipt);
    batch.landed(receipt);
    decided += some.length;
    await refusals.accepted();
  };
  try {
    await send(items).catch((error: unknown) => {
      if (!isContent(error)) throw error;
      return isolate(items, error, {
        send,
        isContent,
        refused: (item, why) => {
          decided += 1;
          batch.refused(why);
          return refusals.refused(item, why);
        },
        unanimous: (why) => tally.stop(refusals.blocked(why), false),
        stopped: () => tally.stopped() || options.signal.aborted,
      });
    });
    if (options.signal.aborted && decided < items.length) tally.stop(cancelled(), true);
    batch.end(null, options.signal.aborted);
  } catch (error) {
    batch.end(error, options.signal.aborted);
    await giveUp(course, items, items.length - decided, error);
  }
}

async function giveUp<Item>(
  { stream, tally, options }: Course<Item>,
  items: readonly Item[],
  records: number,
  error: unknown,
): Promise<void> {
  const disposition = options.disposition(error);
  if (disposition === 'parent') await stream.source.parentMissing(items);
  tally.failed(records, error);
  const ends = disposition === 'stream' || disposition === 'run' || disposition === 'again';
  if (ends || options.signal.aborted) tally.stop(error, disposition !== 'stream');
}

/** Where the cloud does not take even the bare key of a parent, its children wait. */
async function sendSubstitutes<Item>(course: Course<Item>): Promise<void> {
  const items = await course.stream.source.substitutes();
  for (const item of items) {
    await sendAndMark(course, [item], null).catch((error: unknown) => {
      if (course.options.disposition(error) !== 'content') throw error;
    });
  }
}

async function sendAndMark<Item>(
  course: Course<Item>,
  items: readonly Item[],
  batch: OpenBatch | null,
): Promise<Receipt> {
  const receipt = await sendSized(course, items, batch);
  await course.breathe();
  await course.stream.source.mark(items);
  return receipt;
}

/** Sends a batch, in halves where the cloud finds it too large. */
async function sendSized<Item>(
  course: Course<Item>,
  items: readonly Item[],
  batch: OpenBatch | null,
): Promise<Receipt> {
  const { stream, size, options } = course;
  const began = options.now();
  const send = (): Promise<Receipt> => {
    batch?.tried();
    return stream.sink.send(items, options.signal);
  };
  try {
    const receipt = await retrying(send, {
      attempts: options.attempts,
      signal: options.signal,
      random: options.random,
      waitFor: (error) => {
        if (options.disposition(error) !== 'again') return null;
        return { atLeastMs: error instanceof BackhaulError ? (error.retryAfterMs ?? 0) : 0 };
      },
    });
    size.took(options.now() - began, items.length, began);
    return receipt;
  } catch (error) {
    if (options.disposition(error) !== 'smaller' || items.length === 1) throw error;
    size.tooLarge();
    const middle = Math.ceil(items.length / 2);
    const first = await sendSized(course, items.slice(0, middle), batch);
    const second = await sendSized(course, items.slice(middle), batch);
    return {
      sent: first.sent + second.sent,
      duplicates: first.duplicates + second.duplicates,
      bytes: first.bytes + second.bytes,
    };
  }
}

function cancelled(): BackhaulError {
  return new BackhaulError(
    'cancelled',
    'The run was cancelled. What was sent is marked, the rest waits here.',
  );
}
