import type { ConfigEntry, ConfigReport } from '../../contract/config-shapes.ts';
import { createRedactor } from '../log/redact.ts';
import { type Config, checkConfig, configFileName } from './check-config.ts';
import { type ConfigKey, configKeys } from './config-keys.ts';
import { valueAt } from './describe-fault.ts';
import type { Environment } from './environment.ts';
import { configSchema } from './schema.ts';

type Json = ConfigEntry['value'];

export interface ConfigSituation {
  readonly dataDir: string;
  readonly environment: Environment;
  /** what the running engine was started with */
  readonly running: Config;
  /** the location that records have fixed; null while it can be chosen */
  readonly fixedLocationId: string | null;
}

/** Every key as the file and the environment have it now (SPEC 13). Shows no secret, even where one was put there. */
export function describeConfig(situation: ConfigSituation): ConfigReport {
  const { dataDir, environment, fixedLocationId } = situation;
  const checked = checkConfig(dataDir, environment);
  const defaults = configSchema.parse({});
  const entries = configKeys.map((key): ConfigEntry => {
    const from = checked.sources.get(key.name) ?? 'default';
    const source = from === 'default' ? 'default' : from === configFileName ? 'file' : 'environment';
    return {
      key: key.name,
      value: shown(key, checked.usable),
      default: shown(key, defaults),
      source,
      variable: source === 'environment' ? from : null,
      locked: source === 'environment' || (key.name === 'location.id' && fixedLocationId !== null),
      waitsForRestart: differs(key, checked.usable, situation.running),
      description: key.schema.description ?? '',
    };
  });
  return {
    path: checked.path,
    exists: checked.exists,
    entries,
    faults: [...checked.faults],
    restartNeeded: entries.some(({ waitsForRestart }) => waitsForRestart),
    fixedLocationId,
  };
}

function differs(key: ConfigKey, one: unknown, other: unknown): boolean {
  return JSON.stringify(valueAt(one, key.path)) !== JSON.stringify(valueAt(other, key.path));
}

const redact = createRedactor();

/** Null also for a key inside a group that is null. The detector's arguments may hold anything, so they stay here. */
function shown(key: ConfigKey, config: unknown): Json {
  const value = (valueAt(config, key.path) ?? null) as Json;
  if (key.name === 'capture.command' && Array.isArray(value)) {
    return [redact(String(value[0])), ...(value.length > 1 ? ['…'] : [])];
  }
  return JSON.parse(JSON.stringify(value), (_name, one: unknown) =>
    typeof one === 'string' ? redact(one) : one,
  ) as Json;
}
