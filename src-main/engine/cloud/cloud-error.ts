import { BackhaulError, type FaultCode } from '../../contract/errors.ts';
import type { CloudFault, CloudFaultKind } from './classify.ts';
import { setUpSentence } from './schema-words.ts';

const codes: Readonly<Record<CloudFaultKind, FaultCode>> = {
  network: 'unavailable',
  timeout: 'unavailable',
  rate_limited: 'rate_limited',
  server: 'unavailable',
  too_large: 'unavailable',
  sign_in: 'unauthorized',
  permission: 'misconfigured',
  schema: 'misconfigured',
  address: 'misconfigured',
  parent: 'conflict',
  content: 'rejected',
  other: 'rejected',
};

const sentences: Readonly<Record<Exclude<CloudFaultKind, 'permission' | 'schema'>, string>> = {
  network: 'The cloud cannot be reached. Nothing is lost; the records wait here and go when it is back.',
  timeout: 'The cloud did not answer in time. Nothing is lost; the records wait here and are sent again.',
  rate_limited: 'The cloud asks to slow down. Nothing is lost; the records wait here and are sent again.',
  server: 'The cloud has a fault of its own. Nothing is lost; the records wait here and are sent again.',
  too_large: 'The cloud found the request too large. Nothing is lost; smaller ones follow.',
  sign_in:
    'The cloud does not accept the sign-in of this box. Nothing is lost, the records wait here; give it a new device token (backhaul cloud token or cloud enroll, then cloud sign-in on the box).',
  address:
    'Something answers at this address, but it is no Supabase project. Nothing is lost; check SUPABASE_URL: it has no path, only https://<project>.supabase.co.',
  parent:
    'The cloud lacks the parent of these records. Nothing is lost; the parents go first with the next run.',
  content: 'The cloud refuses the content of a record. It stays here unsent.',
  other: 'The cloud refuses the request. The records stay here unsent.',
};

/** An error of the cloud with its classification; `details` never hold a key or a token. */
export class CloudError extends BackhaulError {
  readonly fault: CloudFault;

  /** `sentence` replaces the usual words where more is known than the answer says. */
  constructor(fault: CloudFault, what: string, sentence = sentenceOf(fault, what)) {
    const own = [fault.code, fault.message].filter((text) => text !== '').join(' ');
    super(codes[fault.kind], `${sentence} (${what}: ${own})`, {
      details: { kind: fault.kind, status: fault.status, cloudCode: fault.code },
      ...(fault.retryAfterMs === null ? {} : { retryAfterMs: fault.retryAfterMs }),
    });
    this.fault = fault;
  }
}

function sentenceOf(fault: CloudFault, what: string): string {
  return fault.kind === 'permission' || fault.kind === 'schema'
    ? setUpSentence(fault, what)
    : sentences[fault.kind];
}
