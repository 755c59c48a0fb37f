import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../../e2e/support/cutting-proxy.ts';
import { startTestCloud, type TestCloud } from '../../../e2e/support/test-cloud.ts';
import { localCloudPaths } from '../local-cloud/paths.ts';
import { stopLocalCloud } from '../local-cloud/service.ts';
import { type CloudAccess, type CloudSession, createCloudAccess } from './service.ts';

let cloud: TestCloud;
let proxy: CuttingProxy;
const open: CloudAccess[] = [];
const signal = new AbortController().signal;

beforeAll(async () => {
  cloud = await startTestCloud();
  proxy = await startCuttingProxy(cloud.url);
});
afterEach(async () => {
  proxy.treat(() => 'pass');
  for (const access of open.splice(0)) await access.close();
});
afterAll(async () => {
  await proxy.close();
  await cloud.close();
});

function accessWith(deviceToken: string, now = (): Date => new Date()): CloudAccess {
  const target = { kind: 'supabase', url: proxy.url, apiKey: cloud.apiKey, deviceToken } as const;
  const access = createCloudAccess({
    dataDir: cloud.dataDir,
    target,
    requestTimeoutMs: 10_000,
    now,
    respectHold: false,
  });
  open.push(access);
  return access;
}

async function sessionWith(deviceToken: string, now?: () => Date): Promise<CloudSession> {
  return accessWith(deviceToken, now).open('store_1', signal);
}

/** A token of this cloud with times of its own, seconds from now. */
async function tokenOf(issuedIn: number, expiresIn: number): Promise<string> {
  const secrets = JSON.parse(readFileSync(localCloudPaths(cloud.dataDir).secrets, 'utf8'));
  const seconds = Math.floor(Date.now() / 1000);
  return new SignJWT({ role: 'authenticated', app_metadata: { location_id: 'store_1' } })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(seconds + issuedIn)
    .setExpirationTime(seconds + expiresIn)
    .sign(new TextEncoder().encode(secrets.jwtSecret));
}

const hourMs = 3_600_000;
const shifted = (ms: number) => (): Date => new Date(Date.now() + ms);

test('a session knows whether its token may write, before anything is sent', async () => {
  const reader = await sessionWith(await cloud.token('store_1', { readOnly: true }));
  const writer = await sessionWith(await cloud.token('store_1'));
  expect([reader.readOnly, writer.readOnly]).toEqual([true, false]);
  await expect(sessionWith(await cloud.token('store_2'))).rejects.toMatchObject({ code: 'misconfigured' });
});

test('any answer tells how far the clock is off', async () => {
  const session = await sessionWith(await cloud.token('store_1'), shifted(-hourMs));
  expect(session.clockOffsetMs()).toBeNull();
  await session.probe(signal);
  expect(Math.round((session.clockOffsetMs() ?? 0) / 60_000)).toBe(60);
});

test('a token that is good by a wrong clock only is refused with words about the clock', async () => {
  const expired = await tokenOf(-7200, -1800);
  const behind = await sessionWith(expired, shifted(-hourMs));
  await expect(behind.probe(signal)).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringMatching(/clock of this box is off by 60 min \(it is behind\).*Nothing is lost/),
  });
  const right = await sessionWith(expired);
  await expect(right.probe(signal)).rejects.toThrow(/does not accept the sign-in of this box/);
});

test('a function’s answer that breaks off is the network’s fault, a page in its place too', async () => {
  const session = await sessionWith(await cloud.token('store_1'));
  const page = { status: 200, body: '<html>Welcome to our hotel</html>' };
  for (const treatment of ['lose answer', page] as const) {
    proxy.treat(() => treatment);
    const asked = session.callFunction('backhaul_location', {}, signal);
    await expect(asked).rejects.toMatchObject({ fault: { kind: 'network' } });
  }
  proxy.treat(() => 'pass');
  expect(await session.callFunction('backhaul_location', {}, signal)).toBe('store_1');
});

test('a cloud that refuses is reachable, a sign-in page of the network or a broken gateway is not', async () => {
  const access = accessWith(await tokenOf(-7200, -1800));
  expect(await access.status()).toMatchObject({ reachable: true });
  for (const answer of [
    { status: 200, body: '<html>Welcome to our hotel</html>' },
    { status: 503, body: '' },
    { status: 429, body: '' },
  ]) {
    proxy.treat(() => answer);
    expect(await access.status()).toMatchObject({ reachable: false });
  }
  proxy.treat(() => 'reset before');
  expect(await access.status()).toMatchObject({ reachable: false });
});

test('the local cloud says that it runs while it is held, and that it does not once it is stopped', async () => {
  const local = await startTestCloud();
  const access = createCloudAccess({
    dataDir: local.dataDir,
    target: { kind: 'local' },
    requestTimeoutMs: 10_000,
    now: () => new Date(),
    respectHold: true,
  });
  try {
    await access.ensure(signal);
    const { state } = localCloudPaths(local.dataDir);
    const kept = readFileSync(state);
    rmSync(state); // where the supervisor says that it runs: nobody looks there now
    expect(await access.status()).toMatchObject({ kind: 'local', reachable: true, url: local.url });
    writeFileSync(state, kept, { mode: 0o600 });
    await stopLocalCloud(local.dataDir);
    await vi.waitFor(async () => expect((await access.status()).reachable).toBe(false), { timeout: 45_000 });
  } finally {
    await access.close();
    await local.close();
  }
});
