import { Command } from 'commander';
import { BackhaulError } from '../../contract/errors.ts';
import {
  enrollDevice,
  mayOnlyRead,
  safeUrl,
  signIn,
  signOut,
  tokenLocation,
} from '../../engine/cloud/service.ts';
import {
  issueRefreshToken,
  issueToken,
  localSecretKey,
  openLocalCloud,
} from '../../engine/local-cloud/service.ts';
import { fileSecrets, withKeptKey } from '../../engine/secrets/service.ts';
import { type CommandContext, commandContext, idOption } from '../context.ts';
import { examples, parseTtl, readStandardInput } from './cloud-options.ts';

const accessTokenSeconds = 365 * 86_400;
const renewedTokenSeconds = 3600;
const requestTimeoutMs = 30_000;

interface TokenOptions {
  readonly location: string;
  readonly readOnly?: boolean;
  readonly renewable?: boolean;
  readonly ttl?: number;
}

/** Who may speak to a cloud: tokens of the local one, devices of a project, the sign-in of this box. */
export function accessCommands(): readonly Command[] {
  return [tokenCommand(), enrollCommand(), signInCommand(), signOutCommand(), secretKeyCommand()];
}

function tokenCommand(): Command {
  return new Command('token')
    .description("prints a device token of the local cloud for one location's records")
    .requiredOption('--location <id>', 'the location the token speaks for', idOption)
    .option('--read-only', 'a token that may read but not write')
    .option('--renewable', 'a refresh token, for "cloud sign-in" or BACKHAUL_DEVICE_TOKEN; it renews itself')
    .option(
      '--ttl <duration>',
      'how long it is good for, or with --renewable each of its access tokens: 90s, 30m, 12h, 365d (default: 365d, with --renewable 1h)',
      parseTtl,
    )
    .addHelpText(
      'after',
      examples(
        'token --location store_1',
        'token --location store_1 --read-only --ttl 30d',
        'token --location store_1 --renewable --data-dir /srv/head-office > token.txt',
      ),
    )
    .action((options: TokenOptions, command: Command) => token(commandContext(command), options));
}

async function token({ dataDir, output }: CommandContext, options: TokenOptions): Promise<void> {
  const renewable = options.renewable ?? false;
  const wanted = {
    locationId: options.location,
    readOnly: options.readOnly ?? false,
    ttlSeconds: options.ttl ?? (renewable ? renewedTokenSeconds : accessTokenSeconds),
  };
  // Refresh tokens are kept in the cloud itself, so it has to run.
  const value = renewable
    ? await withLocalCloud(dataDir, () => issueRefreshToken(dataDir, wanted))
    : await issueToken(dataDir, wanted);
  output.result(renewable ? { token: value, renewable } : { token: value }, () => value);
}

function enrollCommand(): Command {
  return new Command('enroll')
    .description('makes a device of one location in the project and prints its refresh token')
    .requiredOption('--location <id>', 'the location the device belongs to', idOption)
    .option('--read-only', 'a device that may read but not write')
    .addHelpText(
      'after',
      `
Run it on an administrator's machine, never on a box in a store. It needs SUPABASE_URL and, for this one command,
the project's secret (or service_role) key in SUPABASE_SECRET_KEY. The key is neither stored nor shown. Without
SUPABASE_URL the device is made in the local cloud.
${examples(
  'enroll --location store_1 > token.txt     # then, on the box: backhaul cloud sign-in < token.txt',
  'enroll --location store_1 --read-only --json',
)}`,
    )
    .action((options: { location: string; readOnly?: boolean }, command: Command) =>
      enroll(commandContext(command), options.location, options.readOnly ?? false),
    );
}

