import { BackhaulError } from '../../contract/errors.ts';
import { refusePowerfulKey } from './cloud-target.ts';
import { claimedRole, isAccessToken, refuseOtherLocation, tokenClaims } from './token-claims.ts';

type SecretField = 'apiKey' | 'token';

/**
 * What a key of a project can look like, before it is used or kept. Whether the project takes it only the project tells.
 * @throws BackhaulError `invalid_input` or, for a key that opens every store, `misconfigured`, with `details.field`
 */
export function refuseImpossibleKey(key: string): void {
  refuseForeignCharacters('apiKey', 'The key', key);
  atField('apiKey', () => refusePowerfulKey('The key', key));
  if (/^sb_publishable_[\w-]+$/u.test(key)) return;
  const role = isAccessToken(key) ? claimedRole(key) : null;
  if (role === 'authenticated')
    throw misshapen('apiKey', 'swapped', 'This is a device token, not the key of the project.');
  if (tokenClaims(key) !== null && isAccessToken(key)) return;
  throw misshapen(
    'apiKey',
    'shape',
    'This is no key of a Supabase project: it begins with sb_publishable_ or, in older projects, with eyJ and has three parts. Perhaps only a part was copied.',
  );
}

/**
 * What a device token can look like, before it is used or kept, and for which location where it says so itself.
 * @throws BackhaulError `invalid_input` or `misconfigured`, with `details.field`
 */
export function refuseImpossibleToken(token: string, locationId: string | null): void {
  refuseForeignCharacters('token', 'The token', token);
  atField('token', () => refusePowerfulKey('The token', token));
  if (token.startsWith('sb_publishable_') || (isAccessToken(token) && claimedRole(token) === 'anon'))
    throw misshapen('token', 'swapped', 'This is the key of the project, not a device token.');
  const looksRight = isAccessToken(token) ? tokenClaims(token) !== null : isRefreshToken(token);
  if (!looksRight)
    throw misshapen(
      'token',
      'shape',
      'This is no device token: it is one word of at least ten letters and digits, or three such parts with full stops between them. Perhaps only a part was copied.',
    );
  if (locationId !== null) atField('token', () => refuseOtherLocation(token, locationId));
}

/** As Supabase Auth and the local cloud make them; the shortest known has twelve characters. */
function isRefreshToken(token: string): boolean {
  return /^[\w-]{10,}$/u.test(token);
}

/** A header of HTTP carries nothing else, so a request with it would never leave the box. */
function refuseForeignCharacters(field: SecretField, name: string, text: string): void {
  if (/^[\x21-\x7e]+$/u.test(text)) return;
  throw misshapen(
    field,
    'characters',
    `${name} holds a space or a character that none has: only letters without accents, digits and signs of an English keyboard. Copy it once more.`,
  );
}

function misshapen(field: SecretField, shape: 'characters' | 'shape' | 'swapped', words: string): Error {
  return new BackhaulError('invalid_input', `${words} Nothing was kept.`, { details: { field, shape } });
}

/** Says at which field of a form a refusal belongs. */
export function atField<T>(field: 'url' | SecretField, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BackhaulError)) throw error;
    throw new BackhaulError(error.code, error.message, { details: { ...error.details, field } });
  }
}
