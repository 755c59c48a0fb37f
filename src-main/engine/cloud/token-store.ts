import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfPresent, replacePrivateFile } from '../local-cloud/service.ts';

/** Where a box keeps its device token. A refresh token changes with every renewal, so it is written often. */
export interface TokenStore {
  /** null where there is none */
  read(): Promise<string | null>;
  /** resolves when it would survive a power cut */
  write(token: string): Promise<void>;
  clear(): Promise<void>;
}

const contentSchema = z.object({ origin: z.string(), token: z.string().min(1) });

/** The token that `cloud sign-in` was given, or what has become of it. */
export function signedInStore(dataDir: string): TokenStore {
  return fileStore(signedInPath(dataDir), '');
}

/** What has become of the refresh token of BACKHAUL_DEVICE_TOKEN; a new one in its place starts anew. */
export function environmentStore(dataDir: string, given: string): TokenStore {
  const origin = createHash('sha256').update(given).digest('hex');
  return fileStore(join(dataDir, 'device-token.environment.json'), origin);
}

/** Whether `cloud sign-in` has been done here; says nothing about whether the token is still good. */
export function isSignedIn(dataDir: string): boolean {
  return existsSync(signedInPath(dataDir));
}

function signedInPath(dataDir: string): string {
  return join(dataDir, 'device-token.json');
}

/** A file that only its owner can read, replaced as a whole. */
function fileStore(path: string, origin: string): TokenStore {
  return {
    async read() {
      const text = await readIfPresent(path);
      if (text === null) return null;
      try {
        const content = contentSchema.parse(JSON.parse(text));
        return content.origin === origin ? content.token : null;
      } catch {
        return null; // damaged: as if it were not there, a new sign-in mends it
      }
    },
    async write(token) {
      await mkdir(join(path, '..'), { recursive: true });
      await replacePrivateFile(path, `${JSON.stringify({ origin, token })}\n`);
    },
    clear: () => rm(path, { force: true }),
  };
}
