import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { BackhaulError } from '../contract/errors.ts';

/**
 * Writes a file that a person asked for, mode 0600: beside its place first, so that it is there whole or not at all.
 * Faults: storage where the disk refuses; what `fill` throws otherwise.
 */
export async function writeDownload(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof BackhaulError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackhaulError('storage', `The file could not be written: ${reason}`, { cause: error });
  }
}
