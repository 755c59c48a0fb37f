import { type FileHandle, stat } from 'node:fs/promises';
import { BackhaulError } from '../../contract/errors.ts';
import { errorCode, fillPrivateFile } from './private-file.ts';

/** Why nothing can be written under the name that was given. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'its folder may not be written to',
  EPERM: 'its folder may not be written to',
  EROFS: 'its disk is read-only',
  ENAMETOOLONG: 'its name is too long',
};

/**
 * Writes a file that a person asked for, there whole or not at all. Faults: invalid_input for a name under which nothing
 * can be written, storage where the disk refuses; what `fill` throws otherwise.
 */
export async function writeDownload(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile())
    throw unusable(path, there.isDirectory() ? 'it is a folder' : 'it is a device, not a file');
  try {
    await fillPrivateFile(path, fill);
  } catch (error) {
    if (error instanceof BackhaulError) throw error;
    const reason = reasons[errorCode(error) ?? ''];
    if (reason !== undefined) throw unusable(path, reason, error);
    const words = error instanceof Error ? error.message : String(error);
    throw new BackhaulError('storage', `The file could not be written: ${words}`, { cause: error });
  }
}

function unusable(path: string, reason: string, cause?: unknown): BackhaulError {
  const words = `${path} cannot be written: ${reason}. Nothing was written; name another file.`;
  return new BackhaulError('invalid_input', words, { cause });
}
