import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { classifyAnswer, classifyFailure } from './classify.ts';
import { clockBlame, createServerClock } from './clock.ts';
import { CloudError } from './cloud-error.ts';
import { mayOnlyRead, tokenLocation } from './token-claims.ts';
import type { TokenSource } from './token-source.ts';

/** A way to one cloud, signed in as one device. */
export interface CloudSession {
  readonly url: string;
  /** remembered with the marks: which cloud they belong to (SPEC 3) */
  readonly identity: string;
  /** true where the device token may read but not write; see `readOnlyFault` */
  readonly readOnly: boolean;
  /** the location that the device token speaks for, null where it names none */
  readonly tokenLocation: string | null;
  /** the library client: later sign-in and storage */
  readonly client: SupabaseClient;
  /** server's clock minus the box's, milliseconds, good to about a second; null before the first answer */
  clockOffsetMs(): number | null;
  /**
   * One request of our own, for bulk inserts: supabase-js spends O(rows²) on their column list.
   * A 401 fetches a new token once and repeats. @throws CloudError
   */
  post(path: string, body: string, prefer: string, signal: AbortSignal): Promise<Response>;
  /** Reads. @throws CloudError */
  get(path: string, signal: AbortSignal): Promise<Response>;
  /** Reads; the clean answer, parsed, and never what a cache on the way has kept. @throws CloudError */
  getJson(path: string, signal: AbortSignal): Promise<unknown>;
  /** Asks for nothing but an answer. @throws CloudError */
  probe(signal: AbortSignal): Promise<void>;
  /** The clean answer of a database function. @throws CloudError */
  callFunction(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>;
}

export interface CloudSessionOptions {
  readonly url: string;
  readonly identity: string;
  readonly apiKey: string;
  readonly tokens: TokenSource;
  readonly requestTimeoutMs: number;
  readonly now: () => Date;
}

interface CloudRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Opens no connection by itself. */
export function openCloudSession(options: CloudSessionOptions): CloudSession {
  const { url, apiKey, tokens, now, requestTimeoutMs: timeoutMs } = options;
  const clock = createServerClock(now);
  let client: SupabaseClient | null = null;

  async function attempt(request: CloudRequest, token: string): Promise<Response> {
    const { method, path, body, headers, signal } = request;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'error',
        headers: { ...headers, apikey: apiKey, Authorization: `Bearer ${token}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)]),
        ...(body === undefined ? {} : { body }),
      });
      clock.note(response);
      return response;
    } catch (error) {
      signal.throwIfAborted();
      throw new CloudError(classifyFailure(error), `${method} ${path.split('?')[0]}`);
    }
  }

  /** An answer of success; a 401 fetches a new token once and repeats. */
  async function send(request: CloudRequest, what: string): Promise<Response> {
    let token = await unlessAborted(tokens.get(null), request.signal);
    let response = await attempt(request, token);
    if (response.status === 401) {
      const fresh = await unlessAborted(tokens.get(token), request.signal);
      if (fresh !== token) {
        await response.body?.cancel().catch(() => undefined);
        token = fresh;
        response = await attempt(request, token);
      }
    }
    if (response.ok) return response;
    const body = await response.text().catch(() => '');
    const fault = classifyAnswer(response.status, body, response.headers.get('retry-after'), now());
    const blame = fault.kind === 'sign_in' ? clockBlame(token, clock.offsetMs(), now()) : null;
    throw new CloudError(fault, what, blame ?? undefined);
  }

  async function getJson(path: string, signal: AbortSignal): Promise<unknown> {
    const what = path.replace('/rest/v1/', '').split('?')[0] ?? path;
    const headers = { 'Cache-Control': 'no-cache' };
    return jsonOf(await send({ method: 'GET', path, headers, timeoutMs, signal }, what), what, signal);
  }

  return {
    url,
    identity: options.identity,
    get readOnly() {
      return mayOnlyRead(tokens.last() ?? '');
    },
    get tokenLocation() {
      return tokenLocation(tokens.last() ?? '');
    },
    get client() {
      // Made when it is first asked for: it asks for a token at once.
      client ??= createClient(url, apiKey, {
        accessToken: () => tokens.get(null),
        global: { headers: { 'X-Client-Info': 'backhaul' } },
      });
      return client;
    },
    clockOffsetMs: clock.offsetMs,
    post(path, body, prefer, signal) {
      const headers = { 'Content-Type': 'application/json', Prefer: prefer };
      return send({ method: 'POST', path, body, headers, timeoutMs, signal }, path.split('?')[0] ?? path);
    },
    get: (path, signal) => send({ method: 'GET', path, timeoutMs, signal }, path.split('?')[0] ?? path),
    getJson,
    async probe(signal) {
      const rows = await getJson('/rest/v1/ASE_locations?select=location_id&limit=1', signal);
      if (!Array.isArray(rows)) throw somethingElse(null, 'ASE_locations');
    },
    async callFunction(name, input, signal) {
      const body = JSON.stringify(input);
      const headers = { 'Content-Type': 'application/json' };
      const path = `/rest/v1/rpc/${name}`;
      const request = { method: 'POST', path, body, headers, timeoutMs: timeoutMs * 4, signal } as const;
      return jsonOf(await send(request, name), name, signal);
    },
  };
}

/** A renewal serves whoever waits for it, so it goes on when one of them gives up. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined); // whoever still waits hears of it
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A captive portal answers 200 with a page of its own; a connection may break in the middle of an answer. */
async function jsonOf(response: Response, what: string, signal: AbortSignal): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw new CloudError(classifyFailure(error), what);
  }
  if (response.status === 204) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw somethingElse(response.status, what);
  }
}

/** What answered with success is not the cloud. */
export function somethingElse(status: number | null, what: string): CloudError {
  const message = 'something else answers in its place, perhaps a sign-in page of the network';
  return new CloudError({ kind: 'network', status, code: '', message, retryAfterMs: null }, what);
}
