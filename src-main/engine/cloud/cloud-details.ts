import type { CloudDetails, CloudProblem, SecretSource } from '../../contract/cloud-shapes.ts';
import { BackhaulError } from '../../contract/errors.ts';
import type { CloudStatus } from '../../contract/status-shapes.ts';
import type { Environment } from '../config/environment.ts';
import { readApiKey, type SecretPlace, type SecretStore } from '../secrets/service.ts';
import type { CloudAccess } from './cloud-access.ts';
import { belongsElsewhere, readIdentity } from './cloud-identity.ts';
import { safeUrl } from './cloud-target.ts';
import { keyKind } from './key-kind.ts';
import { claimedMs, isAccessToken, mayOnlyRead, tokenLocation } from './token-claims.ts';
import { signedInStore } from './token-store.ts';

export interface DetailsOptions {
  /** the address the engine was started with */
  readonly url: string | null;
  readonly cloud: CloudAccess;
  readonly environment: Environment;
  readonly secrets: SecretStore;
  readonly status: CloudStatus;
  /** since when it is as `status` says */
  readonly since: string | null;
  readonly locationId: string | null;
  /** what the local database remembers of the cloud its marks belong to */
  readonly marksOf: string | null;
  /** the identity of the local cloud of this data directory, null where it does not run */
  readonly localIdentity: string | null;
  readonly lastVerification: { readonly at: string; readonly agrees: boolean } | null;
  readonly restartNeeded: boolean;
}

/** What is known of the configured cloud; never a key and never a token. */
export async function cloudDetails(options: DetailsOptions): Promise<CloudDetails> {
  const { cloud, secrets, status, url } = options;
  const key = await lookAtKey(options);
  const signIn = await lookAtSignIn(options);
  const fault = cloud.fault;
  const marks = marksOf(options);
  return {
    kind: url === null ? 'local' : 'supabase',
    url: url === null ? status.url : shownUrl(url),
    problem: fault === null ? null : problemOf(options, key, signIn),
    problemMessage: fault?.message ?? null,
    key,
    signIn,
    kept: { key: secrets.place('api-key') !== 'none', signIn: secrets.place('device-token') !== 'none' },
    secretStorage: secrets.kind,
    boxLocationId: options.locationId,
    reachable: status.reachable,
    since: options.since,
    clockOffsetMs: status.clockOffsetMs,
    marks,
    // It was made against the cloud that the marks belong to.
    lastVerification: marks.other ? null : options.lastVerification,
    restartNeeded: options.restartNeeded,
  };
}

async function lookAtKey({ url, environment, secrets }: DetailsOptions): Promise<CloudDetails['key']> {
  if (url === null) return { kind: 'local', source: 'none' };
  if (environment.supabaseKey !== null)
    return { kind: keyKind(environment.supabaseKey), source: 'environment' };
  const kept = await readApiKey(secrets).catch(() => null);
  return { kind: keyKind(kept), source: sourceOf(secrets.place('api-key')) };
}

async function lookAtSignIn(options: DetailsOptions): Promise<CloudDetails['signIn']> {
  const { url, environment, secrets, cloud } = options;
  const nothing = { renews: null, locationId: null, readOnly: null, expiresAt: null };
  if (url === null) return { ...nothing, source: 'none' };
  const given = environment.deviceToken;
  const source = given === null ? sourceOf(secrets.place('device-token')) : 'environment';
  const token =
    given ??
    (await signedInStore(secrets)
      .read()
      .catch(() => null));
  if (token === null) return { ...nothing, source };
  const renews = !isAccessToken(token);
  // What a token that renews itself speaks for stands in the access token it was last exchanged for.
  const access = renews ? cloud.lastToken() : token;
  if (access === null) return { ...nothing, source, renews };
  return {
    source,
    renews,
    locationId: tokenLocation(access),
    readOnly: mayOnlyRead(access),
    expiresAt: renews ? null : expiryOf(access),
  };
}

function expiryOf(token: string): string | null {
  const ms = claimedMs(token, 'exp');
  return ms === null || ms > 8.64e15 ? null : new Date(ms).toISOString();
}

function sourceOf(place: SecretPlace): SecretSource {
  return place;
}

function problemOf(
  { url, environment }: DetailsOptions,
  key: CloudDetails['key'],
  signIn: CloudDetails['signIn'],
): CloudProblem {
  if (url !== null && !isSafe(url)) return 'bad_address';
  if (key.source === 'elsewhere') return 'key_elsewhere';
  if (key.kind === 'none') return 'no_key';
  if (key.kind === 'service') return 'powerful_key';
  if (keyKind(environment.deviceToken) === 'service') return 'powerful_token';
  if (signIn.source === 'elsewhere') return 'sign_in_elsewhere';
  return signIn.source === 'none' ? 'no_sign_in' : 'other';
}

function isSafe(url: string): boolean {
  try {
    safeUrl(url);
    return true;
  } catch (error) {
    if (error instanceof BackhaulError) return false;
    throw error;
  }
}

/** Without a password that somebody has put into it. */
function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? text.replace(/\/\/[^/]*@/, '//') : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function marksOf({ url, marksOf: recorded, localIdentity }: DetailsOptions): CloudDetails['marks'] {
  return {
    belongTo: recorded === null ? null : readIdentity(recorded),
    other: belongsElsewhere(recorded, url, localIdentity),
  };
}
