import { createHash, randomBytes } from 'node:crypto';
import { CloudError } from './cloud-error.ts';
import { type AuthAddress, askAuth, exchangeToken } from './exchange-token.ts';

export interface Enrollment {
  readonly locationId: string;
  readonly readOnly: boolean;
  /** for `backhaul cloud sign-in` on the box; shown once, kept nowhere */
  readonly refreshToken: string;
  /** the name of the Auth user in the project's list of users */
  readonly user: string;
}

/**
 * Makes one Auth user for a device and signs it in once. `address.apiKey` is the project's secret key: used for these
 * two requests and forgotten. @throws CloudError
 */
export async function enrollDevice(
  address: AuthAddress,
  { locationId, readOnly }: { readonly locationId: string; readonly readOnly: boolean },
): Promise<Enrollment> {
  const user = `device-${shortHash(locationId)}-${randomBytes(6).toString('hex')}@devices.backhaul.invalid`;
  // Nobody ever learns it: the device lives on its refresh token.
  const password = randomBytes(36).toString('base64url');
  const body = {
    email: user,
    password,
    email_confirm: true,
    app_metadata: { location_id: locationId, ...(readOnly ? { read_only: true } : {}) },
  };
  try {
    await askAuth(address, '/auth/v1/admin/users', body, { Authorization: `Bearer ${address.apiKey}` });
  } catch (error) {
    throw explained(
      error,
      'The project did not make a user for the device. Nothing was changed; check that SUPABASE_SECRET_KEY is the secret (or service_role) key of the project of SUPABASE_URL.',
    );
  }
  try {
    const { refreshToken } = await exchangeToken(address, 'password', { email: user, password });
    return { locationId, readOnly, refreshToken, user };
  } catch (error) {
    throw explained(
      error,
      `The user ${user} was made, but the project did not sign it in. Allow sign-in by e-mail and password in the project (Authentication, Providers), delete that user and try again.`,
    );
  }
}

function explained(error: unknown, sentence: string): unknown {
  if (!(error instanceof CloudError) || error.fault.kind !== 'sign_in') return error;
  return new CloudError(error.fault, 'Supabase Auth', sentence);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
