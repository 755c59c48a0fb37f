import type { CloudCheckResult, CloudTrial } from '../../../contract/cloud-shapes.ts';
import { CloudError } from '../cloud-error.ts';
import { projectIdentity } from '../cloud-identity.ts';
import { type CloudSession, openCloudSession } from '../cloud-session.ts';
import { safeUrl } from '../cloud-target.ts';
import { migrationTexts } from '../migrate.ts';
import { atField, refuseImpossibleKey, refuseImpossibleToken } from '../secret-shape.ts';
import { isAccessToken } from '../token-claims.ts';
import { fixedToken } from '../token-source.ts';
import { functionFindings, viewFindings } from './access-findings.ts';
import { checkCloud } from './check-cloud.ts';
import { answered, unanswered } from './check-configured.ts';
import { inPlace, migrationFindings } from './compare.ts';
import { type ExpectedSchema, expectedSchema } from './expected-schema.ts';
import { allSql, type FindingDraft, findings as findingsOf } from './finding.ts';
import { missingTable } from './table-findings.ts';

const requestTimeoutMs = 15_000;

/** With a key, typed or kept. */
export type UsableTrial = CloudTrial & { readonly apiKey: string };

/**
 * A project that is not saved yet. With an access token everything is compared; without one the project is asked with
 * its public key, which tells what is there and not what this box may do. A token that renews itself would be changed
 * by trying it, so it is left for the sign-in. @throws BackhaulError with `details.field`
 */
export async function checkTrial(
  trial: UsableTrial,
  locationId: string | null,
  now: () => Date,
  signal: AbortSignal,
): Promise<CloudCheckResult> {
  const url = refuseImpossible(trial, locationId);
  const { apiKey, token } = trial;
  const signedIn = token !== null && isAccessToken(token);
  const session = openCloudSession({
    url,
    identity: projectIdentity(url),
    apiKey,
    tokens: fixedToken(signedIn ? token : apiKey),
    requestTimeoutMs,
    now,
  });
  try {
    if (!(await takesKey(session, signal))) return refused(url);
    const found = signedIn
      ? await checkCloud(session, signal, { locationId })
      : await checkNames(session, signal);
    return answered('supabase', url, found);
  } catch (error) {
    return unanswered('supabase', url, error);
  }
}

/**
 * What can be told without asking anybody.
 * @returns the address as it is used @throws BackhaulError with `details.field`
 */
export function refuseImpossible(
  { url: text, apiKey, token }: CloudTrial,
  locationId: string | null,
): string {
  const url = atField('url', () => safeUrl(text));
  if (apiKey !== null) refuseImpossibleKey(apiKey);
  if (token !== null) refuseImpossibleToken(token, locationId);
  return url;
}

/** A project refuses a wrong key before its database is asked, so with no SQLSTATE of its own. */
async function takesKey(session: CloudSession, signal: AbortSignal): Promise<boolean> {
  try {
    await session.probe(signal);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { kind, code } = error.fault;
    if (kind === 'sign_in') return code === '42501' || code.startsWith('PGRST');
    if (!['schema', 'permission'].includes(kind)) throw error;
  }
  return true;
}

function refused(url: string): CloudCheckResult {
  return {
    kind: 'supabase',
    url,
    outcome: 'key_refused',
    message: 'The project does not take this key.',
    lookedThrough: null,
    findings: [],
    missingMigrations: [],
    sql: '',
  };
}

type NamesCheck = Parameters<typeof answered>[2];

/** Whether tables, views and functions are there; what is there and closed to the public key is as it should be. */
async function checkNames(session: CloudSession, signal: AbortSignal): Promise<NamesCheck> {
  const expected = expectedSchema(await migrationTexts());
  const missing = await missingNames(session, expected, signal);
  const applied = expected.migrations
    .map(({ name }) => name)
    .filter((name) => !missing.some(({ migration }) => migration === name));
  const drafts = [...migrationFindings(expected, applied), ...missing];
  const findings = findingsOf(drafts);
  return { ok: findings.length === 0, lookedThrough: 'names', findings, sql: allSql(drafts) };
}

async function missingNames(
  session: CloudSession,
  { tables, views, functions }: ExpectedSchema,
  signal: AbortSignal,
): Promise<FindingDraft[]> {
  const lacks = async (path: string, body?: string): Promise<boolean> =>
    !(await isThere(session, path, signal, body));
  const found: FindingDraft[] = [];
  for (const table of tables) {
    if (await lacks(`/rest/v1/${table.name}?limit=0`)) found.push(missingTable(table));
  }
  const objects: Parameters<typeof inPlace>[0][number][] = [];
  for (const view of views) {
    if (await lacks(`/rest/v1/${view.name}?limit=0`)) objects.push([view, viewFindings(view, undefined)]);
  }
  for (const one of functions.filter(({ forDevices }) => forDevices)) {
    const nothing = Object.fromEntries(one.argumentNames.map((name) => [name, null]));
    if (await lacks(`/rest/v1/rpc/${one.name}`, JSON.stringify(nothing)))
      objects.push([one, functionFindings(one, undefined)]);
  }
  return [...found, ...inPlace(objects)];
}

const missingCodes = ['42P01', 'PGRST205', 'PGRST202', '42883', ''];

async function isThere(
  session: CloudSession,
  path: string,
  signal: AbortSignal,
  body?: string,
): Promise<boolean> {
  try {
    const answer = await (body === undefined
      ? session.get(path, signal)
      : session.post(path, body, 'return=minimal', signal));
    await answer.body?.cancel();
    return true;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { kind, code } = error.fault;
    if (kind === 'schema' && missingCodes.includes(code)) return false;
    if (['permission', 'content', 'schema', 'sign_in'].includes(kind)) return true;
    throw error;
  }
}
