import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import {
  type CloudCheck,
  checkCloud,
  checkDatabase,
  cloudTarget,
  createCloudAccess,
  refusedSignIn,
} from '../../engine/cloud/service.ts';
import { fileSecrets, withKeptKey } from '../../engine/secrets/service.ts';
import { databaseFileName } from '../../engine/storage/service.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { exitCode } from '../exit-code.ts';
import { printable } from '../output.ts';
import { databaseUrl, databaseUrlHelp, examples } from './cloud-options.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('says whether the cloud has all that is needed, and prints the SQL that is missing')
    .option('--db-url <url>', `looks directly, as the database's owner. ${databaseUrlHelp}`)
    .addHelpText(
      'after',
      `
Reads no row and changes nothing. Without --db-url it asks as the device of this box, with no password. What it prints
can be pasted as it is into the project's SQL editor or given to psql; rows that are there stay.
Exit code: 0 all is there, 4 the cloud cannot be reached, 5 something is missing.
${examples('check', 'check > mend.sql', 'check --json', 'check --db-url - < address.txt')}`,
    )
    .action((options: { dbUrl?: string }, command: Command) => check(commandContext(command), options.dbUrl));
}

interface CheckedCloud extends CloudCheck {
  readonly kind: 'local' | 'supabase' | 'database';
  readonly url: string | null;
}

async function check(context: CommandContext, dbUrl: string | undefined): Promise<void> {
  const address = await databaseUrl(dbUrl, context.environment);
  const found: CheckedCloud =
    address === null
      ? await checkAsDevice(context)
      : { kind: 'database', url: hostOf(address), ...(await checkDatabase(address)) };
  context.output.result(found, () => describe(found));
  if (!found.ok) process.exitCode = exitCode.operatorMustAct;
}

async function checkAsDevice(context: CommandContext): Promise<CheckedCloud> {
  const { dataDir } = context;
  const config = context.config();
  const { supabaseKey: apiKey, deviceToken } =
    config.cloud.url === null
      ? context.environment
      : await withKeptKey(context.environment, fileSecrets(dataDir));
  const access = createCloudAccess({
    dataDir,
    target: cloudTarget({ url: config.cloud.url, apiKey, deviceToken }),
    requestTimeoutMs: config.sync.requestTimeoutMs,
    now: () => new Date(),
    respectHold: false,
  });
  const { signal } = new AbortController();
  const cloud = { kind: access.kind, url: config.cloud.url };
  try {
    const session = await access.open(null, signal);
    const locationId = access.kind === 'local' ? null : await ownLocation(context);
    return { ...cloud, url: session.url, ...(await checkCloud(session, signal, { locationId })) };
  } catch (error) {
    const refused = refusedSignIn(error);
    if (refused === null) throw error;
    return { ...cloud, ok: false, lookedThrough: 'api', findings: [refused], sql: '' };
  } finally {
    await access.close();
  }
}

/** The location of this box, null on a machine that is none or has seen none. */
async function ownLocation(context: CommandContext): Promise<string | null> {
  const configured = context.config().location.id;
  if (configured !== null || !existsSync(join(context.dataDir, databaseFileName))) return configured;
  return withEngine(context, async ({ client }) => (await client.call('status.get', {})).locationId);
}

/** Without the password. */
function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}

/** All of it is SQL: what is wrong stands in comments before what mends it. */
function describe({ ok, url, lookedThrough, findings, sql }: CheckedCloud): string {
  if (ok) return `Everything that is needed is there: ${url ?? 'the cloud'}.`;
  const own = findings.filter(({ migration }) => migration === null);
  const lines = own.map(({ problem }) => `--   ${printable(problem)}`);
  const covered = findings.length - own.length;
  if (covered > 0) lines.push(`--   and ${covered} more that come with these migrations`);
  const unseen =
    lookedThrough === 'api' && sql !== ''
      ? '\n-- Only what the API shows was looked at. Run the check again after this SQL has been run.'
      : '';
  return `-- ${url ?? 'The cloud'} lacks what Backhaul needs (${findings.length}):\n${lines.join('\n')}${unseen}\n\n${sql}`.trimEnd();
}
