import { BackhaulError } from '../../contract/errors.ts';
import type { Disposition } from '../sync/run-stream.ts';
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
    default:
      return 'batch';
  }
}
