import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { createUser, userOf } from './device-users.ts';
import { databaseDown } from './gateway-rest.ts';
import { createRefreshToken, renewRefreshToken } from './refresh-tokens.ts';
import type { LocalCloudSecrets } from './secrets.ts';
import { sendJson } from './send-json.ts';
import { appMetadata, type Grant, signAccessToken } from './tokens.ts';

const longestBody = 16_384;
/** How long the access tokens of a user live, as a project has it by default. */
const userTtlSeconds = 3600;

const renewalSchema = z.object({ refresh_token: z.string().min(1) });
const passwordSchema = z.object({ email: z.string().min(1), password: z.string().min(1) });
const newUserSchema = z.object({
  email: z.email(),
  password: z.string().min(6).max(72),
  app_metadata: z.object({ location_id: z.string().min(1), read_only: z.boolean().default(false) }),
});

/** The part of Supabase Auth that a device and its enrollment need. */
export function createAuthEndpoints(secrets: LocalCloudSecrets, connectionString: string) {
  async function signedIn(outgoing: ServerResponse, grant: Grant, ttlSeconds: number, refreshToken: string) {
    sendJson(outgoing, 200, {
      access_token: await signAccessToken(secrets, grant, ttlSeconds),
      token_type: 'bearer',
      expires_in: ttlSeconds,
      expires_at: Math.floor(Date.now() / 1000) + ttlSeconds,
      refresh_token: refreshToken,
      user: userJson(grant),
    });
  }

  async function renew(body: unknown, outgoing: ServerResponse): Promise<void> {
    const parsed = renewalSchema.safeParse(body);
    if (!parsed.success) return refuse(outgoing, 'validation_failed', 'refresh_token required');
    const renewal = await renewRefreshToken(connectionString, parsed.data.refresh_token).catch(() => null);
    if (renewal === null) return databaseDown(outgoing);
    if (renewal.outcome === 'unknown') {
      return refuse(outgoing, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
    }
    if (renewal.outcome === 'used') {
      return refuse(outgoing, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
    }
    return signedIn(outgoing, renewal.grant, renewal.ttlSeconds, renewal.refreshToken);
  }

  async function signIn(body: unknown, outgoing: ServerResponse): Promise<void> {
    const parsed = passwordSchema.safeParse(body);
    if (!parsed.success) return refuse(outgoing, 'validation_failed', 'email and password required');
    const { email, password } = parsed.data;
    const user = await userOf(connectionString, email, password);
    if (user === null) return refuse(outgoing, 'invalid_credentials', 'Invalid login credentials');
    const refreshToken = await createRefreshToken(connectionString, user.grant, userTtlSeconds);
    return signedIn(outgoing, user.grant, userTtlSeconds, refreshToken);
  }

  async function addUser(body: unknown, outgoing: ServerResponse): Promise<void> {
    const parsed = newUserSchema.safeParse(body);
    if (!parsed.success)
      return refuse(outgoing, 'validation_failed', 'email, password and app_metadata.location_id required');
    const { email, password, app_metadata: metadata } = parsed.data;
    const wanted = { email, password, locationId: metadata.location_id, readOnly: metadata.read_only };
    const user = await createUser(connectionString, wanted);
    if (user === null) return refuse(outgoing, 'email_exists', 'The address is taken', 422);
    sendJson(outgoing, 200, { ...userJson(user.grant), email });
  }

  /** `isAdmin`: the request came with the project's secret key. */
  return async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    url: URL,
    isAdmin: boolean,
  ): Promise<void> => {
    const asked = `${incoming.method} ${url.pathname}`;
    if (asked === 'GET /auth/v1/health') {
      return sendJson(outgoing, 200, {
        name: 'Backhaul local cloud',
        description: 'Sign-in of the local cloud',
      });
    }
    if (asked === 'POST /auth/v1/admin/users') {
      if (!isAdmin) return refuse(outgoing, 'not_admin', 'User not allowed', 403);
      return addUser(await readJson(incoming), outgoing);
    }
    if (asked !== 'POST /auth/v1/token') return refuse(outgoing, 'not_found', 'Not found', 404);
    const grantType = url.searchParams.get('grant_type');
    if (grantType === 'refresh_token') return renew(await readJson(incoming), outgoing);
    if (grantType === 'password') return signIn(await readJson(incoming), outgoing);
    return refuse(outgoing, 'unsupported_grant_type', 'grant_type is refresh_token or password');
  };
}

function userJson(grant: Grant): object {
  const { subject: id } = grant;
  return { id, aud: 'authenticated', role: 'authenticated', app_metadata: appMetadata(grant) };
}

function refuse(outgoing: ServerResponse, errorCode: string, message: string, status = 400): void {
  sendJson(outgoing, status, { code: status, error_code: errorCode, msg: message });
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > longestBody) return null;
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}
