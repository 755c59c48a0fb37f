import type { CloudCheckResult } from '../../../contract/cloud-shapes.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { CloudError } from '../cloud-error.ts';
import { type CloudCheck, checkCloud } from './check-cloud.ts';
import { missingMigration } from './compare.ts';

/**
 * The saved cloud, asked as the device of this box. What it answers is a value, also that it cannot be reached.
 * @throws BackhaulError `misconfigured` where address, key or sign-in are missing or too powerful, `unavailable` where
 *   the local cloud does not start
 */
export async function checkConfigured(
  cloud: CloudAccess,
  locationId: string | null,
  signal: AbortSignal,
): Promise<CloudCheckResult> {
  if (cloud.fault !== null) throw cloud.fault;
  const url = (await cloud.status()).url;
  try {
    const session = await cloud.open(null, signal);
    const own = cloud.kind === 'local' ? null : locationId;
    return answered(cloud.kind, session.url, await checkCloud(session, signal, { locationId: own }));
  } catch (error) {
    return unanswered(cloud.kind, url, error);
  }
}

/** A check that came to its end. */
export function answered(
  kind: CloudCheckResult['kind'],
  url: string | null,
  {
    ok,
    lookedThrough,
    findings,
    sql,
  }: Omit<CloudCheck, 'lookedThrough'> & {
    readonly lookedThrough: CloudCheckResult['lookedThrough'];
  },
): CloudCheckResult {
  const onlyToken = findings.every(({ name }) => name === 'token');
  return {
    kind,
    url,
    outcome: ok ? 'complete' : onlyToken ? 'sign_in' : 'lacking',
    message: null,
    lookedThrough,
    findings: [...findings],
    missingMigrations: findings.map(missingMigration).filter((name) => name !== null),
    sql,
  };
}

/** Why a check came to no end; what is no answer of a cloud is thrown again. */
export function unanswered(
  kind: CloudCheckResult['kind'],
  url: string | null,
  error: unknown,
): CloudCheckResult {
  if (!(error instanceof CloudError)) throw error;
  const { fault } = error;
  const foreign = fault.status !== null && fault.kind === 'network';
  const outcome =
    fault.kind === 'sign_in'
      ? 'sign_in'
      : foreign || ['address', 'schema', 'other'].includes(fault.kind)
        ? 'wrong_address'
        : 'unreachable';
  return {
    kind,
    url,
    outcome,
    message: error.message,
    lookedThrough: null,
    findings: [],
    missingMigrations: [],
    sql: '',
  };
}
