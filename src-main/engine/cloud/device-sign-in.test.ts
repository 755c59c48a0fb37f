import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../../e2e/support/cutting-proxy.ts';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../../../e2e/support/test-cloud.ts';
import { issueRefreshToken, localSecretKey } from '../local-cloud/service.ts';
import { fileSecrets } from '../secrets/service.ts';
import { type CloudAccess, createCloudAccess, enrollDevice, signIn, signOut } from './service.ts';

let cloud: TestCloud;
let proxy: CuttingProxy;
let box: ReturnType<typeof temporaryFolder>;
const signal = new AbortController().signal;
const renewals = 'POST /auth/v1/token';

beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(async () => {
  box = temporaryFolder('sign-in');
  proxy = await startCuttingProxy(cloud.url);
});
afterEach(async () => {
  await proxy.close();
  box.remove();
});
afterAll(() => cloud.close());

const refreshToken = (locationId = 'store_1', ttlSeconds = 3600): Promise<string> =>
  issueRefreshToken(cloud.dataDir, { locationId, readOnly: false, ttlSeconds });

function access(deviceToken: string, now = (): Date => new Date()): CloudAccess {
  const target = { kind: 'supabase', url: proxy.url, apiKey: cloud.apiKey, deviceToken } as const;
  return createCloudAccess({
    dataDir: box.path,
    target,
    requestTimeoutMs: 10_000,
    now,
    respectHold: false,
  });
}

const address = (): Parameters<typeof enrollDevice>[0] => ({
  url: proxy.url,
  apiKey: cloud.apiKey,
  requestTimeoutMs: 10_000,
});

const renewed = (): number => proxy.requests().get(renewals) ?? 0;
const shift = (clock: { ms: number }) => (): Date => new Date(Date.now() + clock.ms);
const hourMs = 3_600_000;

test('a refresh token becomes an access token, and what takes its place is kept where only the owner reads it', async () => {
  const given = await refreshToken();
  const session = await access(given).open('store_1', signal);
  await session.probe(signal);
  expect([session.tokenLocation, session.readOnly, renewed()]).toEqual(['store_1', false, 1]);
  const [file = ''] = readdirSync(box.path);
  expect(statSync(join(box.path, file)).mode & 0o777).toBe(0o600);
  const text = readFileSync(join(box.path, file), 'utf8');
  expect(text).not.toContain(given);
  expect(text).not.toContain('eyJ');
  await (await access(given).open('store_1', signal)).probe(signal);
  await expect(access(await refreshToken('store_2')).open('store_1', signal)).rejects.toMatchObject({
    code: 'misconfigured',
  });
});

test('lanes that are refused together share one renewal, and each repeats its own request', async () => {
  const session = await access(await refreshToken()).open('store_1', signal);
  let refused = 0;
  let first: string | undefined;
  proxy.treat((request) => {
    if (request.url?.startsWith('/rest') !== true) return 'pass';
    first ??= request.headers.authorization;
    if (request.headers.authorization !== first) return 'pass';
    refused += 1;
    return { status: 401, body: '{"code":"PGRST303","message":"JWT expired"}' };
  });
  await Promise.all(Array.from({ length: 8 }, () => session.probe(signal)));
  expect([refused, renewed()]).toEqual([8, 2]);
});

test('a token is renewed some minutes before it expires, whatever the clock of the box says', async () => {
  const clock = { ms: 24 * hourMs };
  const session = await access(await refreshToken(), shift(clock)).open('store_1', signal);
  for (let count = 0; count < 3; count += 1) await session.probe(signal);
  expect(renewed()).toBe(1);
  clock.ms += 50 * 60_000;
  await session.probe(signal);
  expect(renewed()).toBe(1);
  clock.ms += 6 * 60_000;
  await session.probe(signal);
  expect(renewed()).toBe(2);
});

test('the answer to a renewal is lost: the same token is good once more', async () => {
  let lost = 0;
  proxy.treat((request) => {
    if (request.url?.startsWith('/auth') !== true || lost > 0) return 'pass';
    lost += 1;
    return 'lose answer';
  });
  const clock = { ms: 0 };
  const session = await access(await refreshToken(), shift(clock)).open('store_1', signal);
  clock.ms = hourMs;
  await session.probe(signal);
  expect([lost, renewed()]).toEqual([1, 3]);
});

