import { join } from 'node:path';
import type { z } from 'zod';
import { configKeys } from './config-keys.ts';
import { type ConfigFault, describeFaults, valueAt } from './describe-fault.ts';
import type { Environment } from './environment.ts';
import { environmentOverrides, environmentWarnings, type Override } from './environment-overrides.ts';
import { readConfigFile } from './read-config-file.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { secretValues } from './secret-values.ts';

export const configFileName = 'config.json';

/** config.json with the environment's overrides in place. */
export interface Config extends ConfigFile {
  readonly dataDir: string;
}

/** Where the value of a key comes from: `default`, `config.json`, or a variable's name. */
export type ConfigSource = string;

/** Everything there is to say about the configuration of a data directory. */
export interface ConfigCheck {
  /** of config.json, which may not exist */
  readonly path: string;
  readonly exists: boolean;
  /** null when there is a fault */
  readonly config: Config | null;
  /** the same with a default in place of whatever is at fault: for looking, never for running */
  readonly usable: Config;
  /** by the key's name */
  readonly sources: ReadonlyMap<string, ConfigSource>;
  readonly faults: readonly ConfigFault[];
  /** nothing that stops anything, but hardly meant so */
  readonly warnings: readonly ConfigFault[];
}

/** Reads and validates the configuration (SPEC 13). Changes nothing and throws nothing. */
export function checkConfig(dataDir: string, environment: Environment): ConfigCheck {
  const path = join(dataDir, configFileName);
  const file = readConfigFile(path);
  const fromEnvironment = environmentOverrides(environment);
  const merged = fromEnvironment.overrides.reduce(withOverride, file.fault === null ? file.value : {});
  const parsed = configSchema.safeParse(merged);
  const faults = [
    ...(file.fault === null ? [] : [file.fault]),
    ...fromEnvironment.faults,
    ...(parsed.success ? [] : describeFaults(parsed.error, merged)),
  ];
  return {
    path,
    exists: file.exists,
    config: parsed.success && faults.length === 0 ? { ...parsed.data, dataDir } : null,
    usable: { ...(parsed.success ? parsed.data : salvage(merged)), dataDir },
    sources: sourcesOf(file.value, fromEnvironment.overrides),
    faults,
    warnings: [
      ...maskedFaults(file.value, faults, fromEnvironment.overrides),
      ...secretValues(file.value),
      ...environmentWarnings(environment),
    ],
  };
}

function withOverride(input: unknown, { path, value }: Override): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  // Where a group is expected and something else stands, the file's fault is to be told, not hidden.
  if (Array.isArray(input) || (typeof input !== 'object' && input !== undefined)) return input;
  const group = (input ?? {}) as Record<string, unknown>;
  return { ...group, [name]: withOverride(group[name], { path: rest, value, variable: '' }) };
}

function sourcesOf(file: unknown, overrides: readonly Override[]): ReadonlyMap<string, ConfigSource> {
  return new Map(
    configKeys.map((key) => {
      const variable = overrides.findLast(({ path }) =>
        path.every((part, index) => key.path[index] === part),
      )?.variable;
      const inFile = valueAt(file, key.path) !== undefined;
      return [key.name, variable ?? (inFile ? configFileName : 'default')];
    }),
  );
}

/** Faults of the file that a variable hides for now. */
function maskedFaults(
  file: unknown,
  faults: readonly ConfigFault[],
  overrides: readonly Override[],
): readonly ConfigFault[] {
  const parsed = configSchema.safeParse(file ?? {});
  if (parsed.success) return [];
  const known = new Set(faults.map(({ path }) => path));
  return describeFaults(parsed.error, file)
    .filter(({ path }) => !known.has(path) && overrides.some((one) => one.path.join('.') === path))
    .map(({ path, reason }) => ({ path, reason: `${reason} (a variable overrides it for now)` }));
}

/** The configuration with a default for each key at fault. */
function salvage(merged: unknown): ConfigFile {
  let rest: unknown = structuredClone(merged);
  for (let round = 0; round < 5; round += 1) {
    const parsed = configSchema.safeParse(rest);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) rest = withoutFaulty(rest, issue);
  }
  return configSchema.parse({});
}

function withoutFaulty(input: unknown, issue: z.core.$ZodIssue): unknown {
  const names =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  if (names.some((path) => path.length === 0)) return {};
  for (const path of names) {
    const upToList = path.findIndex((part) => typeof part === 'number');
    const key = upToList === -1 ? path : path.slice(0, upToList);
    const group = valueAt(input, key.slice(0, -1));
    if (typeof group === 'object' && group !== null) Reflect.deleteProperty(group, key.at(-1) ?? '');
  }
  return input;
}
