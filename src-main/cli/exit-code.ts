import { BackhaulError, type FaultCode } from '../contract/errors.ts';
import type { RunResult } from '../contract/run-shapes.ts';

/** SPEC 8. */
export const exitCode = {
  done: 0,
  internal: 1,
  usage: 2,
  partial: 3,
  tryAgainLater: 4,
  operatorMustAct: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const byFault: Readonly<Record<FaultCode, ExitCode>> = {
  invalid_input: exitCode.usage,
  not_found: exitCode.usage,
  conflict: exitCode.tryAgainLater,
  unavailable: exitCode.tryAgainLater,
  rate_limited: exitCode.tryAgainLater,
  unauthorized: exitCode.operatorMustAct,
  locked: exitCode.operatorMustAct,
  misconfigured: exitCode.operatorMustAct,
  rejected: exitCode.partial,
  storage: exitCode.operatorMustAct,
  cancelled: exitCode.partial,
  internal: exitCode.internal,
};

export function exitCodeOfError(error: unknown): ExitCode {
  return error instanceof BackhaulError ? byFault[error.code] : exitCode.internal;
}

/** A run is done when all of its plan is in the cloud and was compared; duplicates are fine. */
export function exitCodeOfRun(run: RunResult): ExitCode {
  if (run.faultCode !== null && run.faultCode in byFault) {
    const code = byFault[run.faultCode as FaultCode];
    return code === exitCode.internal && run.sent + run.duplicates > 0 ? exitCode.partial : code;
  }
  if (run.status !== 'success' || run.quarantined > 0 || run.failed > 0) return exitCode.partial;
  return run.dryRun || run.verified ? exitCode.done : exitCode.partial;
}
