import type { BatchResult } from '../../contract/history-shapes.ts';
import type { Receipt } from './stream.ts';

/** The batches of a stream that are remembered, and how many there were. */
export interface LoggedBatches {
  readonly batches: readonly BatchResult[];
  readonly batchCount: number;
}

/** One batch under way. */
export interface OpenBatch {
  /** a request begins */
  tried(): void;
  /** some of its records are in the cloud */
  landed(receipt: Receipt): void;
  /** one of its records was refused by itself */
  refused(error: unknown): void;
  /** the rest, if any, was not taken */
  end(error: unknown, cancelled: boolean): void;
}

/** Notes how each batch went; of many the first ones and those that did not go smoothly. */
export interface BatchLog {
  begin(records: number): OpenBatch;
  result(): LoggedBatches;
}

const first = 50;
const troubled = 150;
const longestError = 300;

export function createBatchLog(now: () => number): BatchLog {
  const since = now();
  const smooth: BatchResult[] = [];
  const rough: BatchResult[] = [];
  let batchCount = 0;

  function keep(batch: BatchResult): void {
    batchCount += 1;
    const isRough = batch.outcome !== 'stored' || batch.tries > 1;
    if (isRough && rough.length < troubled) rough.push(batch);
    else if (!isRough && smooth.length < first) smooth.push(batch);
  }

  return {
    begin(records) {
      const begun = now();
      const counts = { sent: 0, duplicates: 0, refused: 0 };
      let tries = 0;
      let words: string | null = null;
      return {
        tried() {
          tries += 1;
        },
        landed(receipt) {
          counts.sent += receipt.sent;
          counts.duplicates += receipt.duplicates;
        },
        refused(error) {
          counts.refused += 1;
          words = wordsOf(error);
        },
        end(error, cancelled) {
          const failed = Math.max(0, records - counts.sent - counts.duplicates - counts.refused);
          keep({
            begunMs: Math.round(begun - since),
            records,
            ...counts,
            failed,
            durationMs: Math.round(now() - begun),
            tries,
            outcome: outcomeOf({ records, ...counts, failed }, cancelled),
            error: error === null ? words : wordsOf(error),
          });
        },
      };
    },
    result: () => ({
      batches: [...smooth, ...rough].sort((a, b) => a.begunMs - b.begunMs),
      batchCount,
    }),
  };
}

function outcomeOf(
  counts: Pick<BatchResult, 'records' | 'refused' | 'failed'>,
  cancelled: boolean,
): BatchResult['outcome'] {
  const { records, refused, failed } = counts;
  if (refused + failed === 0) return 'stored';
  if (cancelled) return 'cancelled';
  if (refused === records) return 'refused';
  return failed === records ? 'failed' : 'partly';
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.length > longestError ? `${words.slice(0, longestError - 1)}…` : words;
}
