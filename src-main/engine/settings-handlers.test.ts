import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../e2e/support/temporary-folder.ts';
import { silentLog } from '../../e2e/support/test-box.ts';
import { startTestCloud, type TestCloud } from '../../e2e/support/test-cloud.ts';
import { readEnvironment } from './config/environment.ts';
import { loadConfig } from './config/load-config.ts';
import { type Engine, startEngine } from './engine.ts';
import { issueRefreshToken } from './local-cloud/service.ts';
import { fileSecrets } from './secrets/service.ts';

let cloud: TestCloud;
let box: ReturnType<typeof temporaryFolder>;
let engine: Engine | undefined;
beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(() => {
  box = temporaryFolder('settings');
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  box.remove();
});
afterAll(() => cloud.close());

const variables = { BACKHAUL_SCHEDULE_ENABLED: 'false' };

async function start(more: Record<string, string> = {}, stays = false): Promise<Engine> {
  await engine?.close();
  const environment = readEnvironment({ ...variables, ...more });
  const config = loadConfig(box.path, environment);
  engine = await startEngine(config, {
    environment,
    log: silentLog,
    now: () => new Date(),
    random: () => 0.1,
    stays,
  });
  return engine;
}

/** A producer at the engine's socket; resolves when every line is acknowledged. */
async function produce(lines: readonly object[]): Promise<void> {
  const { bridgeSocket } = await (engine as Engine).client.call('engine.info', {});
  const socket = connect(bridgeSocket ?? '');
  let replies = '';
  socket.on('data', (chunk) => {
    replies += chunk.toString('utf8');
  });
  socket.write(lines.map((line, seq) => `${JSON.stringify({ ...line, seq })}\n`).join(''));
  await vi.waitFor(() => expect(replies.match(/\n/g)).toHaveLength(lines.length), { timeout: 5000 });
  socket.end();
}

const camera = {
  type: 'camera',
  camera_id: 'camera_35',
  location_id: 'store_1',
  camera_name: 'Hall',
  camera_ip_address: '10.0.0.35',
  rtsp_endpoint: 'rtsp://viewer:rtsp-"pass/word@10.0.0.35:554/stream1',
};

const project = () => ({ url: cloud.url, apiKey: cloud.apiKey });

test('the details of the local cloud name no key and no sign-in, which it needs none of', async () => {
  await start({}, true);
  await vi.waitFor(
    async () =>
      expect(await engine?.client.call('cloud.details', {})).toMatchObject({
        kind: 'local',
        problem: null,
        key: { kind: 'local', source: 'none' },
        signIn: { source: 'none' },
        reachable: true,
        since: expect.any(String),
        marks: { belongTo: null, other: false },
        restartNeeded: false,
      }),
    { timeout: 20_000 },
  );
  expect(await engine?.client.call('cloud.check', {})).toMatchObject({ kind: 'local', outcome: 'complete' });
});

test('a project is set step by step; each step is told, and a restart makes it count', async () => {
  const { client } = await start();
  expect(await client.call('config.set', { values: { 'cloud.url': cloud.url } })).toEqual({
    restartNeeded: true,
  });
  await expect(client.call('cloud.setKey', { apiKey: 'sb_secret_abcdefgh' })).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringMatching(/every store/),
  });
  expect(await client.call('cloud.setKey', { apiKey: cloud.apiKey })).toEqual({
    storage: 'plain_text',
    restartNeeded: true,
  });
  const wrong = client.call('cloud.signIn', { token: 'never-made' });
  await expect(wrong).rejects.toMatchObject({ code: 'unauthorized' });
  const token = await issueRefreshToken(cloud.dataDir, {
    locationId: 'store_1',
    readOnly: false,
    ttlSeconds: 3600,
  });
  expect(await client.call('cloud.signIn', { token })).toEqual({
    tried: true,
    locationId: 'store_1',
    readOnly: false,
    storage: 'plain_text',
    overridden: false,
  });
  expect(await client.call('cloud.details', {})).toMatchObject({ kind: 'local', restartNeeded: true });

  const again = (await start()).client;
  expect(await again.call('cloud.check', {})).toMatchObject({ kind: 'supabase', outcome: 'complete' });
  const details = await again.call('cloud.details', {});
  expect(details).toMatchObject({
    kind: 'supabase',
    url: cloud.url,
    problem: null,
    key: { kind: 'publishable', source: 'file' },
    signIn: { source: 'file', renews: true, locationId: 'store_1', readOnly: false, expiresAt: null },
    restartNeeded: false,
  });
  expect(JSON.stringify(details)).not.toContain(cloud.apiKey);
  expect(await again.call('cloud.signOut', {})).toEqual({ signedOut: true });
  expect(await again.call('cloud.details', {})).toMatchObject({ problem: 'no_sign_in' });
  expect(await again.call('status.get', {})).toMatchObject({
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'cloud_not_configured' })]),
  });
});

