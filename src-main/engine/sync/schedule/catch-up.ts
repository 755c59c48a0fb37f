import type { RunResult } from '../../../contract/run-shapes.ts';

/**
 * Whether the last run left records behind that no later slot would take by itself or soon: stranded ones, an
 * outage, a blocked stream, a process that was killed (SPEC 5.1). What a person cancelled or what lies in quarantine
 * is no reason.
 */
export function leavesRecords(last: RunResult | null): boolean {
  if (last === null) return false;
  if (last.stranded > 0) return true;
  if (last.status === 'interrupted') return true;
  return (
    (last.status === 'failed' || last.status === 'partial') && (last.failed > 0 || last.faultCode !== null)
  );
}

const firstPauseMs = 30_000;
const longestPauseMs = 10 * 60_000;

/** Catch-up runs that do not help come less and less often; an outage that ends begins anew. */
export interface CatchUpPace {
  isDue(nowMs: number): boolean;
  ran(nowMs: number, helped: boolean): void;
  reset(): void;
}

export function createCatchUpPace(): CatchUpPace {
  let notBefore = Number.NEGATIVE_INFINITY;
  let pauseMs = firstPauseMs;
  return {
    isDue: (nowMs) => nowMs >= notBefore,
    ran(nowMs, helped) {
      if (helped) {
        this.reset();
        return;
      }
      notBefore = nowMs + pauseMs;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    },
    reset() {
      notBefore = Number.NEGATIVE_INFINITY;
      pauseMs = firstPauseMs;
    },
  };
}
