import { open } from 'node:fs/promises';

/**
 * The last whole lines of a text file, '' where there is none. The first one is left out where its beginning is not
 * read: half a secret looks like none.
 */
export async function logTail(path: string, atMostBytes: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, atMostBytes);
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, size - length);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return size > length ? text.slice(text.indexOf('\n') + 1) : text;
  } catch {
    return '';
  } finally {
    await file.close();
  }
}
