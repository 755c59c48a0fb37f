import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevice, temporaryDataDir } from './cloud-under-test.ts';
import { localCloudPaths } from './paths.ts';
import { issueRefreshToken, issueToken, type LocalCloudLease, openLocalCloud } from './service.ts';

const folder = temporaryDataDir();
let lease: LocalCloudLease;

beforeAll(async () => {
  lease = await openLocalCloud(folder.dataDir, {});
}, 30_000);

afterAll(async () => {
  await lease.close();
  folder.remove();
});

async function statusWith(path: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${lease.connection.url}${path}`, { headers });
  await response.text();
  return response.status;
}

function oldStyleKey(secret: string): Promise<string> {
  return new SignJWT({ role: 'anon' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
}

test('a request without the project key, or with another one, is turned away as Supabase does', async () => {
  const response = await fetch(`${lease.connection.url}/rest/v1/ASE_locations`);
  expect([response.status, await response.json()]).toMatchObject([
    401,
    { message: 'No API key found in request' },
  ]);
  expect(await statusWith('/rest/v1/ASE_locations', { apikey: 'sb_publishable_wrong' })).toBe(401);
  expect(await statusWith('/auth/v1/health', {})).toBe(401);
});

test('a publishable key and an old anon token both serve as key, and alone mean nobody', async () => {
  const { apiKey } = lease.connection;
  const secrets = JSON.parse(readFileSync(localCloudPaths(folder.dataDir).secrets, 'utf8'));
  const anon = await oldStyleKey(secrets.jwtSecret);
  expect(await statusWith('/auth/v1/health', { apikey: apiKey })).toBe(200);
  expect(await statusWith('/auth/v1/health', { apikey: anon })).toBe(200);
  expect(await statusWith('/auth/v1/health', { apikey: await oldStyleKey('x'.repeat(64)) })).toBe(401);
  expect(
    await statusWith('/rest/v1/ASE_locations', { apikey: apiKey, authorization: `Bearer ${apiKey}` }),
  ).toBe(401);
  expect(await statusWith('/rest/v1/ASE_locations', { apikey: anon, authorization: `Bearer ${anon}` })).toBe(
    401,
  );
  expect(await statusWith(`/auth/v1/health?apikey=${apiKey}`, {})).toBe(200);
});

test('a device token alone is key enough, and one that has expired is refused', async () => {
  const token = (ttlSeconds: number) =>
    issueToken(folder.dataDir, { locationId: 'a', readOnly: false, ttlSeconds });
  const path = '/rest/v1/ASE_locations?select=location_id';
  expect(await statusWith(path, { authorization: `Bearer ${await token(60)}` })).toBe(200);
  const secrets = JSON.parse(readFileSync(localCloudPaths(folder.dataDir).secrets, 'utf8'));
  const expired = await new SignJWT({ role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) - 120)
    .sign(new TextEncoder().encode(secrets.jwtSecret));
  expect(
    await statusWith(path, { apikey: lease.connection.apiKey, authorization: `Bearer ${expired}` }),
  ).toBe(401);
  await expect(token(0)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a refresh token renews once, and once more where the answer was lost', async () => {
  const renew = async (refreshToken: unknown) => {
    const device = createDevice(lease.connection, null);
    return device.call('POST', '/auth/v1/token?grant_type=refresh_token', { refresh_token: refreshToken });
  };
  const first = await issueRefreshToken(folder.dataDir, {
    locationId: 'store_r',
    readOnly: true,
    ttlSeconds: 300,
  });
  const lost = await renew(first);
  expect(lost.body).toMatchObject({
    token_type: 'bearer',
    expires_in: 300,
    user: { app_metadata: { read_only: true } },
  });
  const answer = (await renew(first)).body as { access_token: string; refresh_token: string };
  const device = createDevice(lease.connection, answer.access_token);
  expect((await device.select('ASE_locations')).status).toBe(200);
  expect((await renew(answer.refresh_token)).status).toBe(200);
  expect((await renew(first)).body).toMatchObject({ error_code: 'refresh_token_already_used' });
  expect((await renew('never-made')).body).toMatchObject({ error_code: 'refresh_token_not_found' });
  expect((await renew(17)).status).toBe(400);
});

test('storage is not there yet, and says so in JSON', async () => {
  const answer = await createDevice(lease.connection, null).call('GET', '/storage/v1/bucket');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    404,
    'application/json; charset=utf-8',
  ]);
});

test('a body of several megabytes passes through', async () => {
  const token = await issueToken(folder.dataDir, {
    locationId: 'store_big',
    readOnly: false,
    ttlSeconds: 60,
  });
  const device = createDevice(lease.connection, token);
  const answer = await device.insert('ASE_locations', {
    location_id: 'store_big',
    address: '路'.repeat(2_000_000),
  });
  expect(answer.status).toBe(201);
  const read = await device.select('ASE_locations?select=address');
  expect((read.body as { address: string }[])[0]?.address.length).toBe(2_000_000);
});

test('nobody steers the supervisor with the project key', async () => {
  const response = await fetch(`${lease.connection.url}/backhaul/control/stop`, {
    method: 'POST',
    headers: { apikey: lease.connection.apiKey },
  });
  expect(response.status).toBe(401);
});
