import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import type { LocalCloudSecrets } from './secrets.ts';

export interface TokenRequest {
  readonly locationId: string;
  readonly readOnly: boolean;
  readonly ttlSeconds: number;
  /** The `sub` claim, a UUID; by default one that stays the same for a location. */
  readonly subject?: string | undefined;
}

/** What a token grants, as it is kept for renewal. */
export const grantSchema = z.object({
  locationId: z.string().min(1),
  readOnly: z.boolean(),
  subject: z.uuid(),
});

export type Grant = z.infer<typeof grantSchema>;

/** @throws BackhaulError `invalid_input` for an empty location, a lifetime that is none, or a subject that is no UUID. */
export function grantFor(secrets: LocalCloudSecrets, wanted: TokenRequest): Grant {
  if (!Number.isSafeInteger(wanted.ttlSeconds) || wanted.ttlSeconds <= 0) {
    throw new BackhaulError('invalid_input', 'The lifetime of a token is a whole number of seconds above 0.');
  }
  const grant = grantSchema.safeParse({
    locationId: wanted.locationId,
    readOnly: wanted.readOnly,
    subject: wanted.subject ?? subjectOf(secrets.projectId, wanted.locationId),
  });
  if (grant.success) return grant.data;
  throw new BackhaulError('invalid_input', 'A token needs a location, and its subject, if given, is a UUID.');
}

/** Signs an access token as Supabase Auth would: HS256, role `authenticated`, the location in app_metadata. */
export function signAccessToken(
  secrets: LocalCloudSecrets,
  grant: Grant,
  ttlSeconds: number,
  now: Date = new Date(),
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ role: 'authenticated', app_metadata: appMetadata(grant) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(grant.subject)
    .setAudience('authenticated')
    .setJti(randomUUID()) // two of one second differ, so that a renewed one is known from a refused one
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(createSecretKey(Buffer.from(secrets.jwtSecret)));
}

export function appMetadata(grant: Grant): Readonly<Record<string, unknown>> {
  return { location_id: grant.locationId, ...(grant.readOnly ? { read_only: true } : {}) };
}

function subjectOf(projectId: string, locationId: string): string {
  const hash = createHash('sha256').update(`${projectId}/${locationId}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
