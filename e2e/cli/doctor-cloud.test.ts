import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  change,
  copyBox,
  doctor,
  doctorHere,
  type Examination,
  fingerprint,
  locationId,
  makeHealthyBox,
} from '../support/broken-box.ts';
import { backhaul } from '../support/command-line.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('doctor-cloud');
const healthy = join(folder.path, 'healthy');
let cloud: TestCloud;
let proxy: CuttingProxy;
let env: Record<string, string>;

beforeAll(async () => {
  cloud = await startTestCloud();
  proxy = await startCuttingProxy(cloud.url);
  await makeHealthyBox(healthy);
  env = {
    SUPABASE_URL: proxy.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId, { ttlSeconds: 90 * 86_400 }),
  };
});

afterAll(async () => {
  await proxy.close();
  await cloud.close();
  folder.remove();
});

beforeEach(() => proxy.treat(() => 'pass'));

const look = (changes: Record<string, string> = {}): Promise<Examination> =>
  doctor(healthy, { env: { ...env, ...changes } });

/** A token as anybody could write it: only its text is looked at. */
function tokenOf(claims: Record<string, unknown>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

const device = (more: Record<string, unknown>): string =>
  tokenOf({ role: 'authenticated', app_metadata: { location_id: locationId }, exp: 4_000_000_000, ...more });

test('a cloud that answers, lets the box in and has everything is well; keys appear nowhere', async () => {
  const found = await look();
  expect(found.bad.filter((one) => one !== 'warning data-directory')).toEqual([]);
  expect([found.code, found.of('cloud')]).toEqual([
    0,
    expect.stringMatching(/^ok: .* answers and has what is needed/),
  ]);
  expect(found.of('device-token')).toMatch(/^ok: It speaks for "store_1"/);
  for (const secret of [env.BACKHAUL_DEVICE_TOKEN ?? '', cloud.apiKey])
    expect(found.output).not.toContain(secret);
  expect(proxy.requests().has('POST /rest/v1/ASE_locations')).toBe(false);
});

test.each([
  [{ SUPABASE_URL: 'abcdef.supabase.co' }, 2, /is no web address.*https:\/\/abcdefgh\.supabase\.co/],
  [{ SUPABASE_URL: 'http://abcdef.supabase.co' }, 2, /begins with http:\/\/.*unprotected.*https/],
  [{ SUPABASE_URL: 'https://me:hunter22@abcdef.supabase.co' }, 2, /holds a password/],
  [{ SUPABASE_URL: 'https://127.0.0.1:1/rest/v1' }, 2, /has a path.*Cut it off: https:\/\/127\.0\.0\.1:1/],
  [{ SUPABASE_URL: 'https://supabase.com/dashboard/project/abcdef' }, 2, /address of the dashboard/],
  [{ SUPABASE_URL: "'https://abcdef.supabase.co'" }, 2, /SUPABASE_URL holds a quotation mark/],
  [{ SUPABASE_PUBLISHABLE_KEY: '' }, 5, /is configured but no key is.*SUPABASE_PUBLISHABLE_KEY/],
  [{ SUPABASE_PUBLISHABLE_KEY: 'sb_secret_abcdefgh' }, 5, /is a secret key.*must not lie on a box/],
  [{ SUPABASE_PUBLISHABLE_KEY: tokenOf({ role: 'service_role' }) }, 5, /is a service_role key/],
  [{ SUPABASE_PUBLISHABLE_KEY: device({}) }, 5, /The key is a device token/],
])('settings %o are found without asking the cloud', async (changes, code, words) => {
  const asked = [...proxy.requests().values()].length;
  const found = await doctorHere(healthy, { ...env, ...(changes as Record<string, string>) });
  expect(found.of('cloud-settings')).toMatch(words);
  expect(found.of('cloud-settings')).toMatch(/^critical: .*the records wait here/);
  expect(found.code).toBe(code);
  expect(found.output).not.toMatch(/hunter22|sb_secret_abcdefgh/);
  expect([...proxy.requests().values()].length).toBe(asked);
});

test.each([
  ['', /this box has no device token.*cloud sign-in/],
  [device({ exp: 1_700_000_000 }), /expired on 2023-11-14T22:13:20Z/],
  [device({ iat: 3_900_000_000 }), /good only from 2093.*Most likely the clock is behind/],
  [
    device({ app_metadata: { location_id: 'store_9' } }),
    /is for the location "store_9", this box is "store_1"/,
  ],
  [
    device({ app_metadata: { location_id: locationId, read_only: true } }),
    /may only read.*Without --read-only/,
  ],
  [device({ app_metadata: {} }), /names no location/],
  [device({ role: 'anon' }), /is the project's public key/],
  [device({ role: 'service_role' }), /is a service_role key/],
  ['sb_publishable_abcdefgh', /is a key of the project/],
  ['eyJhbGciOiJIUzI1NiJ9.eyJyb2', /is no token, or only part of one/],
])('a device token such as %s has its sentence', async (token, words) => {
  const found = await doctorHere(healthy, { ...env, BACKHAUL_DEVICE_TOKEN: token });
  expect(found.of('device-token')).toMatch(words);
  expect(found.of('device-token')).toMatch(/^critical: /);
  expect(found.code).toBe(5);
});

test('a box that was signed in is looked at without renewing anything', async () => {
  const dataDir = copyBox(healthy, join(folder.path, 'signed-in'));
  const unset = { SUPABASE_URL: proxy.url, SUPABASE_PUBLISHABLE_KEY: cloud.apiKey };
  const renewable = await backhaul(['cloud', 'token', '--location', locationId, '--renewable'], {
    dataDir: cloud.dataDir,
  });
  const signIn = (token: string) => backhaul(['cloud', 'sign-in'], { dataDir, env: unset, input: token });
  expect((await signIn(renewable.stdout.trim())).code).toBe(0);
  const before = fingerprint(dataDir);
  const renewed = await doctor(dataDir, { env: unset });
  expect([renewed.code, renewed.of('device-token')]).toEqual([0, expect.stringMatching(/renews itself/)]);
  expect(renewed.of('cloud')).toMatch(/^info: .* answers\. The sign-in was not tried.*cloud check/);
  expect(fingerprint(dataDir)).toEqual(before);
  expect((await signIn(env.BACKHAUL_DEVICE_TOKEN ?? '')).code).toBe(0);
  const kept = await doctor(dataDir, { env: unset });
  expect([kept.code, kept.of('cloud')]).toEqual([0, expect.stringMatching(/^ok: .*has what is needed/)]);
  const file = join(dataDir, 'device-token.json');
  chmodSync(file, 0o644);
  expect((await doctor(dataDir, { env: unset })).of('device-token')).toMatch(
    /^warning: Other users .*chmod 600/,
  );
  writeFileSync(file, '{', { mode: 0o600 });
  const damaged = await doctor(dataDir, { env: unset });
  expect([damaged.code, damaged.of('device-token')]).toEqual([
    5,
    expect.stringMatching(/critical: .*cannot be read.*cloud sign-in/),
  ]);
});

test('a cloud that cannot be reached says how, and is nothing worse than that', async () => {
  const unreachable = async (url: string, words: RegExp): Promise<void> => {
    const found = await look({ SUPABASE_URL: url });
    expect([found.code, found.of('cloud')]).toEqual([4, expect.stringMatching(words)]);
    expect(found.of('cloud')).toMatch(/^critical: .*Nothing is lost/);
  };
  const silent = createTcpServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  await Promise.all([
    unreachable('http://127.0.0.1:2', /refuses the connection/),
    unreachable('https://no-such-project.invalid', /a name that cannot be resolved/),
    unreachable(`http://127.0.0.1:${port}`, /does not answer in time/),
    unreachable(proxy.url.replace('http:', 'https:'), /no connection that can be trusted.*clock/),
  ]);
  silent.close();
});

test('a page of somebody else, a broken cloud and a wrong address are told apart', async () => {
  const page = {
    status: 200,
    body: '<html>Sign in to the Wi-Fi</html>',
    headers: { 'content-type': 'text/html' },
  };
  proxy.treat(() => page);
  expect([(await look()).of('cloud')]).toEqual([
    expect.stringMatching(/sign-in page of the network.*browser/),
  ]);
  proxy.treat(() => ({ status: 302, body: '', headers: { location: 'http://portal.example/' } }));
  const redirected = await look();
  expect([redirected.code, redirected.of('cloud')]).toEqual([
    4,
    expect.stringMatching(/Something else answers/),
  ]);
  proxy.treat(() => ({ status: 503, body: '{"message":"upstream"}' }));
  const down = await look();
  expect([down.code, down.of('cloud')]).toEqual([4, expect.stringMatching(/fault of its own \(503/)]);
  proxy.treat(() => ({ status: 404, body: '<html>nginx</html>' }));
  const other = await look();
  expect([other.code, other.of('cloud')]).toEqual([
    5,
    expect.stringMatching(/no Supabase project.*SUPABASE_URL/),
  ]);
});

test('a token that the cloud refuses, and a clock that is off against it, are found', async () => {
  const refused = await look({ BACKHAUL_DEVICE_TOKEN: device({}) });
  expect([refused.code, refused.of('cloud')]).toEqual([
    5,
    expect.stringMatching(/does not let this box in \(401/),
  ]);
  const yesterday = new Date(Date.now() - 86_400_000).toUTCString();
  proxy.treat(() => ({ status: 200, body: '[]', headers: { date: yesterday } }));
  expect((await look()).of('clock')).toMatch(
    /^warning: The clock of this computer is 24 h fast against the cloud's/,
  );
});

test('a project that lacks a table says which, and what to run', async () => {
  await cloud.sql('ALTER TABLE "ASE_table_states" RENAME TO "ASE_table_states_away"');
  await cloud.sql(`NOTIFY pgrst, 'reload schema'`);
  try {
    await expect
      .poll(async () => (await look()).of('cloud'), { timeout: 45_000 })
      .toMatch(/critical: .*ASE_table_states.*backhaul cloud check/);
  } finally {
    await cloud.sql('ALTER TABLE "ASE_table_states_away" RENAME TO "ASE_table_states"');
    await cloud.sql(`NOTIFY pgrst, 'reload schema'`);
  }
});

test('marks that belong to another cloud are told before a run refuses', async () => {
  const dataDir = copyBox(healthy, join(folder.path, 'marks'));
  change(
    dataDir,
    `INSERT INTO backhaul_settings (name, value) VALUES ('cloud', 'supabase:https://old.supabase.co')`,
  );
  const found = await doctor(dataDir, { env });
  expect([found.code, found.of('marks')]).toEqual([
    5,
    expect.stringMatching(
      /^critical: .*in https:\/\/old\.supabase\.co, but http:.*is configured.*cloud switch/,
    ),
  ]);
  const home = await doctor(dataDir);
  expect(home.of('marks')).toMatch(/but the local cloud on this box is configured/);
});

test('a local cloud that runs is fine, one that was stopped by hand is warned of', async () => {
  const running = await doctor(cloud.dataDir);
  expect(running.of('local-cloud')).toMatch(/^ok: It runs at http:\/\/127\.0\.0\.1:/);
  const dataDir = copyBox(healthy, join(folder.path, 'held'));
  expect((await backhaul(['cloud', 'start'], { dataDir })).code).toBe(0);
  expect((await backhaul(['cloud', 'stop'], { dataDir })).code).toBe(0);
  const held = await doctor(dataDir);
  expect([held.code, held.of('local-cloud')]).toEqual([
    0,
    expect.stringMatching(/^warning: .*cloud stop.*cloud start/),
  ]);
});

test('keys without an address are warned of', async () => {
  const found = await doctor(healthy, { env: { SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_abcdefgh' } });
  expect([found.code, found.of('cloud-settings')]).toEqual([
    0,
    expect.stringMatching(/^warning: .*SUPABASE_URL is not/),
  ]);
});

let otherServer: Server | null = null;
afterAll(() => void otherServer?.close());

test('a proxy that cuts the connection is a matter of the network', async () => {
  otherServer = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => otherServer?.listen(0, '127.0.0.1', resolve));
  const { port } = otherServer.address() as AddressInfo;
  const found = await look({ SUPABASE_URL: `http://127.0.0.1:${port}` });
  expect([found.code, found.of('cloud')]).toEqual([
    4,
    expect.stringMatching(/ends the connection in the middle/),
  ]);
});
