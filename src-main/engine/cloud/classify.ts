import { networkWords } from './network-words.ts';

/**
 * The one place that reads the cloud's error codes (SPEC 5.1).
 * `content` is one record's fault, `schema` and `permission` are the cloud's set-up, `address` is no such cloud, `parent` waits for its
 * parent, `sign_in` needs a token, the others pass by themselves.
 */
export type CloudFaultKind =
  | 'network'
  | 'timeout'
  | 'rate_limited'
  | 'server'
  | 'too_large'
  | 'sign_in'
  | 'permission'
  | 'schema'
  | 'address'
  | 'parent'
  | 'content'
  | 'other';

export interface CloudFault {
  readonly kind: CloudFaultKind;
  readonly status: number | null;
  /** the cloud's own code: SQLSTATE or PGRST…, '' where the answer held none */
  readonly code: string;
  /** the cloud's own words */
  readonly message: string;
  readonly retryAfterMs: number | null;
}

/** An answer that was no success. Codes as measured on PostgREST (docs/GLOSSARY.md: content error). */
export function classifyAnswer(
  status: number,
  body: string,
  retryAfter: string | null,
  now: Date,
): CloudFault {
  const { code, message } = readBody(body);
  return {
    // PostgREST 12 answers a write to a table that is not there with an empty object.
    kind: status === 404 && body.trim() === '{}' ? 'schema' : kindOf(status, code),
    status,
    code,
    message: message || `HTTP ${status}`,
    retryAfterMs: parseRetryAfter(retryAfter, now),
  };
}

/** No answer at all: refused, reset, unresolved, timed out, or an answer of something that is not the cloud. */
export function classifyFailure(error: unknown): CloudFault {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const own = cause instanceof Error ? cause.message : String(cause);
  const message = timedOut ? 'no answer came in time' : networkWords(code, own);
  return { kind: timedOut ? 'timeout' : 'network', status: null, code, message, retryAfterMs: null };
}

function kindOf(status: number, code: string): CloudFaultKind {
  if (status === 401) return 'sign_in';
  if (code === '57014') return 'too_large';
  if (status === 413) return 'too_large';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 425) return 'timeout';
  if (status >= 500) return 'server';
  if (code === '23503') return 'parent';
  if (/^(22|23502|23514|21000|PGRST102)/.test(code)) return 'content';
  if (code === '42501') return 'permission';
  // An upsert names its own key, so a duplicate is one of another unique index, which the project has of its own.
  if (/^(23505|42|PGRST20)/.test(code)) return 'schema';
  if (status === 403) return 'permission';
  if (status === 404) return 'address';
  return 'other';
}

function readBody(body: string): { code: string; message: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return { code: '', message: '' };
    // Supabase Auth has a number in `code` and its own word in `error_code`.
    const { code, error_code: authCode, message, details, msg } = parsed as Record<string, unknown>;
    const words = [message ?? msg, details].filter((text) => typeof text === 'string' && text !== '');
    const [own = ''] = [code, authCode].filter((one) => typeof one === 'string');
    return { code: own, message: words.join('. ') };
  } catch {
    return {
      code: '',
      message: /<html|<!doctype/i.test(body) ? 'an HTML page instead of an answer' : body.slice(0, 200),
    };
  }
}

/** Seconds or an HTTP date, bounded to five minutes. */
function parseRetryAfter(value: string | null, now: Date): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 300_000) : null;
}
