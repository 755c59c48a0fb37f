import type { FileHandle } from 'node:fs/promises';
import { BackhaulError } from '../../contract/errors.ts';
import { fillPrivateFile } from './private-file.ts';

/**
 * Writes a file that a person asked for, there whole or not at all. Faults: storage where the disk refuses; what `fill`
 * throws otherwise.
 */
export async function writeDownload(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await fillPrivateFile(path, fill);
  } catch (error) {
    if (error instanceof BackhaulError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackhaulError('storage', `The file could not be written: ${reason}`, { cause: error });
  }
}
