import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { type ConfigCheck, checkConfig } from './check-config.ts';
import { configJsonSchema } from './config-json-schema.ts';
import { configKeys } from './config-keys.ts';
import { readEnvironment, secretsOf } from './environment.ts';
import { loadConfig } from './load-config.ts';
import { configSchema } from './schema.ts';

const folder = temporaryFolder('config');
const file = join(folder.path, 'config.json');
beforeEach(() => rmSync(file, { recursive: true, force: true }));
afterAll(() => folder.remove());

function check(text: string | Buffer | null, variables: Record<string, string> = {}): ConfigCheck {
  if (text !== null) writeFileSync(file, text);
  return checkConfig(folder.path, readEnvironment(variables));
}

function load(text: string, variables: Record<string, string> = {}): ReturnType<typeof loadConfig> {
  writeFileSync(file, text);
  return loadConfig(folder.path, readEnvironment(variables));
}

const reasons = ({ faults }: ConfigCheck): string[] => faults.map(({ path, reason }) => `${path}: ${reason}`);

test('every key has a default', () => {
  expect(check(null)).toMatchObject({ exists: false, faults: [], warnings: [] });
  expect(load('{}')).toEqual({
    dataDir: folder.path,
    location: { id: null, timezone: null },
    capture: { command: null, batchSize: 100, flushIntervalMs: 250 },
    sync: { batchSize: 1000, lanes: 12, requestTimeoutMs: 30_000, attempts: 5, catchUp: true },
    schedule: { enabled: true, hourly: '0 11-23 * * *', full: '0 3 * * *' },
    retention: { enabled: true, statesHours: 24, recordsDays: 90 },
    health: { openingHours: { open: '11:00', close: '23:00' }, silentMinutes: 10, bufferMegabytes: 1024 },
    cloud: { url: null },
    inventory: expect.objectContaining({
      snapshot_interval: 5,
      expiration_days: 5,
      enable_persistence: true,
    }),
    api: { enabled: true, port: 8080 },
    backup: { enabled: true, keep: 7 },
    log: { level: 'info' },
  });
  expect(loadConfig(join(folder.path, 'nowhere'), readEnvironment({})).log.level).toBe('info');
});

test.each([
  ['{"sync": {"batchSize": 0}}', 'sync.batchSize: must be a whole number from 1 to 1000; it is 0'],
  ['{"sync": {"batchSize": 1.5}}', 'sync.batchSize: must be a whole number from 1 to 1000; it is 1.5'],
  [
    '{"sync": {"batchSize": "many"}}',
    'sync.batchSize: must be a whole number from 1 to 1000; it is the text "many"',
  ],
  ['{"sync": {"catchUp": "yes"}}', 'sync.catchUp: must be true or false; it is the text "yes"'],
  ['{"sync": []}', 'sync: must be a group of keys in { }; it is an empty list'],
  ['[]', '(the whole file): must be a group of keys in { }; it is an empty list'],
  ['{"log": {"level": "loud"}}', 'log.level: must be one of debug, info, warn, error; it is the text "loud"'],
  [
    '{"location": {"id": 12}}',
    'location.id: must be a text that is not empty, at most 200 characters or null; it is 12',
  ],
  [
    '{"location": {"timezone": "Moon/Sea"}}',
    'location.timezone: is not a known IANA time zone such as Asia/Shanghai; it is the text "Moon/Sea"',
  ],
  [
    '{"capture": {"command": "detector --fast"}}',
    'capture.command: must be a list in [ ] of texts, with at least one or null; it is the text "detector --fast"',
  ],
  [
    '{"capture": {"command": ["detector", 5]}}',
    'capture.command[1]: must be a text that is not empty; it is 5',
  ],
  [
    '{"inventory": {"products": [{"name": "Mango"}, {"name": " mango"}]}}',
    'inventory.products[1].name: "mango" is a name of Mango already; it is the text " mango"',
  ],
  [
    '{"inventory": {"snapshot_interval": 0}}',
    'inventory.snapshot_interval: must be a number from 0.1 to 3600; it is 0',
  ],
  ['{"inventory": {"expiration_days": 0}}', /^inventory\.expiration_days: must be a number/],
  ['{"health": {"openingHours": {"open": "25:00"}}}', /^health\.openingHours\.open: must be a time such as/],
  [
    '{"health": {"openingHours": {"open": "10:00", "close": "10:00"}}}',
    /^health\.openingHours: open and close are the same/,
  ],
  ['{"schedule": {"hourly": "* * * * * *"}}', /^schedule\.hourly: must have five fields .* this has 6/],
  ['{"schedule": {"full": "@daily"}}', /^schedule\.full: must have five fields .* this has 1/],
  [
    '{"schedule": {"full": "0 25 * * *"}}',
    /^schedule\.full: is no schedule: Invalid value for hour: 25; it is/,
  ],
  ['{"schedule": {"full": "0 3 31 2 *"}}', /^schedule\.full: never comes/],
])('%s is refused with its path and the reason in words', (text, fault) => {
  const [only, ...others] = reasons(check(text));
  expect(others).toEqual([]);
  if (typeof fault === 'string') expect(only).toBe(fault);
  else expect(only).toMatch(fault);
  expect(() => load(text)).toThrow(only ?? '');
});

