import type { ErrorCause } from '../../contract/error-group.ts';
import type { StreamResult } from '../../contract/run-shapes.ts';
import type { Plan, Receipt, Settled } from './stream.ts';

export interface StreamOutcome extends StreamResult {
  /** what ends the whole run: unreachable, no sign-in, cancelled */
  readonly fatal: unknown;
  readonly fault: unknown;
}

/** The figures of one stream in one run. */
export interface Tally {
  settle(settled: Settled): void;
  sent(receipt: Receipt): void;
  quarantined(): void;
  failed(records: number, error: unknown): void;
  stop(error: unknown, fatal: boolean): void;
  stopped(): boolean;
  outcome(stream: string): StreamOutcome;
}

export interface TallyOptions {
  /** how many of the stream's records are settled, and how many of these are in the cloud */
  readonly onProgress: (done: number, uploaded: number) => void;
  readonly causeOf: (error: unknown) => ErrorCause;
}

/** Counts so that planned = sent + duplicates + quarantined + failed, also when a run ends early. */
export function createTally(plan: Plan, { onProgress, causeOf }: TallyOptions): Tally {
  const counts = { sent: 0, duplicates: 0, quarantined: 0, failed: 0 };
  let bytes = 0;
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
    onProgress(done(), counts.sent + counts.duplicates);
  };
  settle(plan.settled);
  return {
    settle,
    sent(receipt) {
      counts.sent += receipt.sent;
      counts.duplicates += receipt.duplicates;
      bytes += receipt.bytes;
      onProgress(done(), counts.sent + counts.duplicates);
    },
    quarantined() {
      counts.quarantined += 1;
      onProgress(done(), counts.sent + counts.duplicates);
    },
    failed(records, error) {
      counts.failed += records;
      fault ??= error;
      onProgress(done(), counts.sent + counts.duplicates);
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
      const { group: errorGroup, code: errorCode } =
        fault === null ? { group: null, code: null } : causeOf(fault);
      return {
        stream,
        planned: done(),
        ...counts,
        bytes,
        error: message,
        errorGroup,
        errorCode,
        fatal,
        fault,
      };
    },
  };
}
