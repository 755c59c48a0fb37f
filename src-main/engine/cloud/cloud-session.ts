import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { classifyAnswer, classifyFailure } from './classify.ts';
import { CloudError } from './cloud-error.ts';

/** A way to one cloud, signed in as one device. */
export interface CloudSession {
  readonly url: string;
  /** remembered with the marks: which cloud they belong to (SPEC 3) */
  readonly identity: string;
  /** the library client: functions, later sign-in and storage */
  readonly client: SupabaseClient;
  /**
   * One request of our own, for bulk inserts: supabase-js spends O(rows²) on their column list.
   * A 401 fetches a new token once and repeats. @throws CloudError
   */
  post(path: string, body: string, prefer: string, signal: AbortSignal): Promise<Response>;
  /** Asks for nothing but an answer. @throws CloudError */
  probe(signal: AbortSignal): Promise<void>;
  /** The clean answer of a database function. @throws CloudError */
  callFunction(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>;
}

export interface CloudSessionOptions {
  readonly url: string;
  readonly identity: string;
  readonly apiKey: string;
  /** the access token; `renew` asks for a fresh one, null when none can be had */
  readonly token: (renew: boolean) => Promise<string | null>;
  readonly requestTimeoutMs: number;
  readonly now: () => Date;
}

/** Opens no connection by itself. */
export function openCloudSession(options: CloudSessionOptions): CloudSession {
  const { url, apiKey, now } = options;
  const client = createClient(url, apiKey, {
    accessToken: async () => (await options.token(false)) ?? apiKey,
    global: { headers: { 'X-Client-Info': 'backhaul' } },
  });

  async function request(
    method: string,
    path: string,
    init: RequestInit,
    signal: AbortSignal,
  ): Promise<Response> {
    const first = await attempt(method, path, init, signal, false);
    if (first.status !== 401) return first;
    await first.body?.cancel();
    return attempt(method, path, init, signal, true);
  }

  async function attempt(
    method: string,
    path: string,
    init: RequestInit,
    signal: AbortSignal,
    renew: boolean,
  ): Promise<Response> {
    const token = (await options.token(renew)) ?? apiKey;
    try {
      return await fetch(`${url}${path}`, {
        ...init,
        method,
        redirect: 'error',
        headers: { ...init.headers, apikey: apiKey, Authorization: `Bearer ${token}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.requestTimeoutMs)]),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new CloudError(classifyFailure(error), `${method} ${path.split('?')[0]}`);
    }
  }

  async function checked(response: Response, what: string): Promise<Response> {
    if (response.ok) return response;
    const body = await response.text().catch(() => '');
    throw new CloudError(
      classifyAnswer(response.status, body, response.headers.get('retry-after'), now()),
      what,
    );
  }

  return {
    url,
    identity: options.identity,
    client,
    async post(path, body, prefer, signal) {
      const headers = { 'Content-Type': 'application/json', Prefer: prefer };
      return checked(await request('POST', path, { body, headers }, signal), path.split('?')[0] ?? path);
    },
    async probe(signal) {
      const path = '/rest/v1/ASE_locations?select=location_id&limit=1';
      const response = await checked(await request('GET', path, {}, signal), 'ASE_locations');
      await requireJson(response);
    },
    async callFunction(name, input, signal) {
      const timed = AbortSignal.any([signal, AbortSignal.timeout(options.requestTimeoutMs * 4)]);
      const { data, error, status } = await client.rpc(name, input).abortSignal(timed);
      if (error === null) return data;
      signal.throwIfAborted();
      const fault =
        status === 0
          ? classifyFailure(new Error(error.message))
          : classifyAnswer(status, JSON.stringify(error), null, now());
      throw new CloudError(fault, name);
    },
  };
}

/** A captive portal answers 200 with a page of its own. */
async function requireJson(response: Response): Promise<void> {
  const text = await response.text().catch(() => '');
  try {
    JSON.parse(text);
  } catch {
    throw new CloudError(
      {
        kind: 'network',
        status: response.status,
        code: '',
        message: 'something else answers in its place, perhaps a sign-in page of the network',
        retryAfterMs: null,
      },
      'ASE_locations',
    );
  }
}
