import pg from 'pg';
import { BackhaulError } from '../../../contract/errors.ts';
import { CloudError } from '../cloud-error.ts';
import type { CloudSession } from '../cloud-session.ts';
import { migrationTexts, recordedNames } from '../migrate.ts';
import { databaseFault, postgresOptions } from '../postgres-connection.ts';
import { compareSchemas } from './compare.ts';
import { type ExpectedSchema, expectedSchema } from './expected-schema.ts';
import { allSql, type CloudFinding, type FindingDraft, findings as findingsOf } from './finding.ts';
import { observedSchema } from './observed-schema.ts';
import { probeMigrations } from './probe-api.ts';
import { probedFindings } from './probed-findings.ts';
import { refusedSignIn, tokenFindings } from './token-findings.ts';

/** Whether a cloud has everything that the product needs, and what to run where it has not. */
export interface CloudCheck {
  readonly ok: boolean;
  /** `catalogs`: everything was seen; `api`: what the catalogs alone tell (extra keys, policies) was not */
  readonly lookedThrough: 'catalogs' | 'api';
  readonly findings: readonly CloudFinding[];
  /** all SQL of the findings in the order in which it works, one transaction; '' where there is none */
  readonly sql: string;
}

export interface CheckOptions {
  /** the box's own location, to compare the token with */
  readonly locationId?: string | null;
}

/**
 * Compares the cloud with the migrations through the API, signed in as the device; reads no row and writes nothing.
 * @throws CloudError where the cloud cannot be asked; a token that is refused is a finding.
 */
export async function checkCloud(
  session: CloudSession,
  signal: AbortSignal,
  { locationId = null }: CheckOptions = {},
): Promise<CloudCheck> {
  const expected = expectedSchema(await migrationTexts());
  try {
    const { lookedThrough, drafts } = await lookThroughApi(session, expected, signal);
    return result(lookedThrough, tokenFindings(session, locationId), drafts);
  } catch (error) {
    const refused = refusedSignIn(error);
    if (refused === null) throw error;
    return result('api', [refused], []);
  }
}

/**
 * The same with a connection of the database's owner; the address is used and forgotten.
 * @throws BackhaulError `unavailable`, `unauthorized`, `misconfigured`
 */
export async function checkDatabase(connectionString: string): Promise<CloudCheck> {
  const expected = expectedSchema(await migrationTexts());
  const client = new pg.Client(postgresOptions(connectionString));
  client.on('error', () => {}); // a lost connection fails the query that runs; nothing else to do
  try {
    await client.connect();
    // One snapshot, and nothing can be changed by mistake.
    await client.query('begin transaction isolation level repeatable read, read only');
    const answer = await client.query<{ schema: unknown }>(`select (${catalogQuery(expected)}) as schema`);
    const observed = observedSchema.parse(answer.rows[0]?.schema);
    const applied = [...(await recordedNames(client))];
    return result('catalogs', [], compareSchemas(expected, observed, applied));
  } catch (error) {
    throw error instanceof BackhaulError ? error : databaseFault(error);
  } finally {
    await client.end().catch(() => {});
  }
}

async function lookThroughApi(
  session: CloudSession,
  expected: ExpectedSchema,
  signal: AbortSignal,
): Promise<{ readonly lookedThrough: CloudCheck['lookedThrough']; readonly drafts: FindingDraft[] }> {
  try {
    const observed = observedSchema.parse(await session.callFunction('backhaul_schema', {}, signal));
    const applied = await probeMigrations(session, signal);
    return { lookedThrough: 'catalogs', drafts: compareSchemas(expected, observed, applied) };
  } catch (error) {
    const isRefused = error instanceof CloudError && ['schema', 'permission'].includes(error.fault.kind);
    if (!isRefused) throw error;
    return { lookedThrough: 'api', drafts: await probedFindings(session, expected, signal) };
  }
}

/** What `backhaul_schema()` asks, for a database that may not have it. */
function catalogQuery({ functions }: ExpectedSchema): string {
  const text = functions.find(({ name }) => name === 'backhaul_schema')?.sql ?? '';
  const query = /\$catalog\$([\s\S]*)\$catalog\$/.exec(text)?.[1];
  if (query === undefined)
    throw new BackhaulError('internal', 'The migration of backhaul_schema is not here.');
  return query;
}

function result(
  lookedThrough: CloudCheck['lookedThrough'],
  tokens: readonly CloudFinding[],
  drafts: readonly FindingDraft[],
): CloudCheck {
  const findings = [...tokens, ...findingsOf(drafts)];
  return { ok: findings.length === 0, lookedThrough, findings, sql: allSql(drafts) };
}
