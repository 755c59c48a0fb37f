import { Command, InvalidArgumentError } from 'commander';
import { BackhaulError } from '../../contract/errors.ts';
import { migrateCloud } from '../../engine/cloud/migrate.ts';
import {
  adminConnectionString,
  issueToken,
  localCloudStatus,
  startLocalCloud,
  stopLocalCloud,
} from '../../engine/local-cloud/service.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';

export function cloudCommand(): Command {
  const cloud = new Command('cloud').description('the cloud that runs on this box, and access to it');
  cloud
    .command('start')
    .description('starts the local cloud and leaves it running')
    .action((_options: unknown, command: Command) => start(commandContext(command)));
  cloud
    .command('stop')
    .description('stops the local cloud; an engine does not start it again until "cloud start"')
    .action((_options: unknown, command: Command) => stop(commandContext(command)));
  cloud
    .command('status')
    .description('whether the local cloud runs, and how to read it with psql')
    .action((_options: unknown, command: Command) => showStatus(commandContext(command)));
  cloud
    .command('migrate')
    .description('applies the migrations to the local cloud, or to the project of --db-url')
    .option(
      '--db-url <url>',
      'PostgreSQL address of the project; "-" reads it from standard input (or BACKHAUL_DB_URL)',
    )
    .action((options: { dbUrl?: string }, command: Command) =>
      migrate(commandContext(command), options.dbUrl),
    );
  cloud
    .command('token')
    .description("prints a device token for one location's records")
    .requiredOption('--location <id>', 'the location the token speaks for')
    .option('--read-only', 'a token that may read but not write')
    .option('--ttl <duration>', 'how long it is good for: 90s, 30m, 12h or 365d', parseTtl, 365 * 86_400)
    .action((options: { location: string; readOnly?: boolean; ttl: number }, command: Command) =>
      token(commandContext(command), options),
    );
  cloud
    .command('switch')
    .description('marks every held record pending again, for the cloud that is configured now')
    .option('--leave-behind', 'without bringing over what only the local cloud of this box holds')
    .action((options: { leaveBehind?: boolean }, command: Command) =>
      switchCloud(commandContext(command), options.leaveBehind ?? false),
    );
  return cloud.addHelpText(
    'after',
    '\nExamples:\n  backhaul cloud start\n  backhaul cloud status --json\n  backhaul cloud token --location store_1 --ttl 30d\n  backhaul cloud migrate --db-url - < address.txt',
  );
}

async function start({ dataDir, output }: CommandContext): Promise<void> {
  const connection = await startLocalCloud(dataDir);
  output.result({ running: true, ...connection }, () => `The local cloud is running at ${connection.url}`);
}

async function stop({ dataDir, output }: CommandContext): Promise<void> {
  const result = await stopLocalCloud(dataDir);
  output.result(result, () =>
    result.stopped ? 'The local cloud has stopped.' : 'The local cloud was not running.',
  );
}

async function showStatus({ dataDir, output }: CommandContext): Promise<void> {
  const { running, connection } = await localCloudStatus(dataDir);
  const value = {
    running,
    url: connection?.url ?? null,
    apiKey: connection?.apiKey ?? null,
    postgres: connection?.postgres ?? null,
  };
  output.result(value, () => {
    if (connection === null) return 'The local cloud is not running. Start it with: backhaul cloud start';
    const { host, port, user, database } = connection.postgres;
    return `The local cloud is running at ${connection.url}\nPostgreSQL for reading: ${host}:${port}, user ${user}, database ${database} (password: backhaul cloud status --json)`;
  });
}

async function migrate(
  { dataDir, environment, output }: CommandContext,
  dbUrl: string | undefined,
): Promise<void> {
  const given = dbUrl === '-' ? (await readStandardInput()).trim() : (dbUrl ?? environment.databaseUrl);
  const result = await migrateCloud(given ?? (await adminConnectionString(dataDir)));
  output.result(result, () =>
    result.applied.length === 0
      ? `Nothing to do: all ${result.already.length} migrations were there.`
      : `Applied ${result.applied.join(', ')}.`,
  );
}

async function token(
  { dataDir, output }: CommandContext,
  options: { location: string; readOnly?: boolean; ttl: number },
): Promise<void> {
  const value = await issueToken(dataDir, {
    locationId: options.location,
    readOnly: options.readOnly ?? false,
    ttlSeconds: options.ttl,
  });
  output.result({ token: value }, () => value);
}

async function switchCloud(context: CommandContext, leaveBehind: boolean): Promise<void> {
  const result = await withEngine(context, ({ client }) => client.call('cloud.switch', { leaveBehind }));
  const { from, to, marked, broughtOver, leftBehind } = result;
  context.output.result(result, () => {
    if (from === to) return `The marks already belong to ${to}.`;
    const brought = broughtOver > 0 ? ` and ${broughtOver} came back from the cloud that is left` : '';
    const behind =
      leftBehind > 0 ? ` ${leftBehind} older records stay in ${from}, which alone has them.` : '';
    return `${marked} records are pending again for ${to}${brought}.${behind} Run: backhaul sync --mode full`;
  });
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') throw new BackhaulError('invalid_input', 'Standard input held no address.');
  return text;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseTtl(text: string): number {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (unitSeconds[match?.[2] || 's'] ?? 1);
  if (seconds < 1) throw new InvalidArgumentError('a duration such as 90s, 30m, 12h or 365d.');
  return seconds;
}