test.each([
  ['no_key', {}],
  ['powerful_key', { SUPABASE_ANON_KEY: 'sb_secret_abcdefgh' }],
  ['no_sign_in', { SUPABASE_ANON_KEY: 'sb_publishable_x' }],
  ['powerful_token', { SUPABASE_ANON_KEY: 'sb_publishable_x', BACKHAUL_DEVICE_TOKEN: 'sb_secret_abcdefgh' }],
  ['bad_address', { SUPABASE_ANON_KEY: 'sb_publishable_x', SUPABASE_URL: 'http://example.org' }],
] as const)('a configuration that cannot be used says why: %s', async (problem, more) => {
  const { client } = await start({ SUPABASE_URL: 'https://a.supabase.co', ...more });
  expect(await client.call('cloud.details', {})).toMatchObject({
    problem,
    problemMessage: expect.any(String),
  });
});

test('an engine without the console says that key and sign-in are in its keychain', async () => {
  writeFileSync(join(box.path, 'api-key.json'), '{"keptIn":"keychain"}\n');
  const { client } = await start({ SUPABASE_URL: cloud.url });
  expect(await client.call('cloud.details', {})).toMatchObject({
    problem: 'key_elsewhere',
    problemMessage: expect.stringMatching(/keychain/),
  });
  writeFileSync(join(box.path, 'device-token.json'), '{"keptIn":"keychain"}\n');
  await start({ SUPABASE_URL: cloud.url, SUPABASE_ANON_KEY: cloud.apiKey });
  expect(await engine?.client.call('cloud.details', {})).toMatchObject({ problem: 'sign_in_elsewhere' });
});

test('a project that is not saved yet is checked by its public key alone, and fully with a token', async () => {
  const { client } = await start();
  const check = (trial: object) => client.call('cloud.check', { trial: { ...project(), ...trial } });
  expect(await check({})).toMatchObject({ outcome: 'complete', lookedThrough: 'names', findings: [] });
  const token = await cloud.token('store_1');
  expect(await check({ token })).toMatchObject({ outcome: 'complete', lookedThrough: 'catalogs' });
  expect(await check({ apiKey: 'sb_publishable_wrong' })).toMatchObject({ outcome: 'key_refused' });
  expect(await check({ url: 'http://127.0.0.1:9' })).toMatchObject({ outcome: 'unreachable' });
  expect(await check({ url: `${cloud.url}/somewhere` })).toMatchObject({ outcome: 'wrong_address' });
  await expect(check({ url: 'http://example.org' })).rejects.toMatchObject({ details: { field: 'url' } });
  await expect(check({ apiKey: 'sb_secret_abcdefgh' })).rejects.toMatchObject({
    code: 'misconfigured',
    details: { field: 'apiKey' },
  });
});

