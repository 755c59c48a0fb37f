import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestCloud, type TestCloud } from '../../e2e/support/test-cloud.ts';
import { issueRefreshToken } from './local-cloud/service.ts';
import { camera, withSettingsBox } from './settings-fixture.ts';

let cloud: TestCloud;
const box = withSettingsBox();
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

const project = () => ({ url: cloud.url, apiKey: cloud.apiKey });

test('the details of the local cloud name no key and no sign-in, which it needs none of', async () => {
  const { client } = await box.start({}, true);
  await vi.waitFor(
    async () =>
      expect(await client.call('cloud.details', {})).toMatchObject({
        kind: 'local',
        problem: null,
        key: { kind: 'local', source: 'none' },
        signIn: { source: 'none' },
        reachable: true,
        since: expect.any(String),
        marks: { belongTo: null, other: false },
        restartNeeded: false,
      }),
    { timeout: 45_000 },
  );
  expect(await client.call('cloud.check', {})).toMatchObject({ kind: 'local', outcome: 'complete' });
});

test('a project is set step by step; each step is told, and a restart makes it count', async () => {
  const { client } = await box.start();
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

  const again = (await box.start()).client;
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

test('an engine without the console says that key and sign-in are in its keychain', async () => {
  writeFileSync(join(box.path, 'api-key.json'), '{"keptIn":"keychain"}\n');
  const { client } = await box.start({ SUPABASE_URL: cloud.url });
  expect(await client.call('cloud.details', {})).toMatchObject({
    problem: 'key_elsewhere',
    problemMessage: expect.stringMatching(/keychain/),
  });
  writeFileSync(join(box.path, 'device-token.json'), '{"keptIn":"keychain"}\n');
  const again = await box.start({ SUPABASE_URL: cloud.url, SUPABASE_ANON_KEY: cloud.apiKey });
  expect(await again.client.call('cloud.details', {})).toMatchObject({ problem: 'sign_in_elsewhere' });
});

test('a project that is not saved yet is checked by its public key alone, and fully with a token', async () => {
  const { client } = await box.start();
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
  const { client } = await box.start();
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
  const { client } = await box.start();
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
  const { client } = await box.start();
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
  const { client } = await box.start();
  const own = await startTestCloud();
  try {
    await own.sql(`drop table "ASE_sync_status" cascade; notify pgrst, 'reload schema'`);
    const look = async () =>
      client.call('cloud.check', { trial: { url: own.url, apiKey: own.apiKey, token: null } });
    await vi.waitFor(async () => expect((await look()).outcome).toBe('lacking'), { timeout: 45_000 });
    const found = await look();
    expect(found.findings).toContainEqual(
      expect.objectContaining({ name: 'table', table: 'ASE_sync_status', migration: '0001_schema' }),
    );
    expect(found.missingMigrations).toContain('0001_schema');
    await own.sql(`${found.sql.replace(/^commit;$/m, '')} commit;`);
    await vi.waitFor(async () => expect(await look()).toMatchObject({ outcome: 'complete', findings: [] }), {
      timeout: 45_000,
    });
  } finally {
    await own.close();
  }
});

test('what was compared with one cloud is not told of another', async () => {
  const { client } = await box.start();
  await box.produce([camera]);
  await client.call('sync.start', { mode: 'full', trigger: 'manual' });
  const [at, agrees] = [expect.any(String), true];
  expect(await client.call('cloud.details', {})).toMatchObject({ lastVerification: { at, agrees } });
  expect(await client.call('status.get', {})).toMatchObject({ lastVerifiedAt: at });
  const other = await box.start({
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
