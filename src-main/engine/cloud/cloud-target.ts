import { BackhaulError } from '../../contract/errors.ts';
import { dashboardAddress } from '../../contract/project-address.ts';
import { tokenClaims } from './token-claims.ts';

/** Which cloud this box is configured for, and with what it may sign in. */
export type CloudTarget =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'supabase';
      readonly url: string;
      readonly apiKey: string;
      /** BACKHAUL_DEVICE_TOKEN; '' where the box uses the token that it was signed in with */
      readonly deviceToken: string;
    };

export interface CloudSettings {
  readonly url: string | null;
  readonly apiKey: string | null;
  readonly deviceToken: string | null;
}

/**
 * The local cloud where no project is configured (SPEC 5.6), else the Supabase project.
 * @throws BackhaulError `invalid_input` for an address that would send records in the clear, `misconfigured`
 * for a key that is missing or too powerful (SPEC 5.5).
 */
export function cloudTarget(settings: CloudSettings): CloudTarget {
  if (settings.url === null) return { kind: 'local' };
  const url = safeUrl(settings.url);
  if (settings.apiKey === null) {
    throw new BackhaulError(
      'misconfigured',
      'SUPABASE_URL is set but no key is. Nothing was sent; set SUPABASE_ANON_KEY or SUPABASE_PUBLISHABLE_KEY, or leave SUPABASE_URL out to use the local cloud.',
    );
  }
  refusePowerfulKey('The key', settings.apiKey);
  const deviceToken = settings.deviceToken ?? '';
  refuseUnsendable('The key', settings.apiKey);
  refuseUnsendable('BACKHAUL_DEVICE_TOKEN', deviceToken);
  refusePowerfulKey('BACKHAUL_DEVICE_TOKEN', deviceToken);
  return { kind: 'supabase', url, apiKey: settings.apiKey, deviceToken };
}

/**
 * The address of a project, without a slash at its end.
 * @throws BackhaulError `invalid_input` for one that is none or would send records in the clear
 */
export function safeUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new BackhaulError(
      'invalid_input',
      'The address of the Supabase project is not a URL. Nothing was sent.',
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new BackhaulError(
      'invalid_input',
      `The address of the Supabase project must begin with https:// (it begins with ${url.protocol}//), or the records would travel unprotected. Nothing was sent.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new BackhaulError(
      'invalid_input',
      'The address of the Supabase project must hold no password. Nothing was sent.',
    );
  }
  refuseDashboard(text);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function refuseDashboard(text: string): void {
  const dashboard = dashboardAddress(text);
  if (dashboard === null) return;
  const instead =
    dashboard.kind === 'project'
      ? `the project itself has the address ${dashboard.url}`
      : 'the address of a project looks like https://<project>.supabase.co';
  throw new BackhaulError(
    'invalid_input',
    `This is a page of Supabase for people, not the address of a project; ${instead}. Nothing was sent.`,
    { details: { dashboard: true } },
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** A request with it would never leave the box, and its fault would look like the network's. */
function refuseUnsendable(name: string, secret: string): void {
  if (/^[\x21-\x7e]*$/u.test(secret)) return;
  throw new BackhaulError(
    'misconfigured',
    `${name} holds a space or a character that none has. Nothing was sent; copy it once more.`,
  );
}

/** @throws BackhaulError `misconfigured` for a key that opens every store */
export function refusePowerfulKey(name: string, key: string): void {
  const role = key.startsWith('sb_secret_') ? 'secret' : tokenClaims(key)?.role;
  if (role !== 'secret' && role !== 'service_role' && role !== 'supabase_admin') return;
  throw new BackhaulError(
    'misconfigured',
    `${name} is a ${role} key, which may read and change every store's records, so it must not lie on a box in a store. Nothing was sent; use the publishable (or anon) key and a device token.`,
  );
}
