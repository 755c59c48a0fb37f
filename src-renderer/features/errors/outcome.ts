import type { RunResult } from '../../../src-main/contract/run-shapes.ts';

/** What the last action came to; stays until it is closed or the next one begins. */
export interface Outcome {
  readonly kind: 'retried' | 'edited' | 'discarded' | 'acknowledged' | 'arrived' | 'refusedAgain';
  readonly count: number;
  readonly stillOpen: number;
  /** when that was, milliseconds */
  readonly at: number;
}

/** Whether a sync can still say what became of records that were sent again. */
export function isUnderWay({ kind }: Outcome): boolean {
  return kind === 'retried' || kind === 'edited';
}

/**
 * What became of records that were sent again, once a sync has ended.
 * @param refusedAgain how many records this sync refused that had been refused before
 */
export function outcomeAfter(outcome: Outcome, run: RunResult, refusedAgain: number): Outcome {
  if (!isUnderWay(outcome) || run.dryRun) return outcome;
  if (refusedAgain > 0)
    return { ...outcome, kind: 'refusedAgain', count: Math.min(refusedAgain, outcome.count) };
  // Times of runs are whole seconds; one that had begun before may have passed these records by.
  const began = Date.parse(run.startedAt ?? '');
  const tookAll = began >= Math.floor(outcome.at / 1000) * 1000 && run.failed === 0 && run.stranded === 0;
  return tookAll && run.status !== 'failed' && run.status !== 'cancelled' && run.status !== 'interrupted'
    ? { ...outcome, kind: 'arrived' }
    : outcome;
}