async function enroll(context: CommandContext, locationId: string, readOnly: boolean): Promise<void> {
  const { dataDir, environment, output } = context;
  const { url } = context.config().cloud;
  const wanted = { locationId, readOnly };
  const enrollment =
    url === null
      ? await withLocalCloud(dataDir, async (localUrl) =>
          enrollDevice({ url: localUrl, apiKey: await localSecretKey(dataDir), requestTimeoutMs }, wanted),
        )
      : await enrollDevice(
          { url: safeUrl(url), apiKey: requiredSecretKey(environment.secretKey), requestTimeoutMs },
          wanted,
        );
  output.result(enrollment, () => enrollment.refreshToken);
  if (!output.json) {
    output.note(
      `The device of ${locationId} is the user ${enrollment.user}. Give the line above to "backhaul cloud sign-in" on the box; it is shown this once.`,
    );
  }
}

function requiredSecretKey(key: string | null): string {
  if (key !== null) return key;
  throw new BackhaulError(
    'misconfigured',
    'Enrolling a device needs the project’s secret key. Nothing was changed; set SUPABASE_SECRET_KEY for this one command, on an administrator’s machine.',
  );
}

function signInCommand(): Command {
  return new Command('sign-in')
    .description('reads the device token of this box from standard input and keeps it')
    .addHelpText(
      'after',
      `
The token is what "cloud enroll" or "cloud token --renewable" printed. It is tried at once where SUPABASE_URL and a key
are set, and kept in the data directory in a file that only its owner can read (plain text: protect the disk).
BACKHAUL_DEVICE_TOKEN overrides it.
${examples('sign-in < token.txt', 'sign-in --data-dir /var/lib/backhaul < token.txt')}`,
    )
    .action((_options: unknown, command: Command) => signInBox(commandContext(command)));
}

async function signInBox(context: CommandContext): Promise<void> {
  const { dataDir, output } = context;
  const secrets = fileSecrets(dataDir);
  // A key that only the console's keychain has: then the token is kept without trying it.
  const environment = await withKeptKey(context.environment, secrets).catch(() => context.environment);
  const { cloud, location } = context.config();
  const given = await readStandardInput('token');
  if (/\s/.test(given)) {
    throw new BackhaulError('invalid_input', 'Standard input held more than a token. Nothing was kept.');
  }
  const address =
    cloud.url === null || environment.supabaseKey === null
      ? null
      : { url: safeUrl(cloud.url), apiKey: environment.supabaseKey, requestTimeoutMs };
  const { tried, accessToken } = await signIn(secrets, given, address, location.id);
  const speaksFor = accessToken === null ? null : tokenLocation(accessToken);
  const readOnly = accessToken === null ? null : mayOnlyRead(accessToken);
  output.result({ signedIn: true, tried, locationId: speaksFor, readOnly }, () =>
    speaksFor === null
      ? 'The token is kept. It could not be tried now; the next run tries it.'
      : `This box is signed in as a device of ${speaksFor}${readOnly === true ? ', which may only read' : ''}.`,
  );
  output.note('The token lies in the data directory in plain text, for its owner only (mode 0600).');
  if (environment.deviceToken !== null) {
    output.note('BACKHAUL_DEVICE_TOKEN is set here: where it is, it is used in place of this sign-in.');
  }
}

function signOutCommand(): Command {
  return new Command('sign-out')
    .description('forgets the device token of this box; records wait until the next sign-in')
    .addHelpText('after', examples('sign-out'))
    .action(async (_options: unknown, command: Command) => {
      const { dataDir, output } = commandContext(command);
      const signedOut = await signOut(fileSecrets(dataDir));
      output.result({ signedOut }, () =>
        signedOut ? 'This box is signed out. Its records wait here.' : 'This box was not signed in.',
      );
    });
}

function secretKeyCommand(): Command {
  return new Command('secret-key')
    .description('prints the key that enrolls devices in the local cloud (SUPABASE_SECRET_KEY)')
    .addHelpText(
      'after',
      `${examples('secret-key --data-dir /srv/head-office')}\n\nNever put it on a box in a store.`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { dataDir, output } = commandContext(command);
      const secretKey = await localSecretKey(dataDir);
      output.result({ secretKey }, () => secretKey);
    });
}

async function withLocalCloud<T>(dataDir: string, work: (url: string) => Promise<T>): Promise<T> {
  const lease = await openLocalCloud(dataDir, {});
  try {
    return await work(lease.connection.url);
  } finally {
    await lease.close();
  }
}
