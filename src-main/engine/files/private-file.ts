import { randomUUID } from 'node:crypto';
import { chmod, type FileHandle, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the folder and closes it to everyone else, also where it already stood open. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** Replaces a file as a whole: a reader sees the old content or the new, also after a power cut. Mode 0600. */
export function replacePrivateFile(path: string, content: string): Promise<void> {
  return fillPrivateFile(path, (file) => file.writeFile(content));
}

/** The same for content that comes piece by piece; where `fill` fails the old file stays and nothing is left beside. */
export async function fillPrivateFile(path: string, fill: Fill): Promise<void> {
  const draft = await writeDraft(path, fill);
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

type Fill = (file: FileHandle) => Promise<void>;

/** Writes a file only where none is; false where another process was first. */
export async function createPrivateFile(path: string, content: string): Promise<boolean> {
  const draft = await writeDraft(path, (file) => file.writeFile(content));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

export async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Without it a power cut may bring the old name back. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null); // Windows opens no folders
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function writeDraft(path: string, fill: Fill): Promise<string> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return draft;
}
