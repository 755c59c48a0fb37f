import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import type { CallInput } from '../../../src-main/contract/contract.ts';
import type { Fault } from '../../../src-main/contract/errors.ts';

/** What stands in the form. A secret that is kept is not shown: an empty field leaves it as it is. */
export interface ConnectionDraft {
  readonly kind: 'local' | 'supabase';
  readonly url: string;
  readonly apiKey: string;
  readonly token: string;
}

export type ConnectionField = 'url' | 'apiKey' | 'token';
export type FieldFaults = Readonly<Partial<Record<ConnectionField, Fault>>>;

const missing: Fault = { code: 'invalid_input', message: '', details: { missing: true } };

const misshapen: Fault = { code: 'invalid_input', message: '' };

/** What a project needs and neither the form nor the box has, and what was copied badly. */
export function draftFaults(draft: ConnectionDraft, details: CloudDetails | null): FieldFaults {
  if (draft.kind === 'local') return {};
  const hasKey = draft.apiKey.trim() !== '' || keptKey(details);
  return {
    ...(draft.url.trim() === '' ? { url: missing } : {}),
    ...(hasKey ? {} : { apiKey: missing }),
    ...(/\s/u.test(draft.apiKey.trim()) ? { apiKey: misshapen } : {}),
    ...(/\s/u.test(draft.token.trim()) ? { token: misshapen } : {}),
  };
}

/** Whether this box has a key that it need not be given again. */
export function keptKey(details: CloudDetails | null): boolean {
  return details !== null && ['environment', 'keychain', 'file'].includes(details.key.source);
}

/** The field that a fault of the engine names, null where it names none. */
export function faultField({ details }: Fault): ConnectionField | null {
  const named = details?.field;
  if (named === 'url' || named === 'apiKey' || named === 'token') return named;
  const faults = details?.faults;
  if (!Array.isArray(faults)) return null;
  return faults.some((one: { readonly path?: unknown }) => one.path === 'cloud.url') ? 'url' : null;
}

/** Which sentence says what is wrong at a field. */
export type FieldSentence =
  | 'missing'
  | 'url'
  | 'dashboard'
  | 'characters'
  | 'keyShape'
  | 'tokenShape'
  | 'keySwapped'
  | 'tokenSwapped'
  | 'powerfulKey'
  | 'shape'
  | 'tokenRefused'
  | 'tokenOther'
  | 'keychain'
  | 'locked'
  | 'other';

export function fieldSentence(field: ConnectionField, fault: Fault): FieldSentence {
  if (fault.details?.missing === true) return 'missing';
  if (field === 'url')
    return isLocked(fault) ? 'locked' : fault.details?.dashboard === true ? 'dashboard' : 'url';
  if (fault.code === 'invalid_input') return shapeSentence(field, fault);
  if (fault.code === 'unavailable') return 'keychain';
  if (fault.code === 'unauthorized') return 'tokenRefused';
  if (fault.code !== 'misconfigured') return 'other';
  return typeof fault.details?.tokenLocation === 'string' ? 'tokenOther' : 'powerfulKey';
}

function shapeSentence(field: 'apiKey' | 'token', { details }: Fault): FieldSentence {
  const isKey = field === 'apiKey';
  if (details?.shape === 'characters') return 'characters';
  if (details?.shape === 'swapped') return isKey ? 'keySwapped' : 'tokenSwapped';
  if (details?.shape === 'shape') return isKey ? 'keyShape' : 'tokenShape';
  return 'shape';
}

/** What is to be tried of the form; null where that is what the engine runs with. */
export function trialOf(
  { kind, url, apiKey, token }: ConnectionDraft,
  details: CloudDetails | null,
): CallInput<'cloud.inspect'> | null {
  if (kind === 'local') return null;
  const trial = { url: url.trim(), apiKey: apiKey.trim() || null, token: token.trim() || null };
  const isRunning = details?.kind === 'supabase' && details.url === trial.url.replace(/\/+$/u, '');
  return isRunning && trial.apiKey === null && trial.token === null ? null : trial;
}

function isLocked({ details }: Fault): boolean {
  const faults = details?.faults;
  if (!Array.isArray(faults)) return false;
  return faults.some(({ reason }: { readonly reason?: unknown }) => /wins over/.test(String(reason)));
}
