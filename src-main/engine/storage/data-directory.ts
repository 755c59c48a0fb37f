import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackhaulError } from '../../contract/errors.ts';
import { syncFolder } from '../files/sync-to-disk.ts';

/**
 * Makes the data directory where it is missing (mode 0700).
 * @throws BackhaulError `invalid_input` when it cannot be made or is none, `storage` when one that is there cannot be
 * written; both with what to do
 */
export function makeDataDirectory(dataDir: string): void {
  try {
    make(dataDir);
    if (!statSync(dataDir).isDirectory()) throw new Error('it is a file');
  } catch (error) {
    throw unusable('invalid_input', dataDir, error);
  }
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable('storage', dataDir, error);
  }
}

function unusable(code: 'invalid_input' | 'storage', dataDir: string, cause: unknown): BackhaulError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const words = `The data directory ${dataDir} cannot be used: ${reason}. Nothing was changed; choose another (--data-dir) or make this one writable.`;
  return new BackhaulError(code, words, { cause });
}

/** One folder at a time: a recursive mkdir never ends in places such as /proc. */
function make(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) make(parent);
  mkdirSync(path, { mode: 0o700 });
  syncFolder(parent);
}
