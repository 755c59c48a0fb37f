import { Command } from 'commander';
import { migrateCloud } from '../../engine/cloud/migrate.ts';
import {
  adminConnectionString,
  localCloudStatus,
  startLocalCloud,
  stopLocalCloud,
} from '../../engine/local-cloud/service.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { accessCommands } from './cloud-access.ts';
import { checkCommand } from './cloud-check.ts';
import { databaseUrl, databaseUrlHelp, examples } from './cloud-options.ts';

export function cloudCommand(): Command {
  const cloud = new Command('cloud').description('the cloud of this box, and access to it');
  cloud
    .command('start')
    .description('starts the local cloud and leaves it running')
    .addHelpText('after', examples('start', 'start --json'))
    .action((_options: unknown, command: Command) => start(commandContext(command)));
  cloud
    .command('stop')
    .description('stops the local cloud; an engine does not start it again until "cloud start"')
    .addHelpText('after', examples('stop'))
    .action((_options: unknown, command: Command) => stop(commandContext(command)));
  cloud
    .command('status')
    .description('whether the local cloud runs, and how to read it with psql')
    .addHelpText('after', examples('status', 'status --json | jq -r .postgres.password'))
    .action((_options: unknown, command: Command) => showStatus(commandContext(command)));
  cloud
    .command('migrate')
    .description('applies the migrations to the local cloud, or to the project of --db-url')
    .option('--db-url <url>', databaseUrlHelp)
    .addHelpText('after', examples('migrate', 'migrate --db-url - < address.txt'))
    .action((options: { dbUrl?: string }, command: Command) =>
      migrate(commandContext(command), options.dbUrl),
    );
  for (const command of [checkCommand(), ...accessCommands()]) cloud.addCommand(command);
  cloud
    .command('switch')
    .description('marks every held record pending again, for the cloud that is configured now')
    .option('--leave-behind', 'without bringing over what only the local cloud of this box holds')
    .addHelpText('after', examples('switch', 'switch --leave-behind'))
    .action((options: { leaveBehind?: boolean }, command: Command) =>
      switchCloud(commandContext(command), options.leaveBehind ?? false),
    );
  return cloud.addHelpText(
    'after',
    examples('start', 'check', 'token --location store_1 --ttl 30d', 'sign-in < token.txt'),
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
  const given = await databaseUrl(dbUrl, environment);
  const result = await migrateCloud(given ?? (await adminConnectionString(dataDir)));
  output.result(result, () =>
    result.applied.length === 0
      ? `Nothing to do: all ${result.already.length} migrations were there.`
      : `Applied ${result.applied.join(', ')}.`,
  );
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
