import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, readIfPresent, replacePrivateFile } from '../files/private-file.ts';

/** In the data directory, of mode 0600: who may read it may change state over the API. */
export const tokenFileName = 'api-token';

const tokenShape = /^[\w-]{43}$/;

/** The token of a data directory, made the first time; one that is damaged is made anew. */
export async function readOrMakeToken(dataDir: string): Promise<string> {
  const path = join(dataDir, tokenFileName);
  const made = `${randomBytes(32).toString('base64url')}\n`;
  if ((await readIfPresent(path)) === null) await createPrivateFile(path, made);
  const kept = (await readIfPresent(path))?.trim() ?? '';
  if (!tokenShape.test(kept)) {
    await replacePrivateFile(path, made);
    return made.trim();
  }
  await chmod(path, 0o600);
  return kept;
}

/** Whether an Authorization header carries the token; takes as long for a near miss as for any other. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
