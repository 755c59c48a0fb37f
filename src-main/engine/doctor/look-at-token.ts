import { isAccessToken } from '../cloud/service.ts';
import { signedInStore } from '../cloud/token-store.ts';
import type { SecretStore } from '../secrets/service.ts';

/** What this box signs in with. */
export interface TokenLook {
  /**
   * BACKHAUL_DEVICE_TOKEN, what `cloud sign-in` keeps, or nothing; `damaged` is such a file, `elsewhere` a keychain
   * that only the console opens
   */
  readonly source: 'environment' | 'sign-in' | 'damaged' | 'none' | 'elsewhere';
  /** '' where there is none */
  readonly token: string;
  /** it can be used as it is; any other is renewed first, which changes it, so it is not tried here */
  readonly isAccessToken: boolean;
}

/** BACKHAUL_DEVICE_TOKEN wins over what is kept. */
export async function lookAtToken(secrets: SecretStore, given: string | null): Promise<TokenLook> {
  if (given !== null) {
    return { source: 'environment', token: given, isAccessToken: isAccessToken(given) };
  }
  const place = secrets.place('device-token');
  if (place === 'none' || place === 'elsewhere') return { source: place, token: '', isAccessToken: false };
  const kept = await signedInStore(secrets).read();
  if (kept === null) return { source: 'damaged', token: '', isAccessToken: false };
  return { source: 'sign-in', token: kept, isAccessToken: isAccessToken(kept) };
}
