import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Returns when the disk has what was written to a file. @throws where it refuses */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without it a power cut may take a new name away, or bring an old one back. */
export function syncFolder(path: string): void {
  try {
    syncFile(path);
  } catch {
    // Windows opens no folders, and some file systems sync none; they keep their names as they see fit.
  }
}
