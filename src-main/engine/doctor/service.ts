import { configFileName } from '../config/check-config.ts';
import type { Environment } from '../config/environment.ts';
import { secretsOf } from '../config/environment.ts';
import { createRedactor } from '../log/redact.ts';
import { fileSecrets, type SecretStore, withKeptKey } from '../secrets/service.ts';
import { databaseFileName } from '../storage/service.ts';
import { checks } from './checks.ts';
import { critical, type FindingCause, type FindingLevel } from './finding.ts';
import { createPatient } from './patient.ts';
import { type NamedFinding, runCheck } from './run-check.ts';
import { runProbe } from './run-probe.ts';

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
  /** the files of the data directory unless told */
  readonly secrets?: SecretStore;
}

/**
 * Looks at everything an installation needs and says for each fault what to do next (SPEC 8). Changes nothing,
 * starts nothing, never throws; each check stands for itself, and one that hangs is itself a finding.
 * `cause` says what the worst is about, null where all is well.
 */
export async function examine(
  options: DoctorOptions,
): Promise<{ readonly diagnosis: Diagnosis; readonly cause: FindingCause | null }> {
  const redact = createRedactor(secretsOf(options.environment));
  const results = (await diskHangs(options.dataDir)) ?? (await runChecks(options));
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

async function runChecks(options: DoctorOptions): Promise<readonly NamedFinding[]> {
  const { dataDir, now, secrets = fileSecrets(dataDir) } = options;
  // Where it cannot be read, the check of the settings says that there is no key.
  const environment = await withKeptKey(options.environment, secrets).catch(() => options.environment);
  const patient = createPatient(dataDir, environment, secrets, now);
  const found = await Promise.all(checks.map((check) => runCheck(check, patient)));
  return found.flat();
}

const diskWithinMs = 8000;

/** Where not even the folder can be listed, every other check would hang with it. */
async function diskHangs(dataDir: string): Promise<readonly NamedFinding[] | null> {
  const files = [configFileName, databaseFileName];
  const reach = await runProbe('reach-probe', [dataDir, ...files], diskWithinMs);
  if (reach.ended !== 'late') return null;
  const finding = critical(
    `The disk or network folder under ${dataDir} did not answer within ${diskWithinMs / 1000} s. No record can be stored until it does; what was acknowledged is on it. Nothing else was looked at.`,
    'Look at dmesg and mount; bring the disk or the network folder back, or move the data directory to a disk of this computer.',
  );
  return [{ name: 'disk', ...finding }];
}

/** The configuration first: it may be why the rest does not work. Unreachable only where nothing else is wrong. */
function worst(causes: readonly FindingCause[]): FindingCause | null {
  if (causes.length === 0) return null;
  if (causes.includes('configuration')) return 'configuration';
  return causes.every((cause) => cause === 'unreachable') ? 'unreachable' : 'fault';
}
