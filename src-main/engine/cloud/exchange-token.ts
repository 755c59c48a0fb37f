import { z } from 'zod';
import { type CloudFault, classifyAnswer, classifyFailure } from './classify.ts';
import { CloudError } from './cloud-error.ts';

/** What Supabase Auth answers to a sign-in or a renewal. */
const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

export interface TokenPair {
  readonly accessToken: string;
  /** takes the place of the one that was exchanged */
  readonly refreshToken: string;
  readonly lifetimeMs: number;
}

export interface AuthAddress {
  readonly url: string;
  readonly apiKey: string;
  readonly requestTimeoutMs: number;
}

/**
 * One request to Supabase Auth. What was asked for is in the body, never in the address.
 * @throws CloudError `sign_in` where it refuses, `network`, `timeout`, `server`, `rate_limited` as they are
 */
export async function askAuth(
  { url, apiKey, requestTimeoutMs }: AuthAddress,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const what = `POST ${path.split('?')[0]}`;
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      redirect: 'error',
      headers: { 'Content-Type': 'application/json', apikey: apiKey, ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    if (response.ok) return parsed(text, what);
    throw new CloudError(refusal(response, text), what);
  } catch (error) {
    throw error instanceof CloudError ? error : new CloudError(classifyFailure(error), what);
  }
}

/** A refresh token, or a user's address and password, for the first or next pair. @throws CloudError as `askAuth` */
export async function exchangeToken(
  address: AuthAddress,
  grantType: 'refresh_token' | 'password',
  body: object,
): Promise<TokenPair> {
  const path = `/auth/v1/token?grant_type=${grantType}`;
  const answer = granted.safeParse(await askAuth(address, path, body));
  if (!answer.success) throw foreignAnswer('POST /auth/v1/token');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = answer.data;
  return { accessToken, refreshToken, lifetimeMs: seconds * 1000 };
}

/** Auth answers 400 to a token that it does not know, 422 and 403 to what a project does not allow; always with a word. */
function refusal(response: Response, text: string): CloudFault {
  const fault = classifyAnswer(response.status, text, response.headers.get('retry-after'), new Date());
  const isItsOwn = fault.code !== '' && [400, 403, 422].includes(response.status);
  return isItsOwn ? { ...fault, kind: 'sign_in' } : fault;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw foreignAnswer(what);
  }
}

function foreignAnswer(what: string): CloudError {
  const message = 'something else answers in its place, perhaps a sign-in page of the network';
  return new CloudError({ kind: 'network', status: 200, code: '', message, retryAfterMs: null }, what);
}
