import { BackhaulError } from '../../contract/errors.ts';

/** The claims of a JWT, unverified: for showing and early refusal only. Null where it is none. */
export function tokenClaims(token: string): Readonly<Record<string, unknown>> | null {
  const part = token.split('.')[1];
  if (part === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** An access token has the three parts of a JWT; anything else is taken for a refresh token. */
export function isAccessToken(token: string): boolean {
  return token.split('.').length === 3;
}

/** The database role that a JWT speaks as, null where it names none. */
export function claimedRole(token: string): string | null {
  const role = tokenClaims(token)?.role;
  return typeof role === 'string' ? role : null;
}

/** The location that a device token speaks for, null where it names none. */
export function tokenLocation(token: string): string | null {
  const location = appMetadata(token).location_id;
  return typeof location === 'string' ? location : null;
}

/** The cloud's own rule (`backhaul_may_write`): anything but a plain false counts as read-only. */
export function mayOnlyRead(token: string): boolean {
  const { read_only: readOnly } = appMetadata(token);
  return readOnly !== undefined && readOnly !== null && readOnly !== false && readOnly !== 'false';
}

/** A time claim (`exp`, `iat`) in milliseconds, null where there is none. */
export function claimedMs(token: string, claim: 'exp' | 'iat' | 'nbf'): number | null {
  const seconds = tokenClaims(token)?.[claim];
  return typeof seconds === 'number' ? seconds * 1000 : null;
}

/** For a run with a token that may only read (`CloudSession.readOnly`). */
export function readOnlyFault(): BackhaulError {
  return new BackhaulError(
    'misconfigured',
    'The device token of this box may only read. Nothing was sent, the records wait here; give the box a token that may write (backhaul cloud token without --read-only).',
    { details: { readOnlyToken: true } },
  );
}

/** @throws BackhaulError `misconfigured` for a token of another location */
export function refuseOtherLocation(token: string, locationId: string): void {
  const speaksFor = tokenLocation(token);
  if (speaksFor === null || speaksFor === locationId) return;
  throw new BackhaulError(
    'misconfigured',
    `The device token is for the location ${JSON.stringify(speaksFor)}, this box is ${JSON.stringify(locationId)}. Nothing was sent, the records wait here; use this location's token.`,
    { details: { tokenLocation: speaksFor } },
  );
}

function appMetadata(token: string): Readonly<Record<string, unknown>> {
  const metadata = tokenClaims(token)?.app_metadata;
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {};
}
