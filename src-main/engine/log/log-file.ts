import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { rotateLog } from './rotate-log.ts';

export interface LogFileOptions {
  /** size from which on a new file is begun, bytes */
  readonly largestBytes?: number;
  /** how many older files are kept, `.1` being the youngest */
  readonly olderFiles?: number;
}

const tenMegabytes = 10 * 1024 * 1024;

/**
 * Appends whole lines to a file of mode 0600 and keeps three older ones. Several processes may write to the same
 * file: each line is one append, and who finds the file too large begins a new one for all. Never throws: a log
 * that cannot be written stops nothing.
 */
export function createLogFile(
  path: string,
  { largestBytes = tenMegabytes, olderFiles = 3 }: LogFileOptions = {},
): (line: string) => void {
  let torn = false;
  return (line) => {
    try {
      const bytes = Buffer.from(torn ? `\n${line}` : line);
      torn = true;
      torn = append(path, bytes, { largestBytes, olderFiles }) < bytes.length;
    } catch {
      // Nobody could be told, and the next line may fit again.
    }
  };
}

/** Opened for each line: the file of a moment ago may be an older one by now. */
function append(path: string, bytes: Buffer, limits: Required<LogFileOptions>): number {
  const file = openForAppending(path);
  try {
    const { size, mode } = fstatSync(file);
    if ((mode & 0o077) !== 0) fchmodSync(file, 0o600);
    if (size === 0 || size + bytes.length <= limits.largestBytes) return writeSync(file, bytes);
  } finally {
    closeSync(file);
  }
  rotateLog(path, limits, bytes.length);
  const fresh = openForAppending(path);
  try {
    return writeSync(fresh, bytes);
  } finally {
    closeSync(fresh);
  }
}

function openForAppending(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFolder(dirname(path));
    return openSync(path, 'a', 0o600);
  }
}

/** Itself only: a data directory that was moved away is not begun anew in its place. Another process may be quicker. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
