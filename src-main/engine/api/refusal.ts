import { BackhaulError, type FaultCode, toFault } from '../../contract/errors.ts';

/** What only HTTP can refuse, and the faults of the engine. */
export type RefusalCode =
  | FaultCode
  | 'misdirected_request'
  | 'forbidden'
  | 'request_timeout'
  | 'headers_too_large';

/** Why a request is not answered with what it asks for. */
export interface Refusal {
  /** of HTTP */
  readonly status: number;
  readonly code: RefusalCode;
  /** what happened and what to do next */
  readonly message: string;
  /** which part of the request is meant: `query limit`, `header Host`; null for none */
  readonly place: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const statusOf: Readonly<Record<FaultCode, number>> = {
  invalid_input: 400,
  unauthorized: 401,
  locked: 403,
  not_found: 404,
  conflict: 409,
  rejected: 409,
  rate_limited: 429,
  unavailable: 503,
  misconfigured: 503,
  storage: 503,
  cancelled: 503,
  internal: 500,
};

/** What a fault of the engine is to a program that asks over HTTP. */
export function refusalOf(error: unknown): Refusal {
  const { code, message, retryAfterMs } = toFault(error);
  const known = error instanceof BackhaulError && code !== 'internal';
  return {
    status: statusOf[code],
    code,
    message: known ? message : 'The engine failed at this; its log says why. No record is lost.',
    place: null,
    ...(retryAfterMs === undefined
      ? {}
      : { headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } }),
  };
}

export function tooBusy(what: string): Refusal {
  return {
    status: 503,
    code: 'rate_limited',
    message: `${what} Capture goes before answers; ask again in a second.`,
    place: null,
    headers: { 'Retry-After': '1' },
  };
}
