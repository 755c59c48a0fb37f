import { BackhaulError } from '../contract/errors.ts';
import {
  type CloudAccess,
  cloudTarget,
  createCloudAccess,
  refusedAccess,
  retriedAccess,
} from './cloud/service.ts';
import type { Environment } from './config/environment.ts';
import type { Config } from './config/load-config.ts';
import type { Logger } from './log/logger.ts';
import { type SecretStore, withKeptKey } from './secrets/service.ts';

export interface ConfiguredCloudParts {
  readonly environment: Environment;
  readonly log: Logger;
  readonly now: () => Date;
  readonly secrets: SecretStore;
  /** an engine that stays leaves a local cloud alone that someone stopped by hand */
  readonly stays: boolean;
}

/** A wrong key or address must stop no capture: the engine runs, every run refuses with the reason. */
export async function configuredCloud(config: Config, parts: ConfiguredCloudParts): Promise<CloudAccess> {
  const { environment, log, secrets } = parts;
  const make = async (): Promise<CloudAccess> => {
    const { url } = config.cloud;
    const { supabaseKey, deviceToken } = url === null ? environment : await withKeptKey(environment, secrets);
    return createCloudAccess({
      dataDir: config.dataDir,
      target: cloudTarget({ url, apiKey: supabaseKey, deviceToken }),
      requestTimeoutMs: config.sync.requestTimeoutMs,
      now: parts.now,
      respectHold: parts.stays,
      secrets,
    });
  };
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof BackhaulError)) throw error;
    log.error(error.message);
    // A keychain that is locked is opened when somebody signs in to the computer; all else needs a new configuration.
    return error.code === 'unavailable' ? retriedAccess(error, make) : refusedAccess(error);
  }
}
