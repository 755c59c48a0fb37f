import { classifyAnswer } from '../../cloud/classify.ts';
import type { CloudAnswer, CloudSilence } from '../ask-cloud.ts';
import { critical, type Finding, fine, info } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { cloudSchema } from './cloud-schema.ts';

const waits = 'Nothing is lost: the records wait here and go when it is back.';

/** Whether the configured project answers, lets this box in and has what the product needs. */
export async function cloudChecks(patient: Patient): Promise<readonly Finding[]> {
  const look = patient.target();
  if (!look.usable)
    return [info('Not asked: its settings cannot be used.', 'Mend what the checks above found.')];
  if (look.target.kind === 'local') return [fine('The local cloud is used; see "local-cloud".')];
  const answer = await patient.cloud();
  if (answer === null) return [fine('No Supabase project is configured.')];
  const { host } = new URL(look.target.url);
  if (answer.kind === 'silence') return [silence(host, answer.why, answer.detail)];
  const refused = refusal(host, answer, patient.now());
  if (refused !== null) return [refused];
  if (!answer.signedIn) {
    const words = `${host} answers. The sign-in was not tried: that would renew it.`;
    return [info(words, 'To try it, run "backhaul cloud check".')];
  }
  return cloudSchema(patient, look.target);
}

const sentences: Readonly<Record<CloudSilence, readonly [string, string]>> = {
  refused: [
    'refuses the connection: nothing listens there',
    'Check the address and its port; where it is right, the cloud is down: wait.',
  ],
  'unknown-name': [
    'is a name that cannot be resolved',
    'Check the spelling of the address, then the network: is the cable in, does the DNS server answer (resolvectl status)?',
  ],
  'no-network': [
    'cannot be reached: this computer has no way to it',
    'Check the cable, the Wi-Fi and the router (ip route).',
  ],
  'time-out': [
    'does not answer in time',
    'Check the network and its firewall: port 443 outwards must be open.',
  ],
  tls: [
    'offers no connection that can be trusted',
    "Check the clock of this computer first. A company's proxy that opens connections needs its certificate in NODE_EXTRA_CA_CERTS.",
  ],
  'cut-off': [
    'ends the connection in the middle',
    'Check the network; a firewall or proxy may be in between.',
  ],
  other: ['cannot be reached', 'Check the address and the network.'],
};

function silence(host: string, why: CloudSilence, detail: string): Finding {
  const [what, next] = sentences[why];
  return critical(`The cloud ${host} ${what} (${detail}). ${waits}`, next, 'unreachable');
}

type Answer = Extract<CloudAnswer, { kind: 'answer' }>;

/** What is wrong with an answer, null where it is the one that is hoped for. */
function refusal(host: string, answer: Answer, now: Date): Finding | null {
  const { status, body, isJson, signedIn } = answer;
  if ((status >= 300 && status < 400) || (status < 400 && !isJson)) {
    return critical(
      `Something else answers in place of the cloud ${host}, perhaps a sign-in page of the network (status ${status}). ${waits}`,
      'Open a browser on this network and sign in, or ask whoever runs it to let this computer through.',
      'unreachable',
    );
  }
  if (status < 400) return null;
  const fault = classifyAnswer(status, body, null, now);
  const words = `${status} ${fault.code} ${fault.message}`.replace(/\s+/g, ' ').slice(0, 200);
  if (fault.kind === 'sign_in') return signedIn ? signInRefused(host, words) : null;
  if (status >= 500 || status === 429 || status === 408) {
    return critical(
      `The cloud ${host} has a fault of its own (${words}). ${waits}`,
      'Wait; it is tried again by itself.',
      'unreachable',
    );
  }
  if (fault.kind === 'address' || !isJson) {
    return critical(
      `Something answers at ${host}, but it is no Supabase project (${words}). Nothing is sent, nothing is lost.`,
      'Correct SUPABASE_URL: it has no path, only https://<project>.supabase.co.',
    );
  }
  return null;
}

function signInRefused(host: string, words: string): Finding {
  return critical(
    `The cloud ${host} does not let this box in (${words}). Nothing is sent, nothing is lost: the records wait here.`,
    'Check that key and device token are of this project and not expired; give the box a new token where they are.',
  );
}
