import type { FoundRecords, RecordSelection } from '../../contract/find-shapes.ts';
import type { CloudAccess } from '../cloud/service.ts';
import type { Storage } from '../storage/service.ts';

export interface Find {
  records(selection: RecordSelection, signal: AbortSignal): Promise<FoundRecords>;
}

export function createFind(_options: {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  readonly now: () => Date;
}): Find {
  return { records: () => Promise.resolve({ records: [], more: false, cloudUnknown: null }) };
}
