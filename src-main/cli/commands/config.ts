import { Command } from 'commander';
import { BackhaulError } from '../../contract/errors.ts';
import { cloudTarget } from '../../engine/cloud/service.ts';
import { type ConfigCheck, checkConfig } from '../../engine/config/check-config.ts';
import { configJsonSchema } from '../../engine/config/config-json-schema.ts';
import { configKeys } from '../../engine/config/config-keys.ts';
import { type ConfigFault, valueAt } from '../../engine/config/describe-fault.ts';
import { loadConfig } from '../../engine/config/load-config.ts';
import { createRedactor } from '../../engine/log/redact.ts';
import { fileSecrets, withKeptKey } from '../../engine/secrets/service.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { formatTable, printable } from '../output.ts';

export function configCommand(): Command {
  const config = new Command('config').description('config.json and the variables that override it');
  config
    .command('print')
    .description('the effective configuration and where each value comes from; no secret is shown')
    .addHelpText('after', '\nExamples:\n  backhaul config print\n  backhaul config print --json')
    .action((_options: unknown, command: Command) => print(commandContext(command)));
  config
    .command('check')
    .description('every fault of config.json and of the variables; exit code 2 when there is one')
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul config check\n  BACKHAUL_SYNC_LANES=4 backhaul config check --json',
    )
    .action((_options: unknown, command: Command) => check(commandContext(command)));
  config
    .command('schema')
    .description('the JSON Schema of config.json, for editors that complete and check it')
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul config schema > config.schema.json\n\nAn editor uses it where config.json says { "$schema": "./config.schema.json" }.',
    )
    .action((_options: unknown, command: Command) => {
      const schema = configJsonSchema();
      commandContext(command).output.result(schema, () => JSON.stringify(schema, null, 2));
    });
  return config.addHelpText(
    'after',
    '\nExamples:\n  backhaul config check\n  backhaul config print\n  backhaul config schema > config.schema.json',
  );
}

function print(context: CommandContext): void {
  const { dataDir, environment, output } = context;
  loadConfig(dataDir, environment);
  const { path, exists, usable, sources } = checkConfig(dataDir, environment);
  const { dataDir: _dataDir, ...config } = withoutSecrets(usable);
  const values = configKeys
    .map((key) => ({ key: key.name, value: valueAt(config, key.path), from: sources.get(key.name) ?? '' }))
    .filter(({ value }) => value !== undefined && (typeof value !== 'object' || !isGroup(value)));
  const secrets = secretStates(context);
  const result = {
    dataDir,
    path,
    exists,
    config,
    sources: Object.fromEntries(values.map(({ key, from }) => [key, from])),
    secrets,
  };
  output.result(result, () =>
    [
      `data directory ${dataDir}`,
      `configuration  ${path}${exists ? '' : ' (there is none: all defaults)'}`,
      '',
      formatTable(
        ['key', 'value', 'from'],
        values.map(({ key, value, from }) => [key, JSON.stringify(value), from]),
      ),
      '',
      formatTable(['secret', 'state'], Object.entries(secrets)),
    ].join('\n'),
  );
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nobody should have put one there; if so it is not shown. */
function withoutSecrets<Value>(value: Value): Value {
  const redact = createRedactor();
  const clean = (_name: string, one: unknown): unknown => (typeof one === 'string' ? redact(one) : one);
  return JSON.parse(JSON.stringify(value, clean)) as Value;
}

function secretStates({ environment }: CommandContext): Readonly<Record<string, 'set' | 'not set'>> {
  const state = (name: string): 'set' | 'not set' => (environment.names.includes(name) ? 'set' : 'not set');
  const names = [
    'SUPABASE_PUBLISHABLE_KEY',
    'SUPABASE_ANON_KEY',
    'BACKHAUL_DEVICE_TOKEN',
    'SUPABASE_SECRET_KEY',
    'SUPABASE_SERVICE_ROLE_KEY',
    'BACKHAUL_DB_URL',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, state(name)]));
}

async function check(context: CommandContext): Promise<void> {
  const { dataDir, environment, output } = context;
  const found = checkConfig(dataDir, environment);
  const faults = [...found.faults, ...(await cloudFaults(context, found))];
  const ok = faults.length === 0;
  const { path, warnings } = found;
  output.result({ ok, path, faults, warnings }, () => describe(found, faults));
  process.exitCode = ok ? exitCode.done : exitCode.usage;
}

/** What a run would refuse for the address, the key or the token, said before there is one. */
async function cloudFaults(
  { dataDir, environment: given }: CommandContext,
  found: ConfigCheck,
): Promise<readonly ConfigFault[]> {
  try {
    const environment =
      found.usable.cloud.url === null ? given : await withKeptKey(given, fileSecrets(dataDir));
    cloudTarget({
      url: found.usable.cloud.url,
      apiKey: environment.supabaseKey,
      deviceToken: environment.deviceToken,
    });
    return [];
  } catch (error) {
    if (!(error instanceof BackhaulError)) throw error;
    return [{ path: 'cloud.url', reason: error.message }];
  }
}

function describe({ path, exists, warnings }: ConfigCheck, faults: readonly ConfigFault[]): string {
  const lines = (list: readonly ConfigFault[]): string[] =>
    list.map((fault) => `  ${printable(fault.path)}: ${printable(fault.reason)}`);
  const file = exists ? path : `${path} (there is none: all defaults)`;
  return [
    faults.length === 0 ? `The configuration is valid: ${file}` : `The configuration is not valid: ${file}`,
    ...lines(faults),
    ...(warnings.length === 0 ? [] : ['Hardly meant so:', ...lines(warnings)]),
  ].join('\n');
}
