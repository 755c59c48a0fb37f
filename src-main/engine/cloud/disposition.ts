import type { ErrorCause, ErrorGroup } from '../../contract/error-group.ts';
import { BackhaulError, type FaultCode } from '../../contract/errors.ts';
import type { Disposition } from '../sync/run-stream.ts';
import type { Refusal } from '../sync/stream.ts';
import type { CloudFaultKind } from './classify.ts';
import { CloudError } from './cloud-error.ts';

/** What a failed request means for its batch, its stream and its run (SPEC 5.1). */
export function cloudDisposition(error: unknown): Disposition {
  if (!(error instanceof CloudError))
    return error instanceof BackhaulError && error.code === 'rejected' ? 'batch' : 'run';
  switch (error.fault.kind) {
    case 'network':
    case 'timeout':
    case 'rate_limited':
    case 'server':
      return 'again';
    case 'too_large':
      return 'smaller';
    case 'sign_in':
      return 'run';
    case 'permission':
    case 'schema':
    case 'address':
      return 'stream';
    case 'parent':
      return 'parent';
    case 'content':
      return 'content';
    default:
      return 'batch';
  }
}

/** A content error in the cloud's own words, for the quarantine. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof CloudError) return { code: error.fault.code, message: error.fault.message };
  return { code: 'unknown', message: error instanceof Error ? error.message : String(error) };
}

const groupOfKind: Readonly<Record<CloudFaultKind, ErrorGroup>> = {
  network: 'network',
  timeout: 'timeout',
  rate_limited: 'rate_limit',
  server: 'network',
  too_large: 'timeout',
  sign_in: 'sign_in',
  permission: 'permission',
  schema: 'schema',
  address: 'network',
  parent: 'conflict',
  content: 'data',
  other: 'internal',
};

const groupOfCode: Readonly<Record<FaultCode, ErrorGroup>> = {
  invalid_input: 'sign_in',
  not_found: 'internal',
  conflict: 'conflict',
  unavailable: 'network',
  rate_limited: 'rate_limit',
  unauthorized: 'sign_in',
  locked: 'permission',
  misconfigured: 'sign_in',
  rejected: 'data',
  storage: 'storage',
  cancelled: 'internal',
  internal: 'internal',
};

/** The cause of a failed run as a person tells it (SPEC 6). */
export function errorCauseOf(error: unknown): ErrorCause {
  if (error instanceof CloudError)
    return { group: groupOfKind[error.fault.kind], code: error.fault.code || error.fault.kind };
  if (!(error instanceof BackhaulError)) return { group: 'internal', code: 'internal' };
  const { cloudCode, blocked } = error.details ?? {};
  return {
    group: blocked === true ? 'schema' : groupOfCode[error.code],
    code: typeof cloudCode === 'string' && cloudCode !== '' ? cloudCode : error.code,
  };
}
