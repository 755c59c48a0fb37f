import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that never fills the disk: at `maxBytes` it becomes `<path>.1` and starts anew. */
export interface BoundedLog {
  readonly path: string;
  write(chunk: string | Uint8Array): void;
  line(text: string): void;
  close(): void;
}

export function openBoundedLog(
  path: string,
  maxBytes = 1_000_000,
  now: () => Date = () => new Date(),
): BoundedLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file = openSync(path, 'a', 0o600);
  let size = fstatSync(file).size;

  const rotate = (): void => {
    closeSync(file);
    if (existsSync(path)) renameSync(path, `${path}.1`);
    file = openSync(path, 'a', 0o600);
    size = 0;
  };
  const write = (chunk: string | Uint8Array): void => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    try {
      if (size > 0 && size + bytes.length > maxBytes) rotate();
      writeSync(file, bytes);
      size += bytes.length;
    } catch {
      // A full disk must not take the database down with its log.
    }
  };
  return {
    path,
    write,
    line: (text) => write(`${now().toISOString()} ${text}\n`),
    close: () => closeSync(file),
  };
}
