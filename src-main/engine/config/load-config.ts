import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import type { Environment } from './environment.ts';
import { type ConfigFile, configSchema } from './schema.ts';

export const configFileName = 'config.json';

/** config.json with the environment's overrides in place. */
export interface Config extends ConfigFile {
  readonly dataDir: string;
}

/**
 * Reads and validates `config.json`; a missing file is all defaults.
 * @throws BackhaulError `invalid_input` naming each path and reason. Nothing has been changed then.
 */
export function loadConfig(dataDir: string, environment: Environment): Config {
  const path = join(dataDir, configFileName);
  const parsed = configSchema.safeParse(overridden(readJson(path), environment));
  if (!parsed.success) throw configError(path, describeIssues(parsed.error));
  return { ...parsed.data, dataDir };
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw configError(path, [(error as Error).message]);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw configError(path, [`is not JSON: ${(error as Error).message}`]);
  }
}

/** What the environment says wins over the file, where both have a say. */
function overridden(file: unknown, environment: Environment): unknown {
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return file;
  const section = (name: string): object => {
    const value = (file as Record<string, unknown>)[name];
    return typeof value === 'object' && value !== null ? value : {};
  };
  return {
    ...file,
    ...(environment.locationId === null
      ? {}
      : { location: { ...section('location'), id: environment.locationId } }),
    ...(environment.supabaseUrl === null
      ? {}
      : { cloud: { ...section('cloud'), url: environment.supabaseUrl } }),
    ...(environment.logLevel === null ? {} : { log: { ...section('log'), level: environment.logLevel } }),
  };
}

/** One line per fault: the path of the key and the reason. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const path = issue.path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('');
    return `${path.replace(/^\./, '') || '(the whole file)'}: ${issue.message}`;
  });
}

function configError(path: string, faults: readonly string[]): BackhaulError {
  return new BackhaulError('invalid_input', `The configuration ${path} is not valid. ${faults.join('; ')}.`, {
    details: { faults },
  });
}
