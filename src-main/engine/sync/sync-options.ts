import type { RunProgress, SyncMode, SyncTrigger } from '../../contract/run-shapes.ts';
import type { CloudAccess } from '../cloud/service.ts';
import type { Config } from '../config/load-config.ts';
import type { Logger } from '../log/logger.ts';
import type { Storage } from '../storage/service.ts';

export interface SyncRequest {
  readonly mode: SyncMode;
  readonly trigger: SyncTrigger;
  readonly dryRun: boolean;
  readonly streams?: readonly string[] | undefined;
}

export interface SyncOptions {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  /** the cloud that runs on this box, for leaving it; closed by who asked */
  readonly localCloud: () => CloudAccess;
  readonly config: Config;
  readonly log: Logger;
  readonly serviceInstance: string;
  readonly now: () => Date;
  readonly random: () => number;
  readonly onProgress: (progress: RunProgress) => void;
}