test('all faults are named at once, and what is right beside them can still be looked at', () => {
  const found = check(
    '{"capture": {"batchSize": "many", "command": ["a", 1]}, "location": {"id": "s1"}, "colour": 1, "log": 3}',
    { BACKHAUL_SYNC_LANES: 'wide' },
  );
  expect(found.faults.map(({ path }) => path).sort()).toEqual([
    'BACKHAUL_SYNC_LANES',
    'capture.batchSize',
    'capture.command[1]',
    'colour',
    'log',
  ]);
  expect(found.config).toBeNull();
  expect(found.usable).toMatchObject({
    location: { id: 's1' },
    capture: { batchSize: 100, command: null },
    log: { level: 'info' },
  });
});

test('an unknown key proposes the nearest known one', () => {
  expect(reasons(check('{"sync": {"batch_size": 5}, "Log": {}, "lanes": 2, "batchsize": 1}'))).toEqual([
    'sync.batch_size: is not a known key; did you mean sync.batchSize?',
    'Log: is not a known key; did you mean log?',
    'lanes: is not a known key; did you mean sync.lanes?',
    'batchsize: is not a known key; did you mean capture.batchSize or sync.batchSize?',
  ]);
  expect(reasons(check('{"colour": "red"}'))).toEqual(['colour: is not a known key']);
});

test('a secret in config.json has its own sentence, names the variable and is never shown', () => {
  const found = check(
    JSON.stringify({
      supabaseKey: 'sb_publishable_abcdefgh',
      anonKey: 'value-1',
      cloud: { deviceToken: 'value-2', password: 'value-3', serviceRoleKey: 'value-4' },
    }),
  );
  const text = reasons(found).join('\n');
  expect(text).not.toMatch(/value-\d|abcdefgh/);
  expect(text).toMatch(/supabaseKey: is a secret.*config\.json.*SUPABASE_PUBLISHABLE_KEY/);
  expect(text).toMatch(/cloud\.deviceToken: is a secret.*BACKHAUL_DEVICE_TOKEN/);
  expect(text).toMatch(/cloud\.password: is a secret.*BACKHAUL_DB_URL/);
  expect(text).toMatch(/cloud\.serviceRoleKey: is a secret.*do not give it to this box/);
  const hidden = check(
    '{"capture": {"command": ["detector", "--token=eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYSJ9.x"]}}',
  );
  expect(hidden.faults).toEqual([]);
  expect(hidden.warnings).toMatchObject([{ path: 'capture.command' }]);
});

test.each([
  ['{"sync": {"lanes": 2,}}', 'line 1, column 22: there is a comma too many before the closing }'],
  ['{\n  "sync": {"lanes" 2}\n}', 'line 2, column 20: a colon (:) is missing after the key'],
  ['{\n  "log": {}\n  "sync": {}\n}', 'line 3, column 3: a comma (,) is missing before this'],
  ['{ // note\n}', 'line 1, column 3: JSON knows no comments; take this out'],
  ["{'log': {}}", 'line 1, column 2: a key needs double quotes (")'],
  ['{"log": {"level": info}}', 'line 1, column 19: a text needs double quotes (")'],
  ['{"a": "C:\\data"}', 'line 1, column 10: a backslash must be written twice (\\\\)'],
  ['{"a": "open}\n', 'line 1, column 13: the closing quote (") of a text is missing'],
  ['{"log": {', 'line 1, column 10: a key needs double quotes (")'],
  ['{"log": {}', 'line 1, column 11: the file ends before the closing }'],
  ['{} {}', 'line 1, column 4: something follows after the closing bracket'],
  ['{"a": }', 'line 1, column 7: a value is missing here'],
  ['{"a": 01}', 'line 1, column 7: a value is missing here'],
  ['', 'the file is empty; write {} or remove it'],
  ['['.repeat(5000), 'line 1, column 202: it is nested too deeply'],
])('what is no JSON says where and why: %s', (text, words) => {
  expect(reasons(check(text))).toEqual([`(the whole file): is not JSON: ${words}`]);
});

