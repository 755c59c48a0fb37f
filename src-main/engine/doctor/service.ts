import type { Environment } from '../config/environment.ts';
import { secretsOf } from '../config/environment.ts';
import { createRedactor } from '../log/redact.ts';
import { checks } from './checks.ts';
import type { FindingCause, FindingLevel } from './finding.ts';
import { createPatient } from './patient.ts';
import { runCheck } from './run-check.ts';

export type { FindingCause, FindingLevel } from './finding.ts';

/** One line of the self-check. */
export interface CheckResult {
  readonly name: string;
  readonly level: FindingLevel;
  /** what happened and what it means for the data */
  readonly message: string;
  /** what to do, null where there is nothing to do */
  readonly nextStep: string | null;
}

export interface Diagnosis {
  /** nothing is worse than a warning */
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

export interface DoctorOptions {
  readonly dataDir: string;
  readonly environment: Environment;
  readonly now: () => Date;
}

/**
 * Looks at everything an installation needs and says for each fault what to do next (SPEC 8). Changes nothing,
 * starts nothing, never throws; each check stands for itself, and one that hangs is itself a finding.
 * `cause` says what the worst is about, null where all is well.
 */
export async function examine(
  options: DoctorOptions,
): Promise<{ readonly diagnosis: Diagnosis; readonly cause: FindingCause | null }> {
  const patient = createPatient(options.dataDir, options.environment, options.now);
  const redact = createRedactor(secretsOf(options.environment));
  const found = await Promise.all(checks.map((check) => runCheck(check, patient)));
  const results = found.flat();
  const causes = results.filter(({ level }) => level === 'critical').map(({ cause }) => cause);
  return {
    diagnosis: {
      ok: causes.length === 0,
      checks: results.map(({ name, level, message, nextStep }) => ({
        name,
        level,
        message: redact(message),
        nextStep: nextStep === null ? null : redact(nextStep),
      })),
    },
    cause: worst(causes),
  };
}

/** The configuration first: it may be why the rest does not work. Unreachable only where nothing else is wrong. */
function worst(causes: readonly FindingCause[]): FindingCause | null {
  if (causes.length === 0) return null;
  if (causes.includes('configuration')) return 'configuration';
  return causes.every((cause) => cause === 'unreachable') ? 'unreachable' : 'fault';
}
