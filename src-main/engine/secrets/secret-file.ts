import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent, replacePrivateFile } from '../files/private-file.ts';
import type { SecretName } from './secret-store.ts';

/** What stands in the file of a secret. */
export type FileContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: string }
  /** the value lies in the keychain of the user whose console put it there */
  | { readonly kind: 'moved' };

const movedText = '{"keptIn":"keychain"}';

/** A file of mode 0600 in the data directory: the secret itself, or a note that the keychain has it. */
export interface SecretFile {
  readonly path: string;
  read(): Promise<FileContent>;
  /** the same without waiting; for a file of a few hundred bytes */
  look(): FileContent['kind'];
  write(value: string): Promise<void>;
  writeMoved(): Promise<void>;
  remove(): Promise<void>;
}

export function secretFile(dataDir: string, name: SecretName): SecretFile {
  const path = join(dataDir, `${name}.json`);
  const replace = async (text: string): Promise<void> => {
    await mkdir(dataDir, { recursive: true });
    await replacePrivateFile(path, `${text}\n`);
  };
  return {
    path,
    async read() {
      return contentOf(await readIfPresent(path));
    },
    look() {
      try {
        return contentOf(readFileSync(path, 'utf8')).kind;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'value';
      }
    },
    write: replace,
    writeMoved: () => replace(movedText),
    remove: () => rm(path, { force: true }),
  };
}

function contentOf(text: string | null): FileContent {
  if (text === null) return { kind: 'none' };
  const value = text.trim();
  return value === movedText ? { kind: 'moved' } : { kind: 'value', value };
}
