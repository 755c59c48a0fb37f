import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { databaseDown } from './gateway-rest.ts';
import { renewRefreshToken } from './refresh-tokens.ts';
import type { LocalCloudSecrets } from './secrets.ts';
import { sendJson } from './send-json.ts';
import { appMetadata, signAccessToken } from './tokens.ts';

const longestBody = 16_384;
const renewalSchema = z.object({ refresh_token: z.string().min(1) });

/** The part of Supabase Auth that a device needs: is it there, and a new token for an old one. */
export function createAuthEndpoints(secrets: LocalCloudSecrets, connectionString: string) {
  async function renew(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = renewalSchema.safeParse(await readJson(incoming));
    if (!body.success) return refuse(outgoing, 'validation_failed', 'refresh_token required');
    const renewal = await renewRefreshToken(connectionString, body.data.refresh_token).catch(() => null);
    if (renewal === null) return databaseDown(outgoing);
    if (renewal.outcome === 'unknown') {
      return refuse(outgoing, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
    }
    if (renewal.outcome === 'used') {
      return refuse(outgoing, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
    }
    const { grant, ttlSeconds } = renewal;
    sendJson(outgoing, 200, {
      access_token: await signAccessToken(secrets, grant, ttlSeconds),
      token_type: 'bearer',
      expires_in: ttlSeconds,
      expires_at: Math.floor(Date.now() / 1000) + ttlSeconds,
      refresh_token: renewal.refreshToken,
      user: {
        id: grant.subject,
        aud: 'authenticated',
        role: 'authenticated',
        app_metadata: appMetadata(grant),
      },
    });
  }

  return async (incoming: IncomingMessage, outgoing: ServerResponse, url: URL): Promise<void> => {
    if (url.pathname === '/auth/v1/health' && incoming.method === 'GET') {
      return sendJson(outgoing, 200, {
        name: 'Backhaul local cloud',
        description: 'Sign-in of the local cloud',
      });
    }
    if (url.pathname !== '/auth/v1/token' || incoming.method !== 'POST') {
      return sendJson(outgoing, 404, { code: 404, error_code: 'not_found', msg: 'Not found' });
    }
    if (url.searchParams.get('grant_type') !== 'refresh_token') {
      return refuse(
        outgoing,
        'unsupported_grant_type',
        'The local cloud knows grant_type=refresh_token only',
      );
    }
    return renew(incoming, outgoing);
  };
}

function refuse(outgoing: ServerResponse, errorCode: string, message: string): void {
  sendJson(outgoing, 400, { code: 400, error_code: errorCode, msg: message });
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