test('a broken file shows nothing of what it holds', () => {
  expect(reasons(check('{"supabaseKey": "sb_secret_abcdef" "x": 1}')).join()).not.toContain('abcdef');
});

test('a file in another encoding, a folder and a file that may not be read say so', () => {
  expect(reasons(check(Buffer.from('\uFEFF{}', 'utf16le')))).toEqual([
    '(the whole file): it is written as UTF-16; save it as UTF-8',
  ]);
  expect(check('\uFEFF{"log": {"level": "debug"}}').config?.log.level).toBe('debug');
  if (process.getuid?.() !== 0) {
    chmodSync(file, 0o000);
    expect(reasons(check(null))).toEqual([expect.stringContaining('it cannot be read: EACCES')]);
  }
  rmSync(file);
  mkdirSync(file);
  expect(reasons(check(null))).toEqual(['(the whole file): it is a folder']);
});

test('each key can be overridden by a variable that is named after it', () => {
  const names = Object.fromEntries(configKeys.map((key) => [key.name, key.variable]));
  expect(names).toMatchObject({
    'sync.batchSize': 'BACKHAUL_SYNC_BATCH_SIZE',
    'location.id': 'BACKHAUL_LOCATION_ID',
    'log.level': 'BACKHAUL_LOG_LEVEL',
    'cloud.url': 'BACKHAUL_CLOUD_URL',
    'health.openingHours': 'BACKHAUL_HEALTH_OPENING_HOURS',
    'health.openingHours.open': 'BACKHAUL_HEALTH_OPENING_HOURS_OPEN',
  });
  const found = check('{"sync": {"lanes": 2, "attempts": 3}, "cloud": {"url": "https://file.example"}}', {
    BACKHAUL_SYNC_LANES: '4',
    BACKHAUL_SYNC_CATCH_UP: 'false',
    BACKHAUL_CAPTURE_COMMAND: '["detector", "--fast"]',
    BACKHAUL_SCHEDULE_HOURLY: 'null',
    BACKHAUL_SCHEDULE_FULL: '30 4 * * *',
    BACKHAUL_LOCATION_ID: '12',
    BACKHAUL_CLOUD_URL: 'https://backhaul.example',
    BACKHAUL_HEALTH_OPENING_HOURS_CLOSE: '02:00',
  });
  expect(found.config).toMatchObject({
    sync: { lanes: 4, attempts: 3, catchUp: false },
    capture: { command: ['detector', '--fast'] },
    schedule: { hourly: null, full: '30 4 * * *' },
    location: { id: '12' },
    cloud: { url: 'https://backhaul.example' },
    health: { openingHours: { open: '11:00', close: '02:00' } },
  });
  expect(['sync.lanes', 'sync.attempts', 'sync.batchSize'].map((key) => found.sources.get(key))).toEqual([
    'BACKHAUL_SYNC_LANES',
    'config.json',
    'default',
  ]);
});

test('a group that may be null is set whole or switched off by its variable', () => {
  const whole = { BACKHAUL_HEALTH_OPENING_HOURS: '{"open": "18:00", "close": "02:00"}' };
  expect(check('{}', whole).config?.health.openingHours).toEqual({ open: '18:00', close: '02:00' });
  const off = check('{}', { BACKHAUL_HEALTH_OPENING_HOURS: 'null' });
  expect(off.config?.health.openingHours).toBeNull();
  expect(off.sources.get('health.openingHours')).toBe('BACKHAUL_HEALTH_OPENING_HOURS');
});

test('a variable that does not do is named with the reason, and changes nothing', () => {
  const found = check('{}', {
    BACKHAUL_SYNC_BATCH_SIZE: 'many',
    BACKHAUL_CAPTURE_COMMAND: 'detector',
    BACKHAUL_HEALTH_OPENING_HOURS: '{"open": "7"}',
  });
  expect(reasons(found)).toEqual([
    'BACKHAUL_CAPTURE_COMMAND: must be a list in [ ] of texts, with at least one or null; it is the text "detector" (it overrides capture.command)',
    'BACKHAUL_SYNC_BATCH_SIZE: must be a whole number from 1 to 1000; it is the text "many" (it overrides sync.batchSize)',
    'BACKHAUL_HEALTH_OPENING_HOURS: must be a time such as 09:30, from 00:00 to 24:00; it is the text "7" (it overrides health.openingHours)',
  ]);
  expect(found.usable.sync.batchSize).toBe(1000);
});

