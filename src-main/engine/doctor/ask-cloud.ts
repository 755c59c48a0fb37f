import type { CloudTarget } from '../cloud/service.ts';
import { errorCode } from './finding.ts';
import type { TokenLook } from './look-at-token.ts';

export type CloudSilence =
  | 'refused'
  | 'unknown-name'
  | 'no-network'
  | 'time-out'
  | 'tls'
  | 'cut-off'
  | 'other';

/** What the configured project answered to one small question, or why it did not. */
export type CloudAnswer =
  | { readonly kind: 'silence'; readonly why: CloudSilence; readonly detail: string }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly isJson: boolean;
      /** the cloud's clock minus the box's, milliseconds; null where it did not say */
      readonly clockOffsetMs: number | null;
      /** asked with the device's token, which a token that must be renewed first is not */
      readonly signedIn: boolean;
    };

const withinMs = 10_000;
const longestBody = 4000;

/** One request for at most one row; nothing is sent but key and token. Never throws. */
export async function askCloud(
  target: Extract<CloudTarget, { kind: 'supabase' }>,
  { token, isAccessToken: signedIn }: TokenLook,
  now: () => Date,
): Promise<CloudAnswer> {
  const headers = {
    apikey: target.apiKey,
    ...(signedIn ? { Authorization: `Bearer ${token}` } : {}),
  };
  try {
    const response = await fetch(`${target.url}/rest/v1/ASE_locations?select=location_id&limit=1`, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    });
    const serverMs = Date.parse(response.headers.get('date') ?? '');
    const offset = Number.isFinite(serverMs) ? serverMs + 500 - now().getTime() : null;
    const body = (await response.text()).slice(0, longestBody);
    const { status } = response;
    return { kind: 'answer', status, body, isJson: isJson(body), clockOffsetMs: offset, signedIn };
  } catch (error) {
    return silenceOf(error);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function silenceOf(error: unknown): CloudAnswer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = errorCode(cause);
  const detail = plainDetail((cause instanceof Error && cause.message) || code || String(error));
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return { kind: 'silence', why: timedOut ? 'time-out' : silenceByCode(code), detail };
}

/** OpenSSL's own words stand between its file names and numbers. */
function plainDetail(text: string): string {
  return (/SSL routines:[^:]*:([^:]+):/.exec(text)?.[1] ?? text).replace(/\s+/g, ' ').trim().slice(0, 200);
}

function silenceByCode(code: string): CloudSilence {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return 'unknown-name';
  if (/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/.test(code)) return 'no-network';
  if (/TIMEDOUT|TIMEOUT/.test(code)) return 'time-out';
  if (/CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO/.test(code)) return 'tls';
  return /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_.*)$/.test(code) ? 'cut-off' : 'other';
}
