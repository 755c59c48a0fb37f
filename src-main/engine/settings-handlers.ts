import { setTimeout as delay } from 'node:timers/promises';
import type { CloudDetails } from '../contract/cloud-shapes.ts';
import type { CallName } from '../contract/contract.ts';
import { BackhaulError } from '../contract/errors.ts';
import type { settingsCalls } from '../contract/settings-calls.ts';
import {
  type CloudAccess,
  type CloudWatch,
  checkConfigured,
  checkTrial,
  cloudDetails,
  mayOnlyRead,
  refuseImpossible,
  refuseImpossibleKey,
  runningLocalIdentity,
  safeUrl,
  signIn,
  signOut,
  tokenLocation,
} from './cloud/service.ts';
import { changeConfig } from './config/change-config.ts';
import { type ConfigSituation, describeConfig } from './config/describe-config.ts';
import type { Environment } from './config/environment.ts';
import type { Config } from './config/load-config.ts';
import { collectDiagnostics } from './diagnostics/service.ts';
import type { Health } from './health/service.ts';
import type { Reports } from './reports/service.ts';
import type { Handlers } from './rpc/dispatch.ts';
import { readApiKey, type SecretStore, withKeptKey, writeApiKey } from './secrets/service.ts';
import { readSetting, type Storage } from './storage/service.ts';
import { lastVerification, type Scheduler } from './sync/service.ts';

type SettingsCall = Extract<CallName, keyof typeof settingsCalls>;
export type SettingsHandlers = Pick<Handlers, SettingsCall>;

export interface SettingsParts {
  readonly config: Config;
  readonly environment: Environment;
  readonly secrets: SecretStore;
  readonly cloud: CloudAccess;
  /** null in an engine that does not stay */
  readonly watch: CloudWatch | null;
  readonly storage: Storage;
  readonly scheduler: Scheduler;
  readonly health: Health;
  readonly reports: Reports;
  readonly now: () => Date;
}

const wakeWithinMs = 5000;

/** What answers the calls about the cloud and the settings. */
export function createSettingsHandlers(parts: SettingsParts): SettingsHandlers {
  const { config, environment, secrets, cloud, watch, storage, scheduler, health, now } = parts;
  /** a key was kept that the engine was not started with, and needs */
  let keyChanged = false;
  const situation = (): ConfigSituation => ({
    dataDir: config.dataDir,
    environment,
    running: config,
    fixedLocationId: storage.location.fixed(),
  });
  const restartNeeded = (): boolean => keyChanged || describeConfig(situation()).restartNeeded;
  const details = async (): Promise<CloudDetails> =>
    cloudDetails({
      ...{ cloud, environment, secrets, url: config.cloud.url },
      status: watch?.last() ?? (await cloud.status()),
      since: watch?.since() ?? null,
      locationId: storage.location.id(),
      marksOf: readSetting(storage.reader, 'cloud'),
      localIdentity: config.cloud.url === null ? await runningLocalIdentity(config.dataDir) : null,
      lastVerification: lastVerification(storage),
      restartNeeded: restartNeeded(),
    });
  /** Another sign-in counts at once, and so does what it lets go. */
  const signInChanged = async (): Promise<void> => {
    cloud.forgetSignIn();
    scheduler.wake();
    await Promise.race([watch?.look(), delay(wakeWithinMs, undefined, { ref: false })]);
  };
  return {
    'cloud.details': details,
    'cloud.check': async ({ trial }, { signal }) => {
      if (trial === null) return checkConfigured(cloud, storage.location.id(), signal);
      const apiKey = trial.apiKey ?? (await keyInUse(parts));
      if (apiKey === null)
        throw new BackhaulError('invalid_input', 'The key of the project is missing.', {
          details: { field: 'apiKey', missing: true },
        });
      return checkTrial({ ...trial, apiKey }, locationToBe(parts), now, signal);
    },
    'cloud.inspect': (trial) => {
      refuseImpossible(trial, locationToBe(parts));
      return Promise.resolve({});
    },
    'cloud.setKey': async ({ apiKey }) => {
      if (apiKey !== null) refuseImpossibleKey(apiKey);
      const before = await readApiKey(secrets).catch(() => null);
      await (apiKey === null ? secrets.clear('api-key') : writeApiKey(secrets, apiKey));
      keyChanged ||= before !== apiKey && environment.supabaseKey === null && config.cloud.url !== null;
      return { storage: secrets.kind, restartNeeded: restartNeeded() };
    },
    'cloud.signIn': async ({ token }) => {
      const outcome = await signIn(secrets, token, await address(parts), locationToBe(parts));
      await signInChanged();
      const { tried, accessToken } = outcome;
      return {
        tried,
        locationId: accessToken === null ? null : tokenLocation(accessToken),
        readOnly: accessToken === null ? null : mayOnlyRead(accessToken),
        storage: secrets.kind,
        overridden: environment.deviceToken !== null,
      };
    },
    'cloud.signOut': async () => {
      const signedOut = await signOut(secrets);
      await signInChanged();
      return { signedOut };
    },
    'config.get': () => Promise.resolve(describeConfig(situation())),
    'config.set': (patch) => Promise.resolve(changeConfig(situation(), patch, safeUrl)),
    'schedule.wake': async () => {
      scheduler.wake();
      await Promise.race([watch?.look(), delay(wakeWithinMs, undefined, { ref: false })]);
      return {};
    },
    'diagnostics.collect': async () => ({
      files: [
        ...(await collectDiagnostics({
          ...{ dataDir: config.dataDir, environment, secrets, storage, now },
          detector: config.capture.command,
          reports: {
            configuration: () => describeConfig(situation()),
            cloud: details,
            status: () => health.status(),
            health: () => health.health(),
            errors: () => parts.reports.errors({ all: true }),
            history: () => parts.reports.runs({ limit: 50 }),
          },
        })),
      ],
    }),
  };
}

/** Where a token can be tried: the address and key as they are kept now, also before a restart. */
async function address(parts: SettingsParts) {
  const url = setText(parts, 'cloud.url');
  const apiKey = await keyInUse(parts);
  return url === null || apiKey === null
    ? null
    : { url: safeUrl(url), apiKey, requestTimeoutMs: parts.config.sync.requestTimeoutMs };
}

/** The key that a start would take now. */
async function keyInUse({ environment, secrets }: SettingsParts): Promise<string | null> {
  return (await withKeptKey(environment, secrets).catch(() => environment)).supabaseKey;
}

/** The store that this box is, also where that was set since the start. */
function locationToBe(parts: SettingsParts): string | null {
  const { location } = parts.storage;
  return location.fixed() ?? setText(parts, 'location.id') ?? location.id();
}

function setText({ config, environment }: SettingsParts, wanted: string): string | null {
  const { entries } = describeConfig({
    ...{ dataDir: config.dataDir, environment },
    ...{ running: config, fixedLocationId: null },
  });
  const value = entries.find(({ key }) => key === wanted)?.value;
  return typeof value === 'string' ? value : null;
}
