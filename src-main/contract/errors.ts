/** What kind of fault it is. Callers decide by code, people read the message. */
export const faultCodes = [
  'invalid_input',
  'not_found',
  'conflict',
  'unavailable',
  'rate_limited',
  'unauthorized',
  /** the kiosk is locked: only someone with its PIN may do this */
  'locked',
  'misconfigured',
  'rejected',
  'storage',
  'cancelled',
  'internal',
] as const;

export type FaultCode = (typeof faultCodes)[number];

/** A fault as it crosses a port: no stack, no cause. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface BackhaulErrorOptions {
  readonly cause?: unknown;
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class. The message says what happened, what it means for the data and what to do next;
 * it never holds a secret.
 */
export class BackhaulError extends Error {
  readonly code: FaultCode;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: FaultCode, message: string, options: BackhaulErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BackhaulError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}

/** Encodes anything thrown as a fault: an abort is `cancelled`, what else is not a BackhaulError is `internal`. */
export function toFault(error: unknown): Fault {
  if (error instanceof BackhaulError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'This was ended before it was done. No record is lost; ask again.' };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The error a fault stands for, on the caller's side. */
export function fromFault(fault: Fault): BackhaulError {
  return new BackhaulError(fault.code, fault.message, {
    ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
    ...(fault.details === undefined ? {} : { details: fault.details }),
  });
}
