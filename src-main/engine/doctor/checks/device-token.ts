import { statSync } from 'node:fs';
import { join } from 'node:path';
import { claimedMs, mayOnlyRead, tokenClaims, tokenLocation } from '../../cloud/token-claims.ts';
import { factsOf } from '../database-look.ts';
import { critical, type Finding, fine, info, warning } from '../finding.ts';
import type { TokenLook } from '../look-at-token.ts';
import type { Patient } from '../patient.ts';

const waits = 'Nothing is sent and nothing is lost: capture goes on and the records wait here.';
const giveNew =
  'Have an administrator make a new one ("backhaul cloud enroll", or "backhaul cloud token" for a local cloud), and give it to "backhaul cloud sign-in" on this box, or set it as BACKHAUL_DEVICE_TOKEN.';
/** what the cloud allows for clocks that differ */
const leewayMs = 30_000;
const soonMs = 7 * 86_400_000;

/** Whether the token that this box signs in with can be right, by what stands in it. */
export async function deviceToken(patient: Patient): Promise<readonly Finding[]> {
  const { usable } = patient.configuration;
  if (usable.cloud.url === null) return [fine('The local cloud needs none.')];
  const look = await patient.token();
  const location = usable.location.id ?? factsOf(await patient.database())?.settings.location_id ?? null;
  const findings = [...openToOthers(patient.dataDir), ...faultsOf(look, patient.now(), location)];
  if (findings.length > 0) return findings;
  if (!look.isAccessToken) return [fine('This box is signed in with a token that renews itself.')];
  return [fine(`It speaks for ${JSON.stringify(tokenLocation(look.token))}.`)];
}

function faultsOf(look: TokenLook, now: Date, location: string | null): readonly Finding[] {
  const { source, token } = look;
  if (source === 'none') {
    const words = `A Supabase project is configured, but this box has no device token, and the public key alone may do nothing. ${waits}`;
    return [critical(words, giveNew)];
  }
  if (source === 'elsewhere') return inKeychain();
  if (source === 'damaged') {
    return [
      critical(
        `The token that this box was signed in with cannot be read (device-token.json). ${waits}`,
        giveNew,
      ),
    ];
  }
  const claims = look.isAccessToken ? tokenClaims(token) : null;
  if (claims === null) return notReadable(token);
  if (claims.role === 'service_role' || claims.role === 'supabase_admin') {
    const words = `The device token is a ${claims.role} key, which opens every store. ${waits}`;
    return [critical(words, `Take it out of this computer. ${giveNew}`)];
  }
  if (claims.role === 'anon') {
    return [
      critical(`The device token is the project's public key, which alone may do nothing. ${waits}`, giveNew),
    ];
  }
  return [...inTime(token, now), ...rights(token, location)];
}

/** The console's engine reads it; one without a window does not. */
function inKeychain(): readonly Finding[] {
  return [
    info(
      "The sign-in of this box lies in the system's keychain, which the console opens for its engine; from here it cannot be looked at.",
      'For an engine without the console give the token to "backhaul cloud sign-in" once more, or set BACKHAUL_DEVICE_TOKEN.',
    ),
  ];
}

/** A token that must be renewed tells nothing of itself; what cannot be one is found. */
function notReadable(token: string): readonly Finding[] {
  if (token.startsWith('sb_'))
    return [critical(`The device token is a key of the project. ${waits}`, giveNew)];
  if (token.startsWith('http') || token.startsWith('eyJ') || token.length < 8) {
    return [critical(`The device token is no token, or only part of one. ${waits}`, giveNew)];
  }
  return [];
}

function openToOthers(dataDir: string): readonly Finding[] {
  return ['device-token.json', 'device-token.environment.json', 'api-key.json']
    .map((name) => join(dataDir, name))
    .filter(
      (path) =>
        process.platform !== 'win32' &&
        ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
    )
    .map((path) =>
      warning(`Other users of this computer may read a secret of this box (${path}).`, `chmod 600 ${path}`),
    );
}

function inTime(token: string, now: Date): readonly Finding[] {
  const expires = claimedMs(token, 'exp');
  const begins = Math.max(claimedMs(token, 'nbf') ?? 0, claimedMs(token, 'iat') ?? 0);
  if (expires !== null && expires + leewayMs < now.getTime()) {
    return [
      critical(
        `The device token expired on ${timeText(expires)}. ${waits}`,
        `${giveNew} If that date lies ahead, the clock of this computer is wrong.`,
      ),
    ];
  }
  if (begins > now.getTime() + leewayMs) {
    return [
      critical(
        `The device token is good only from ${timeText(begins)} on, and the clock of this computer says ${timeText(now.getTime())}. ${waits}`,
        'Most likely the clock is behind: timedatectl set-ntp true. Else give it a new token.',
      ),
    ];
  }
  if (expires === null || expires > now.getTime() + soonMs) return [];
  return [
    warning(`The device token expires on ${timeText(expires)}; then nothing is sent any more.`, giveNew),
  ];
}

function rights(token: string, location: string | null): readonly Finding[] {
  const speaksFor = tokenLocation(token);
  if (speaksFor === null) {
    return [critical(`The device token names no location, so it may write nothing. ${waits}`, giveNew)];
  }
  if (location !== null && location !== speaksFor) {
    return [
      critical(
        `The device token is for the location ${JSON.stringify(speaksFor)}, this box is ${JSON.stringify(location)}. ${waits}`,
        `Give it this location's token, or correct location.id (backhaul config print says where it comes from).`,
      ),
    ];
  }
  if (!mayOnlyRead(token)) return [];
  return [critical(`The device token may only read. ${waits}`, `${giveNew} Without --read-only.`)];
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
