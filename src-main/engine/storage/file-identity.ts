import { lstatSync, statSync } from 'node:fs';

/** The same as long as the same file has the name; null where none has it. */
export function fileIdentity(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/** Like `fileIdentity`, but another one as soon as a link takes the file's place, even to the same file. */
export function nameIdentity(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return `${found?.dev}:${found?.ino} ${fileIdentity(path)}`;
}

/** What is wrong with what lies at a path where it is no file, null where it is one or nothing lies there. */
export function noFileAt(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return null;
  const kind = found.isDirectory() ? 'folder' : found.isFIFO() ? 'pipe' : 'device';
  return `A ${kind} lies in the place of the file ${path}. It was left as it is; move it away and capture goes on by itself.`;
}
