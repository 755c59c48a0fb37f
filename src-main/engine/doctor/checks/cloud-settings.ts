import { tokenClaims } from '../../cloud/token-claims.ts';
import { critical, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const waits = 'Nothing is sent and nothing is lost: capture goes on and the records wait here.';
const keyNames = 'SUPABASE_PUBLISHABLE_KEY (or SUPABASE_ANON_KEY)';
const address = 'It is https:// and the name of the project, such as https://abcdefgh.supabase.co.';

/** Whether address and key of the cloud can be right, without asking it. */
export function cloudSettings(patient: Patient): readonly Finding[] {
  const { url } = patient.configuration.usable.cloud;
  const { supabaseKey: key, deviceToken } = patient.environment;
  if (url === null) return withoutAddress(key !== null || deviceToken !== null);
  const from = patient.configuration.sources.get('cloud.url') ?? 'cloud.url';
  const odd = [
    ...oddText(url, from),
    ...oddText(key, 'The key'),
    ...oddText(deviceToken, 'BACKHAUL_DEVICE_TOKEN'),
  ];
  if (odd.length > 0) return odd;
  const found = [...addressFaults(url, from), ...keyFaults(url, key)];
  if (found.length > 0) return found;
  const look = patient.target();
  if (look.usable) return [fine(`Records go to ${new URL(url).host}.`)];
  const cause = look.fault.code === 'invalid_input' ? 'configuration' : 'fault';
  return [critical(look.fault.message, `Correct ${from} and the key in the environment.`, cause)];
}

function withoutAddress(hasKey: boolean): readonly Finding[] {
  if (!hasKey) return [fine('No Supabase project is configured: records go to the local cloud on this box.')];
  return [
    warning(
      'A key or a device token is set, but SUPABASE_URL is not: records stay in the local cloud on this box.',
      'Set SUPABASE_URL, if they are to go to a Supabase project.',
    ),
  ];
}

/** What copying and env files leave behind. */
function oddText(text: string | null, name: string): readonly Finding[] {
  if (text === null || !/^["'<]|["'>]$|\s/.test(text)) return [];
  return [
    critical(
      `${name} holds a quotation mark, a bracket or a space that does not belong to it, as copying leaves behind. ${waits}`,
      'Set it anew, without anything around it.',
      'configuration',
    ),
  ];
}

function addressFaults(text: string, from: string): readonly Finding[] {
  const url = URL.parse(text);
  const wrong = (what: string, next: string): readonly Finding[] => [
    critical(`${from} ${what}. ${waits}`, next, 'configuration'),
  ];
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return wrong('is no web address', `Correct it. ${address}`);
  }
  if (url.username !== '' || url.password !== '') {
    return wrong('holds a password', `Take it out. ${address}`);
  }
  if (url.protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname)) {
    return wrong(
      'begins with http://, so records and token would travel unprotected',
      'Write https:// instead.',
    );
  }
  if (/^(app\.|www\.)?supabase\.com$/.test(url.hostname)) {
    return wrong('is the address of the dashboard, not of the project', `Take the "Project URL". ${address}`);
  }
  if (/\/(rest|auth|storage)(\/v1)?\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    return wrong('has a path behind the name of the project', `Cut it off: ${url.origin}`);
  }
  if (url.pathname.replace(/\/+$/, '') === '') return [];
  const words = `${from} has a path (${url.pathname}), which a Supabase project has not; only one behind a server of your own may have one.`;
  return [warning(words, `Unless that is so, cut it off: ${url.origin}`)];
}

function keyFaults(url: string, key: string | null): readonly Finding[] {
  if (key === null) {
    return [
      critical(
        `${url} is configured but no key is. ${waits}`,
        `Set ${keyNames}, or take the address out to use the local cloud.`,
      ),
    ];
  }
  const claims = tokenClaims(key);
  const role = key.startsWith('sb_secret_') ? 'secret' : claims?.role;
  if (role === 'secret' || role === 'service_role' || role === 'supabase_admin') {
    return [
      critical(
        `The key is a ${String(role)} key, which may read and change every store's records, so it must not lie on a box in a store. ${waits}`,
        `Take it out of this computer, make a new one in the project, and set ${keyNames}.`,
      ),
    ];
  }
  if (role === 'authenticated') {
    return [
      critical(
        `The key is a device token. ${waits}`,
        `Set it as BACKHAUL_DEVICE_TOKEN, and the project's key as ${keyNames}.`,
      ),
    ];
  }
  if (claims === null && !key.startsWith('sb_publishable_')) {
    return [
      warning(
        'The key looks like none of Supabase (sb_publishable_… or eyJ…).',
        `Compare it with the project's settings, "API keys": ${keyNames}.`,
      ),
    ];
  }
  return ofOtherProject(url, claims?.ref);
}

function ofOtherProject(url: string, project: unknown): readonly Finding[] {
  const named = /^([a-z0-9]+)\.supabase\.co$/.exec(URL.parse(url)?.hostname ?? '')?.[1];
  if (named === undefined || typeof project !== 'string' || project === named) return [];
  return [
    critical(
      `The key belongs to the project ${project}, the address to ${named}. ${waits}`,
      'Take both from the same project.',
    ),
  ];
}
