import { isAccessToken } from '../cloud/service.ts';
import { isSignedIn, signedInStore } from '../cloud/token-store.ts';

/** What this box signs in with. */
export interface TokenLook {
  /** BACKHAUL_DEVICE_TOKEN, the file that `cloud sign-in` keeps, or nothing; `damaged` is such a file */
  readonly source: 'environment' | 'sign-in' | 'damaged' | 'none';
  /** '' where there is none */
  readonly token: string;
  /** it can be used as it is; any other is renewed first, which changes it, so it is not tried here */
  readonly isAccessToken: boolean;
}

/** BACKHAUL_DEVICE_TOKEN wins over what is kept. */
export async function lookAtToken(dataDir: string, given: string | null): Promise<TokenLook> {
  if (given !== null) {
    return { source: 'environment', token: given, isAccessToken: isAccessToken(given) };
  }
  if (!isSignedIn(dataDir)) return { source: 'none', token: '', isAccessToken: false };
  const kept = await signedInStore(dataDir).read();
  if (kept === null) return { source: 'damaged', token: '', isAccessToken: false };
  return { source: 'sign-in', token: kept, isAccessToken: isAccessToken(kept) };
}
