import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const largestBytes = 10 * 1024 * 1024;

/** Appends lines to a file of mode 0600 and keeps one older one; a log that cannot be written stops nothing. */
export function createLogFile(path: string): (line: string) => void {
  let size = sizeOf(path);
  return (line) => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if (size > largestBytes) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      const file = openSync(path, 'a', 0o600);
      try {
        size += writeSync(file, line);
      } finally {
        closeSync(file);
      }
    } catch {
      size = sizeOf(path);
    }
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