test('two processes of one box do not take the sign-in from each other', async () => {
  await signIn(fileSecrets(box.path), await refreshToken(), address());
  const clock = { ms: 0 };
  const one = await access('', shift(clock)).open('store_1', signal);
  const other = await access('', shift(clock)).open('store_1', signal);
  for (let count = 0; count < 3; count += 1) {
    clock.ms += hourMs;
    await Promise.all([one.probe(signal), other.probe(signal)]);
    clock.ms += hourMs;
    await one.probe(signal);
    await other.probe(signal);
  }
});

test('a token that nobody knows, or that was used by somebody else, ends with what to do', async () => {
  await expect(access('never-made').open('store_1', signal)).rejects.toMatchObject({
    code: 'unauthorized',
    fault: { kind: 'sign_in' },
    message: expect.stringMatching(/Nothing is lost.*cloud enroll.*cloud sign-in/),
  });
  const status = access('never-made');
  for (let count = 0; count < 5; count += 1) expect(await status.status()).toMatchObject({ reachable: true });
  expect(renewed()).toBe(2);
  await expect(signIn(fileSecrets(box.path), 'never-made', address())).rejects.toMatchObject({
    code: 'unauthorized',
  });
  expect(access('').fault).not.toBeNull();
});

test('without a token every run refuses; a sign-in heals an access that is open, a sign-out ends it', async () => {
  const clock = { ms: 0 };
  const engine = access('', shift(clock));
  expect(engine.fault).toMatchObject({
    code: 'misconfigured',
    message: expect.stringMatching(/no device token.*cloud sign-in/),
  });
  await expect(engine.open('store_1', signal)).rejects.toMatchObject({ code: 'misconfigured' });
  expect(await engine.status()).toMatchObject({ reachable: null });
  const outcome = await signIn(fileSecrets(box.path), await refreshToken(), address());
  expect(outcome.tried).toBe(true);
  expect(engine.fault).toBeNull();
  await (await engine.open('store_1', signal)).probe(signal);
  expect([await signOut(fileSecrets(box.path)), await signOut(fileSecrets(box.path))]).toEqual([true, false]);
  expect(engine.fault).not.toBeNull();
});

test('a cloud that cannot be reached keeps nobody from signing in: the token is tried later', async () => {
  proxy.treat(() => 'reset before');
  expect(await signIn(fileSecrets(box.path), await refreshToken(), address())).toEqual({
    tried: false,
    accessToken: null,
  });
  proxy.treat(() => 'pass');
  await (await access('').open('store_1', signal)).probe(signal);
});

test('BACKHAUL_DEVICE_TOKEN overrides the token that the box was signed in with', async () => {
  await signIn(fileSecrets(box.path), await refreshToken('store_1'), address());
  const session = await access(await refreshToken('store_2')).open(null, signal);
  expect(session.tokenLocation).toBe('store_2');
  expect((await access('').open(null, signal)).tokenLocation).toBe('store_1');
});

test('a device is enrolled with the secret key, which opens nothing else', async () => {
  const secretKey = await localSecretKey(cloud.dataDir);
  const admin = { ...address(), apiKey: secretKey };
  const device = await enrollDevice(admin, { locationId: '店 1', readOnly: false });
  await signIn(fileSecrets(box.path), device.refreshToken, address());
  const session = await access('').open('店 1', signal);
  expect(await session.callFunction('backhaul_location', {}, signal)).toBe('店 1');
  const reader = await enrollDevice(admin, { locationId: 'store_1', readOnly: true });
  expect((await access(reader.refreshToken).open('store_1', signal)).readOnly).toBe(true);
  const wrong = { ...address(), apiKey: cloud.apiKey };
  await expect(enrollDevice(wrong, { locationId: 'store_1', readOnly: false })).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringMatching(/SUPABASE_SECRET_KEY/),
  });
  const rows = await fetch(`${cloud.url}/rest/v1/ASE_locations`, { headers: { apikey: secretKey } });
  expect(rows.status).toBe(401);
  const stored = await cloud.sql<{ row: string }>(
    'select to_jsonb(u)::text as row from backhaul_auth.users u',
  );
  expect(stored).toHaveLength(2);
  expect(JSON.stringify(stored)).not.toContain(device.refreshToken);
});