test('SUPABASE_URL wins over BACKHAUL_CLOUD_URL, which is told', () => {
  const both = { SUPABASE_URL: 'https://a.example', BACKHAUL_CLOUD_URL: 'https://b.example' };
  const found = check('{"cloud": {"url": "https://c.example"}}', both);
  expect(found.config?.cloud.url).toBe('https://a.example');
  expect(found.sources.get('cloud.url')).toBe('SUPABASE_URL');
  expect(found.warnings.map(({ path }) => path)).toEqual(['BACKHAUL_CLOUD_URL']);
});

test('variables that resemble one of ours are warned of, others are left in peace', () => {
  const found = check('{}', {
    BACKHAUL_SYNC_BATCHSIZE: '5',
    BACKHAUL_DEVICETOKEN: 'x',
    BACKHAUL_LOG_FILE: '/tmp/x',
    BACKHAUL_ELECTRON: '/opt/electron',
    BACKHAUL_SOMETHING: '1',
    SUPABASE_SERVICE_ROLE_KEY: 'x',
    SUPABASE_KEY: 'x',
    BACKHAUL_DATA_DIR: folder.path,
    BACKHAUL_LOCATION_ID: ' ',
  });
  expect(found.faults).toEqual([]);
  expect(found.warnings.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
    'BACKHAUL_SYNC_BATCHSIZE is not read; did you mean BACKHAUL_SYNC_BATCH_SIZE?',
    'BACKHAUL_DEVICETOKEN is not read; did you mean BACKHAUL_DEVICE_TOKEN?',
    'BACKHAUL_LOG_FILE is not read: no key of the configuration has this name',
    expect.stringMatching(/^SUPABASE_SERVICE_ROLE_KEY .* must not lie on a box/),
    expect.stringMatching(/^SUPABASE_KEY is not read; Backhaul reads SUPABASE_URL/),
  ]);
});

test('a fault of the file that a variable hides is a warning', () => {
  const found = check('{"sync": {"lanes": 99}}', { BACKHAUL_SYNC_LANES: '2' });
  expect(found.config?.sync.lanes).toBe(2);
  expect(found.warnings).toEqual([
    {
      path: 'sync.lanes',
      reason: 'must be a whole number from 1 to 16; it is 99 (a variable overrides it for now)',
    },
  ]);
  expect(reasons(check('{"sync": 5}', { BACKHAUL_SYNC_LANES: '2' }))).toEqual([
    'sync: must be a group of keys in { }; it is 5',
  ]);
});

test('the secrets of the environment are known, the password inside an address too', () => {
  const environment = readEnvironment({
    SUPABASE_ANON_KEY: 'key-1',
    BACKHAUL_DEVICE_TOKEN: 'token-1',
    BACKHAUL_DB_URL: 'postgresql://postgres:p%40ss@db.example:5432/postgres',
  });
  expect(secretsOf(environment)).toEqual([
    'key-1',
    'token-1',
    'postgresql://postgres:p%40ss@db.example:5432/postgres',
    'p@ss',
  ]);
  expect(JSON.stringify(environment.overrides)).toBe('{}');
});

test('the JSON Schema describes every key, and $schema may stand in the file', () => {
  const schema = configJsonSchema();
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  for (const { path } of configKeys) {
    let node: unknown = schema;
    for (const part of path) {
      const { properties, anyOf } = node as {
        properties?: Record<string, unknown>;
        anyOf?: { properties?: Record<string, unknown> }[];
      };
      node = properties?.[part] ?? anyOf?.find((one) => one.properties)?.properties?.[part];
    }
    expect(node, path.join('.')).toHaveProperty('description');
  }
  expect(load('{"$schema": "./config.schema.json", "log": {"level": "warn"}}').log.level).toBe('warn');
  expect(configSchema.safeParse({}).success).toBe(true);
});

test('relative paths start where the command was called, through npm or directly', () => {
  expect(readEnvironment({ npm_lifecycle_event: 'backhaul', INIT_CWD: '/elsewhere' }).callerDir).toBe(
    '/elsewhere',
  );
  expect(readEnvironment({ npm_lifecycle_event: 'test', INIT_CWD: '/elsewhere' }).callerDir).toBe(
    process.cwd(),
  );
});