test('what can be no key and no token is refused at its field before anything is kept', async () => {
  const { client } = await start();
  const impossible = [
    [{ apiKey: '密钥' }, 'apiKey'],
    [{ apiKey: 'garbage' }, 'apiKey'],
    [{ token: '令牌' }, 'token'],
    [{ token: 'garbage' }, 'token'],
    [{ url: 'https://supabase.com/dashboard/project/abcdefghijkl' }, 'url'],
  ] as const;
  for (const [part, field] of impossible) {
    const trial = { ...project(), ...part };
    for (const call of [client.call('cloud.check', { trial }), client.call('cloud.inspect', trial)])
      await expect(call).rejects.toMatchObject({ code: 'invalid_input', details: { field } });
  }
  for (const apiKey of ['密钥', 'garbage'])
    await expect(client.call('cloud.setKey', { apiKey })).rejects.toMatchObject({
      details: { field: 'apiKey' },
    });
  for (const token of ['令牌', 'garbage'])
    await expect(client.call('cloud.signIn', { token })).rejects.toMatchObject({
      details: { field: 'token' },
    });
  expect(await client.call('cloud.details', {})).toMatchObject({ kept: { key: false, signIn: false } });
  expect(readdirSync(box.path)).not.toContain('api-key.json');
  expect(readdirSync(box.path)).not.toContain('device-token.json');
});

test('a token of another store than the one that was just set is refused before anything is asked', async () => {
  const { client } = await start();
  await client.call('config.set', { values: { 'location.id': 'store_2' } });
  const token = await cloud.token('store_1');
  const refused = { code: 'misconfigured', details: { field: 'token', tokenLocation: 'store_1' } };
  const trial = { ...project(), token };
  await expect(client.call('cloud.check', { trial })).rejects.toMatchObject(refused);
  await expect(client.call('cloud.inspect', trial)).rejects.toMatchObject(refused);
  await expect(client.call('cloud.signIn', { token })).rejects.toMatchObject(refused);
  expect(await client.call('cloud.inspect', { ...trial, token: await cloud.token('store_2') })).toEqual({});
});

test('another address is tried with the key that is kept, and a kept key is told and can be removed', async () => {
  const { client } = await start();
  const check = () => client.call('cloud.check', { trial: { url: cloud.url } });
  await expect(check()).rejects.toMatchObject({ details: { field: 'apiKey', missing: true } });
  await client.call('cloud.setKey', { apiKey: cloud.apiKey });
  expect(await check()).toMatchObject({ kind: 'supabase', url: cloud.url, outcome: 'complete' });
  const kept = async () => (await client.call('cloud.details', {})).kept;
  expect(await kept()).toEqual({ key: true, signIn: false });
  await client.call('cloud.signIn', { token: await cloud.token('store_1') });
  expect(await kept()).toEqual({ key: true, signIn: true });
  await client.call('cloud.setKey', { apiKey: null });
  await client.call('cloud.signOut', {});
  expect(await kept()).toEqual({ key: false, signIn: false });
  expect(await client.call('cloud.details', {})).toMatchObject({ kind: 'local', restartNeeded: false });
});

test('a project that lacks a migration is told with its name and SQL that mends it', async () => {
  const { client } = await start();
  const own = await startTestCloud();
  try {
    await own.sql(`drop table "ASE_sync_status" cascade; notify pgrst, 'reload schema'`);
    const look = async () =>
      client.call('cloud.check', { trial: { url: own.url, apiKey: own.apiKey, token: null } });
    await vi.waitFor(async () => expect((await look()).outcome).toBe('lacking'), { timeout: 10_000 });
    const found = await look();
    expect(found.findings).toContainEqual(
      expect.objectContaining({ name: 'table', table: 'ASE_sync_status', migration: '0001_schema' }),
    );
    expect(found.missingMigrations).toContain('0001_schema');
    await own.sql(`${found.sql.replace(/^commit;$/m, '')} commit;`);
    await vi.waitFor(async () => expect(await look()).toMatchObject({ outcome: 'complete', findings: [] }), {
      timeout: 10_000,
    });
  } finally {
    await own.close();
  }
});

test('a box that woke up sends at once what waits', async () => {
  const seldom = '0 0 29 2 *';
  const { client } = await start(
    {
      BACKHAUL_SCHEDULE_ENABLED: 'true',
      BACKHAUL_SCHEDULE_HOURLY: seldom,
      BACKHAUL_SCHEDULE_FULL: seldom,
      SUPABASE_URL: cloud.url,
      SUPABASE_ANON_KEY: cloud.apiKey,
      BACKHAUL_DEVICE_TOKEN: await cloud.token('store_1'),
    },
    true,
  );
  await produce([camera]);
  const runs = () => client.call('history.list', {});
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await runs()).toEqual([]);
  await client.call('schedule.wake', { cause: 'resumed' });
  await vi.waitFor(
    async () => expect(await runs()).toMatchObject([{ trigger: 'catch-up', status: 'success' }]),
    { timeout: 10_000 },
  );
});

