import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { BackhaulError } from '../../contract/errors.ts';
import { type CloudTarget, cloudTarget } from '../cloud/service.ts';
import { type ConfigCheck, checkConfig } from '../config/check-config.ts';
import type { Environment } from '../config/environment.ts';
import type { SecretStore } from '../secrets/service.ts';
import { databaseFileName } from '../storage/service.ts';
import { askCloud, type CloudAnswer } from './ask-cloud.ts';
import type { DatabaseLook } from './database-look.ts';
import { errorCode } from './finding.ts';
import { type EngineLook, lookAtEngine } from './look-at-engine.ts';
import { lookAtToken, type TokenLook } from './look-at-token.ts';
import { lookAtDatabase } from './run-probe.ts';

/** The installation that is looked at. What several checks need is looked up once, when it is first asked for. */
export interface Patient {
  readonly dataDir: string;
  readonly databasePath: string;
  /** the data directory is there, and this user may not look into it */
  readonly isClosed: boolean;
  readonly environment: Environment;
  /** with defaults in place of what is at fault, so that one fault hides no other */
  readonly configuration: ConfigCheck;
  readonly now: () => Date;
  /** the cloud that is configured, or why it cannot be used */
  target(): TargetLook;
  engine(): Promise<EngineLook>;
  database(): Promise<DatabaseLook>;
  token(): Promise<TokenLook>;
  /** the configured project's answer; null where none is configured or its address cannot be used */
  cloud(): Promise<CloudAnswer | null>;
}

export type TargetLook =
  | { readonly usable: true; readonly target: CloudTarget }
  | { readonly usable: false; readonly fault: BackhaulError };

export function createPatient(
  dataDir: string,
  environment: Environment,
  secrets: SecretStore,
  now: () => Date,
): Patient {
  const configuration = checkConfig(dataDir, environment);
  const target = once(() => targetOf(configuration, environment));
  const token = once(() => lookAtToken(secrets, environment.deviceToken));
  const databasePath = join(dataDir, databaseFileName);
  return {
    dataDir,
    databasePath,
    isClosed: isClosed(dataDir),
    environment,
    configuration,
    now,
    target,
    engine: once(() => lookAtEngine(dataDir)),
    database: once(() => lookAtDatabase(databasePath)),
    token,
    cloud: once(async () => {
      const look = target();
      return look.usable && look.target.kind === 'supabase'
        ? askCloud(look.target, await token(), now)
        : null;
    }),
  };
}

function isClosed(dataDir: string): boolean {
  try {
    accessSync(dataDir, constants.R_OK | constants.X_OK);
    return false;
  } catch (error) {
    return ['EACCES', 'EPERM'].includes(errorCode(error));
  }
}

function targetOf({ usable }: ConfigCheck, { supabaseKey, deviceToken }: Environment): TargetLook {
  try {
    const settings = { url: usable.cloud.url, apiKey: supabaseKey, deviceToken };
    return { usable: true, target: cloudTarget(settings) };
  } catch (error) {
    if (error instanceof BackhaulError) return { usable: false, fault: error };
    throw error;
  }
}

function once<T>(work: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: work() };
    return made.value;
  };
}
