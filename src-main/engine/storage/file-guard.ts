import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { fileIdentity, nameIdentity } from './file-identity.ts';

/** Why what is committed on an open connection may not be what the next start finds. */
export interface FileTrouble {
  /**
   * `unreachable`: a new connection could not be made (permission, read-only, the folder is away);
   * `gone`: no file has the name any more; `replaced`: another file has it; `journal`: the -wal or -shm file is gone
   */
  readonly kind: 'unreachable' | 'gone' | 'replaced' | 'journal';
  readonly reason: string;
}

/** Compares the files that a connection has open with those that lie at their path; a few system calls a look. */
export interface FileGuard {
  /** null while all is as it was */
  look(): FileTrouble | null;
}

/** Begins with what lies there now: call it right after opening. */
export function guardFile(path: string): FileGuard {
  const folder = dirname(path);
  const main = nameIdentity(path);
  const journals = [`${path}-wal`, `${path}-shm`].map((name) => ({ name, known: fileIdentity(name) }));

  function trouble(): FileTrouble | null {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (fileIdentity(path) === null)
      return { kind: 'gone', reason: `${path} was removed or moved while it was in use.` };
    // A link to the same file too: new connections look for the journal beside that one.
    if (nameIdentity(path) !== main)
      return {
        kind: 'replaced',
        reason: `Another file was put in the place of ${path} while it was in use.`,
      };
    accessSync(path, constants.R_OK | constants.W_OK);
    for (const journal of journals) {
      const now = fileIdentity(journal.name);
      // SQLite makes both with the first write.
      journal.known ??= now;
      if (now !== journal.known)
        return { kind: 'journal', reason: `${journal.name} was removed or replaced while it was in use.` };
      if (now !== null) accessSync(journal.name, constants.R_OK | constants.W_OK);
    }
    return null;
  }

  return {
    look() {
      try {
        return trouble();
      } catch (error) {
        return { kind: 'unreachable', reason: unreachable(path, error as NodeJS.ErrnoException) };
      }
    },
  };
}

const safe = 'What was acknowledged is safe';

function unreachable(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EROFS')
    return `The disk of ${path} is read-only. ${safe}; make it writable again and capture goes on by itself.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `The permission to write ${path} or its folder is gone. ${safe}; give it back and capture goes on by itself.`;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `The folder of ${path} is gone, perhaps its disk is not mounted. Bring it back and capture goes on by itself.`;
  return `${path} cannot be reached: ${message}. ${safe}; look at the disk, capture goes on by itself.`;
}