test('what was compared with one cloud is not told of another', async () => {
  const { client } = await start();
  await produce([camera]);
  await client.call('sync.start', { mode: 'full', trigger: 'manual' });
  const [at, agrees] = [expect.any(String), true];
  expect(await client.call('cloud.details', {})).toMatchObject({ lastVerification: { at, agrees } });
  expect(await client.call('status.get', {})).toMatchObject({ lastVerifiedAt: at });
  const other = await start({
    SUPABASE_URL: cloud.url,
    SUPABASE_ANON_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token('store_1'),
  });
  expect(await other.client.call('cloud.details', {})).toMatchObject({
    marks: { other: true },
    lastVerification: null,
  });
  expect(await other.client.call('status.get', {})).toMatchObject({ lastVerifiedAt: null });
}, 30_000);

test('the location can be chosen until records fix it', async () => {
  const { client } = await start();
  await client.call('config.set', { values: { 'location.id': 'store_9' } });
  await client.call('config.set', { values: { 'location.id': 'store_1' } });
  await start();
  await produce([camera]);
  const report = await (engine as Engine).client.call('config.get', {});
  expect(report.fixedLocationId).toBe('store_1');
  await expect(
    (engine as Engine).client.call('config.set', { values: { 'location.id': 'store_2' } }),
  ).rejects.toMatchObject({
    code: 'invalid_input',
    details: { faults: [{ path: 'location.id', reason: expect.stringMatching(/fixed/) }] },
  });
});

test('diagnostics tell how it stands and hold none of the secrets that lie everywhere', async () => {
  const planted = {
    token: 'refresh-planted-0123456789',
    key: 'sb_publishable_planted_0123456789',
    password: 'db-planted/password@x',
    camera: 'rtsp-"pass/word',
    detector: 'detector-planted-secret',
  };
  mkdirSync(join(box.path, 'logs'), { recursive: true });
  const line = `${Object.values(planted).join(' | ')} rtsp://a:other-planted@10.0.0.1/x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.planted-signature`;
  for (const name of ['engine.log', 'console.log']) {
    writeFileSync(join(box.path, 'logs', name), `${line.repeat(4000)}\n${line}\n{"message":"the end"}\n`);
  }
  writeFileSync(
    join(box.path, 'config.json'),
    JSON.stringify({ capture: { command: ['/nowhere/detector', '--password', planted.detector] } }),
  );
  const secrets = fileSecrets(box.path);
  await secrets.write('device-token', JSON.stringify({ origin: '', token: planted.token }));
  await secrets.write('api-key', JSON.stringify({ apiKey: planted.key }));
  const { client } = await start({
    SUPABASE_URL: cloud.url,
    BACKHAUL_DB_URL: `postgresql://postgres:${planted.password}@db.example.org/postgres`,
  });
  await produce([
    camera,
    { type: 'division_state', location_id: 'store_1', session_id: line, camera_id: 'camera_35' },
  ]);
  const { files } = await client.call('diagnostics.collect', {});
  expect(files.map(({ name }) => name).sort()).toEqual([
    'about.json',
    'cloud.json',
    'configuration.json',
    'console.log',
    'doctor.json',
    'engine.log',
    'errors.json',
    'files.json',
    'health.json',
    'history.json',
    'status.json',
  ]);
  const all = files.map(({ text }) => text).join('\n');
  for (const secret of [...Object.values(planted), 'rtsp-', 'other-planted', 'planted-signature']) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
  expect(all).toContain('the end');
  expect(all.length).toBeLessThan(4_000_000);
  expect(JSON.parse(files.find(({ name }) => name === 'doctor.json')?.text ?? '')).toHaveProperty('checks');
  expect(readFileSync(join(box.path, 'logs', 'engine.log'), 'utf8')).toContain(planted.token);
}, 60_000);
