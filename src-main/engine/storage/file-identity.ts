import { statSync } from 'node:fs';

/** The same as long as the same file has the name; null where none has it. */
export function fileIdentity(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}
