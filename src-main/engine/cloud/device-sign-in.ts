import { BackhaulError } from '../../contract/errors.ts';
import { elsewhereFault, type SecretStore } from '../secrets/service.ts';
import { CloudError } from './cloud-error.ts';
import { type AuthAddress, exchangeToken, type TokenPair } from './exchange-token.ts';
import { refuseImpossibleToken } from './secret-shape.ts';
import { isAccessToken, refuseOtherLocation } from './token-claims.ts';
import { type FreshToken, fixedToken, renewedToken, type TokenSource } from './token-source.ts';
import { environmentStore, signedInStore, type TokenStore } from './token-store.ts';

const howToSignIn =
  'On the machine of an administrator run "backhaul cloud enroll --location ID" (a Supabase project) or "backhaul cloud token --location ID --renewable" (a local cloud), and give what it prints to "backhaul cloud sign-in" on this box.';

/** The box has a project to send to and nothing to sign in with. */
export function missingTokenFault(): BackhaulError {
  return new BackhaulError(
    'misconfigured',
    `The Supabase project is set but this box has no device token, and the public key alone may do nothing. Nothing was sent, the records wait here. ${howToSignIn} Or set BACKHAUL_DEVICE_TOKEN.`,
    { details: { noDeviceToken: true } },
  );
}

/** Why nothing can be sent for want of a token, null where there is one to try. */
export function signInFault(secrets: SecretStore, deviceToken: string): BackhaulError | null {
  if (deviceToken !== '') return null;
  const place = secrets.place('device-token');
  if (place === 'elsewhere') return elsewhereFault('device-token');
  return place === 'none' ? missingTokenFault() : null;
}

export interface DeviceSignIn extends AuthAddress {
  readonly secrets: SecretStore;
  /** BACKHAUL_DEVICE_TOKEN: an access token or a refresh token; '' where the box uses what it was signed in with */
  readonly deviceToken: string;
  readonly now: () => Date;
}

/** The device's access token, renewed where it can be; BACKHAUL_DEVICE_TOKEN overrides what is kept. */
export function deviceTokens(options: DeviceSignIn): TokenSource {
  const { secrets, deviceToken, now } = options;
  if (deviceToken !== '' && isAccessToken(deviceToken)) return fixedToken(deviceToken);
  const store = deviceToken === '' ? signedInStore(secrets) : environmentStore(secrets, deviceToken);
  let refused: { readonly token: string; readonly error: CloudError; readonly atMs: number } | null = null;

  async function fresh(): Promise<FreshToken> {
    const kept = (await store.read()) ?? deviceToken;
    if (kept === '') throw missingTokenFault();
    if (isAccessToken(kept)) return { token: kept, lifetimeMs: 60_000 };
    // Who asks every few seconds must not bring a refused token each time; another one is tried at once.
    if (refused?.token === kept && now().getTime() < refused.atMs + tryRefusedAgainMs) throw refused.error;
    try {
      const { accessToken, lifetimeMs } = await renew(options, store, kept);
      return { token: accessToken, lifetimeMs };
    } catch (error) {
      const isRefused = error instanceof CloudError && error.fault.kind === 'sign_in';
      if (isRefused) refused = { token: kept, error, atMs: now().getTime() };
      throw error;
    }
  }

  return renewedToken(fresh, now);
}

const tryRefusedAgainMs = 60_000;

/** Another process of this box may have renewed in the meantime: then what it has kept is tried. */
async function renew(address: AuthAddress, store: TokenStore, token: string): Promise<TokenPair> {
  try {
    return await renewOnce(address, store, token);
  } catch (error) {
    if (!(error instanceof CloudError) || error.fault.kind !== 'sign_in') throw error;
    const kept = await store.read();
    if (kept === null || kept === token || isAccessToken(kept)) throw expired(error);
    return renewOnce(address, store, kept).catch((again: unknown) => {
      throw again instanceof CloudError && again.fault.kind === 'sign_in' ? expired(again) : again;
    });
  }
}

async function renewOnce(address: AuthAddress, store: TokenStore, token: string): Promise<TokenPair> {
  const exchange = (): Promise<TokenPair> =>
    exchangeToken(address, 'refresh_token', { refresh_token: token });
  const pair = await exchange().catch((error: unknown) => {
    // The answer may be lost with the renewal done: the same token is good until its successor is used.
    if (error instanceof CloudError && error.fault.kind === 'network') return exchange();
    throw error;
  });
  // Kept before it is used. Where it cannot be (a full disk), the one before it stays good, since nobody uses this one.
  await store.write(pair.refreshToken).catch(() => undefined);
  return pair;
}

function expired({ fault }: CloudError): CloudError {
  return new CloudError(
    fault,
    'POST /auth/v1/token',
    `The cloud does not renew the sign-in of this box any more. Nothing is lost, the records wait here. ${howToSignIn}`,
  );
}

export interface SignInOutcome {
  /** false: kept, but not tried (no project is set here, or it cannot be reached) */
  readonly tried: boolean;
  readonly accessToken: string | null;
}

/**
 * Keeps a token that a person has brought, after trying it where that is possible.
 * @throws CloudError `sign_in` where the cloud refuses it, BackhaulError `invalid_input` where it can be no token,
 *   `misconfigured` where it is too powerful or for another location than `locationId`; nothing is kept then
 */
export async function signIn(
  secrets: SecretStore,
  token: string,
  address: AuthAddress | null,
  locationId: string | null = null,
): Promise<SignInOutcome> {
  refuseImpossibleToken(token, locationId);
  const store = signedInStore(secrets);
  if (address === null || isAccessToken(token)) {
    await store.write(token);
    return { tried: false, accessToken: isAccessToken(token) ? token : null };
  }
  try {
    const pair = await exchangeToken(address, 'refresh_token', { refresh_token: token });
    if (locationId !== null) refuseOtherLocation(pair.accessToken, locationId);
    await store.write(pair.refreshToken);
    return { tried: true, accessToken: pair.accessToken };
  } catch (error) {
    const mayBeGood =
      error instanceof CloudError &&
      ['network', 'timeout', 'server', 'rate_limited'].includes(error.fault.kind);
    if (!mayBeGood) throw error;
    await store.write(token);
    return { tried: false, accessToken: null };
  }
}

/** Forgets the kept token; true where there was one. */
export async function signOut(secrets: SecretStore): Promise<boolean> {
  const was = secrets.place('device-token') !== 'none';
  await signedInStore(secrets).clear();
  return was;
}
