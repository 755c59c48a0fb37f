import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ConfigPatch } from '../../contract/config-shapes.ts';
import { BackhaulError } from '../../contract/errors.ts';
import { checkConfig } from './check-config.ts';
import { configKeys } from './config-keys.ts';
import { type ConfigSituation, describeConfig } from './describe-config.ts';
import { type ConfigFault, describeFaults } from './describe-fault.ts';
import { readConfigFile } from './read-config-file.ts';
import { configSchema } from './schema.ts';
import { secretValues } from './secret-values.ts';
import { similarNames } from './similar-name.ts';

/**
 * Changes keys of config.json and keeps everything else in it. What the file would be is checked whole before anything
 * is written. @throws BackhaulError `invalid_input` with `details.faults`, `storage`; nothing was changed then
 */
export function changeConfig(
  situation: ConfigSituation,
  patch: ConfigPatch,
  checkUrl: (url: string) => void,
): { readonly restartNeeded: boolean } {
  const { path } = checkConfig(situation.dataDir, situation.environment);
  const file = readConfigFile(path);
  if (file.fault !== null) refuse([file.fault]);
  refuse(lockedKeys(situation, patch));
  const next = patched(file.value, patch);
  const parsed = configSchema.safeParse(next);
  if (!parsed.success) refuse(describeFaults(parsed.error, next));
  const touched = new Set(Object.keys(patch.values));
  refuse(secretValues(next).filter((fault) => touched.has(fault.path)));
  refuse(addressFaults(patch, checkUrl));
  writeWhole(path, `${JSON.stringify(withSchema(path, next), null, 2)}\n`);
  return { restartNeeded: describeConfig(situation).restartNeeded };
}

function refuse(faults: readonly ConfigFault[]): void {
  if (faults.length === 0) return;
  const lines = faults.map(({ path, reason }) => `${path}: ${reason}`);
  throw new BackhaulError('invalid_input', `Nothing was changed. ${lines.join('; ')}.`, {
    details: { faults: faults.map(({ path, reason }) => ({ path, reason })) },
  });
}

/** Keys that are none, or that are not the file's to decide. */
function lockedKeys(situation: ConfigSituation, { values, reset }: ConfigPatch): readonly ConfigFault[] {
  const entries = new Map(describeConfig(situation).entries.map((entry) => [entry.key, entry]));
  return [...new Set([...Object.keys(values), ...reset])].flatMap((key) => {
    const entry = entries.get(key);
    if (entry === undefined) return [{ path: key, reason: unknownKey(key) }];
    if (entry.variable !== null)
      return [{ path: key, reason: `comes from ${entry.variable}, which wins over the file` }];
    const wanted = values[key];
    if (!entry.locked || typeof wanted !== 'string' || wanted === situation.fixedLocationId) return [];
    return [
      {
        path: key,
        reason: `is fixed: this box holds records of ${JSON.stringify(situation.fixedLocationId)}, and a box belongs to one location`,
      },
    ];
  });
}

function unknownKey(key: string): string {
  const [near] = similarNames(
    key,
    configKeys.map(({ name }) => name),
  );
  return near === undefined ? 'is not a known key' : `is not a known key; did you mean ${near}?`;
}

function patched(file: unknown, { values, reset }: ConfigPatch): unknown {
  let next: unknown = structuredClone(file);
  for (const { name, path } of configKeys) {
    if (Object.hasOwn(values, name)) next = withValue(next, path, values[name]);
    else if (reset.includes(name)) next = withValue(next, path, undefined);
  }
  return next;
}

/** `undefined` takes the key out, and a group that is empty then. */
function withValue(input: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  const group = typeof input === 'object' && input !== null ? { ...(input as Record<string, unknown>) } : {};
  const next = rest.length === 0 ? value : withValue(group[name], rest, value);
  const isEmpty = typeof next === 'object' && next !== null && Object.keys(next).length === 0;
  if (next === undefined || (rest.length > 0 && isEmpty)) delete group[name];
  else group[name] = next;
  return group;
}

function addressFaults({ values }: ConfigPatch, checkUrl: (url: string) => void): readonly ConfigFault[] {
  const url = values['cloud.url'];
  if (typeof url !== 'string') return [];
  try {
    checkUrl(url);
    return [];
  } catch (error) {
    if (!(error instanceof BackhaulError)) throw error;
    return [{ path: 'cloud.url', reason: error.message }];
  }
}

/** What editors take the keys from stays. */
function withSchema(path: string, keys: unknown): unknown {
  const { schema } = readConfigFile(path);
  return schema === undefined ? keys : { $schema: schema, ...(keys as object) };
}

/** A reader sees the old file or the new one, also after a power cut; a link stays a link. */
function writeWhole(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const found = statSync(path, { throwIfNoEntry: false });
    const target = found === undefined ? path : realpathSync(path);
    const draft = `${target}.${process.pid}.new`;
    rmSync(draft, { force: true });
    const file = openSync(draft, 'wx', found === undefined ? 0o600 : found.mode & 0o777);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, target);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new BackhaulError(
      'storage',
      `The configuration ${path} cannot be written: ${words}. Nothing was changed.`,
      {
        cause: error,
      },
    );
  }
}
