import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';

/** a process that died in the middle of it leaves its mark for so long */
const abandonedAfterMs = 10_000;

/**
 * Makes `path` its `.1`, `.1` its `.2` and so on; the oldest goes. Does nothing where another process is at it,
 * or has done it between our look at the file and now: whoever writes meanwhile loses no line.
 */
export function rotateLog(
  path: string,
  limits: { readonly largestBytes: number; readonly olderFiles: number },
  coming: number,
): void {
  const mark = `${path}.rotating`;
  if (!takeMark(mark)) return;
  try {
    if (sizeOf(path) + coming <= limits.largestBytes) return;
    for (let number = limits.olderFiles; number >= 1; number -= 1) {
      move(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`);
    }
  } finally {
    rmSync(mark, { force: true });
  }
}

function takeMark(mark: string): boolean {
  try {
    closeSync(openSync(mark, 'wx', 0o600));
    return true;
  } catch {
    const since = statSync(mark, { throwIfNoEntry: false })?.mtimeMs;
    const abandoned = since !== undefined && Math.abs(Date.now() - since) > abandonedAfterMs;
    if (abandoned) rmSync(mark, { force: true });
    return false;
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
