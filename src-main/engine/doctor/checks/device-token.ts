import {
  claimedMs,
  isAccessToken,
  mayOnlyRead,
  tokenClaims,
  tokenLocation,
} from '../../cloud/token-claims.ts';
import { factsOf } from '../database-look.ts';
import { critical, type Finding, fine, info, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const waits = 'Nothing is sent and nothing is lost: capture goes on and the records wait here.';
const giveNew =
  "Give this box a new one as BACKHAUL_DEVICE_TOKEN (backhaul cloud token, or cloud enroll on an administrator's machine).";
/** what the cloud allows for clocks that differ */
const leewayMs = 30_000;
const soonMs = 7 * 86_400_000;

/** Whether the token that this box signs in with can be right, by what stands in it. */
export async function deviceToken(patient: Patient): Promise<readonly Finding[]> {
  const { usable } = patient.configuration;
  const token = patient.environment.deviceToken;
  if (usable.cloud.url === null) return [fine('The local cloud needs none.')];
  if (token === null) {
    return [
      critical(`A Supabase project is configured, but this box has no device token. ${waits}`, giveNew),
    ];
  }
  const claims = tokenClaims(token);
  if (!isAccessToken(token) || claims === null) return [notReadable(token)];
  if (claims.role === 'service_role' || claims.role === 'supabase_admin') {
    const words = `The device token is a ${claims.role} key, which opens every store. ${waits}`;
    return [critical(words, `Take it out of this computer. ${giveNew}`)];
  }
  if (claims.role === 'anon') {
    return [
      critical(
        `BACKHAUL_DEVICE_TOKEN is the project's public key, which alone may do nothing. ${waits}`,
        giveNew,
      ),
    ];
  }
  const location = usable.location.id ?? factsOf(await patient.database())?.settings.location_id ?? null;
  const findings = [...inTime(token, patient.now()), ...rights(token, location)];
  return findings.length > 0 ? findings : [fine(`It speaks for ${JSON.stringify(tokenLocation(token))}.`)];
}

function notReadable(token: string): Finding {
  if (token.startsWith('sb_') || token.startsWith('http') || /^eyJ/.test(token) || token.length < 8) {
    const what = token.startsWith('sb_') ? 'is a key of the project' : 'is no token, or only part of one';
    return critical(`BACKHAUL_DEVICE_TOKEN ${what}. ${waits}`, giveNew);
  }
  return info(
    'The device token is one that must be renewed to be used, which this check does not do.',
    'Where runs are refused, see "backhaul cloud check".',
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
