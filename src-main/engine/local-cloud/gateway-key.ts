import { createSecretKey, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { jwtVerify } from 'jose';
import { type LocalCloudSecrets, secretKeyOf } from './secrets.ts';

/** What the project's key, or its lack, means for a request. */
export type KeyVerdict =
  /** `admin`: the secret key; it makes users of the sign-in and opens no table here */
  | { readonly allowed: true; readonly anonymous: boolean; readonly admin: boolean }
  | { readonly allowed: false; readonly message: string; readonly hint: string };

/** How long a token that was once checked is taken without checking it again. */
const rememberMs = 30_000;
const rememberAtMost = 200;

/** Checks `apikey` as Supabase's gateway does: a publishable key, or a token signed by the project. */
export function createKeyCheck(
  secrets: LocalCloudSecrets,
): (request: IncomingMessage) => Promise<KeyVerdict> {
  const { publishableKey } = secrets;
  const secretKey = secretKeyOf(secrets);
  const signingKey = createSecretKey(Buffer.from(secrets.jwtSecret));
  const checked = new Map<string, number>();

  async function isSigned(token: string): Promise<boolean> {
    if ((checked.get(token) ?? 0) > Date.now()) return true;
    try {
      const { payload } = await jwtVerify(token, signingKey, { algorithms: ['HS256'] });
      if (checked.size >= rememberAtMost) checked.clear();
      checked.set(token, Math.min(Date.now() + rememberMs, (payload.exp ?? Number.POSITIVE_INFINITY) * 1000));
      return true;
    } catch {
      checked.delete(token);
      return false;
    }
  }

  return async (request) => {
    const bearer = bearerToken(request);
    const key = apiKey(request) ?? bearer;
    if (key === null) {
      return {
        allowed: false,
        message: 'No API key found in request',
        hint: 'No `apikey` request header or url param was found.',
      };
    }
    if (sameText(key, secretKey)) return { allowed: true, anonymous: true, admin: true };
    if (!sameText(key, publishableKey) && !(await isSigned(key))) {
      return { allowed: false, message: 'Invalid API key', hint: 'Double check your API key.' };
    }
    const anonymous = bearer === null || sameText(bearer, publishableKey);
    return { allowed: true, anonymous, admin: false };
  };
}

/** Compares in a time that does not tell how much of the text was right. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function apiKey(request: IncomingMessage): string | null {
  const header = request.headers.apikey;
  if (typeof header === 'string' && header !== '') return header;
  return new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('apikey');
}

function bearerToken(request: IncomingMessage): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
