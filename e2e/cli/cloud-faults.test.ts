import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import { backhaul, type CommandResult } from '../support/command-line.ts';
import { type CuttingProxy, startCuttingProxy, type Treatment } from '../support/cutting-proxy.ts';
import { askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('cloud-faults');
let cloud: TestCloud;
let proxy: CuttingProxy;
/** a box whose records never get through */
let unsent: Awaited<ReturnType<typeof box>>;

beforeAll(async () => {
  cloud = await startTestCloud();
  proxy = await startCuttingProxy(cloud.url);
  unsent = await box('store_unsent', 20);
});

afterAll(async () => {
  await proxy.close();
  await cloud.close();
  folder.remove();
});

beforeEach(() => proxy.treat(() => 'pass'));

/** A box with 300 records of its own, which gives up soon. */
async function box(locationId: string, states = 300) {
  const dataDir = join(folder.path, locationId);
  await mkdir(dataDir, { mode: 0o700 });
  const sync = { attempts: 2, requestTimeoutMs: 1000, batchSize: 100, lanes: 1 };
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ sync }));
  const recording = makeRecording({ locationId, states, sessions: 2 });
  const env = {
    SUPABASE_URL: proxy.url,
    SUPABASE_ANON_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
  };
  expect((await backhaul(['ingest'], { dataDir, input: ndjson(recording.lines) })).code).toBe(0);
  return {
    dataDir,
    recording,
    async sync(over: Readonly<Record<string, string>> = {}, ...flags: string[]) {
      const args = ['sync', '--mode', 'full', '--json', ...flags];
      return backhaul(args, { dataDir, env: { ...env, ...over } });
    },
    async inCloud() {
      return differences(await cloudRows(cloud.sql, locationId), recording.rows);
    },
    marked(): number {
      const sql = `SELECT (SELECT count(*) FROM division_states WHERE synced_to_cloud = 1)
        + (SELECT count(*) FROM table_states WHERE synced_to_cloud = 1) + (SELECT count(*) FROM sync_marks) AS n`;
      return askFile<{ n: number }>(dataDir, sql)[0]?.n ?? Number.NaN;
    },
    aside: () => askFile(dataDir, 'SELECT * FROM sync_quarantine').length,
  };
}

function isInsert(request: IncomingMessage, table: string): boolean {
  return request.method === 'POST' && (request.url ?? '').includes(`/${table}?`);
}

/** One line for people, no stack. */
function expectClearLine({ stderr }: CommandResult): void {
  expect(stderr).toMatch(/^backhaul: .*\n$/);
}

function jwt(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

test('an unreachable cloud marks nothing and ends with 4; when it is back the next run takes all', async () => {
  const store = await box('store_offline');
  const result = await store.sync({ SUPABASE_URL: 'http://127.0.0.1:9' });
  expect([result.code, result.json<RunResult>().status]).toEqual([4, 'failed']);
  expectClearLine(result);
  expect(result.stderr).toMatch(/cannot be reached. Nothing is lost/);
  expect([store.marked(), store.aside()]).toEqual([0, 0]);
  const back = await store.sync();
  expect([back.code, back.json<RunResult>().status]).toEqual([0, 'success']);
  expect(await store.inCloud()).toEqual(noDifferences);
  const off = await store.sync({ SUPABASE_URL: 'http://127.0.0.1:9' });
  expect([off.code, off.stderr]).toEqual([5, expect.stringMatching(/another cloud .*cloud switch/)]);
});

test.each([
  ['a secret key', { SUPABASE_ANON_KEY: 'sb_secret_0123456789abcdef' }, 5, /secret key/],
  ['a service key', { SUPABASE_ANON_KEY: jwt({ role: 'service_role' }) }, 5, /service_role key/],
  ['a service key as token', { BACKHAUL_DEVICE_TOKEN: jwt({ role: 'service_role' }) }, 5, /service_role/],
  ['a URL without a key', { SUPABASE_ANON_KEY: '' }, 5, /no key/],
  ['a plain http address', { SUPABASE_URL: 'http://192.0.2.7:8000' }, 2, /https/],
  ['an address that is none', { SUPABASE_URL: 'project.supabase.co' }, 2, /not a URL|https/],
])('%s is refused with a reason, and nothing is sent', async (_name, env, code, reason) => {
  const before = [...proxy.requests().values()].length;
  const result = await unsent.sync(env);
  expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(reason)]);
  expectClearLine(result);
  for (const secret of Object.values(env)) {
    if (secret.length > 20 && !secret.startsWith('http')) expect(result.stderr).not.toContain(secret);
  }
  expect([[...proxy.requests().values()].length, unsent.marked()]).toEqual([before, 0]);
});

test('where half of a batch is in the cloud already, the marks are exact and the duplicates counted', async () => {
  const store = await box('store_half');
  const half = join(folder.path, 'first-box');
  const lines = store.recording.lines.filter((line, index) => line.state === undefined || index % 2 === 0);
  await backhaul(['ingest'], { dataDir: half, input: ndjson(lines) });
  const env = {
    SUPABASE_URL: cloud.url,
    SUPABASE_ANON_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token('store_half'),
  };
  expect((await backhaul(['sync', '--mode', 'full'], { dataDir: half, env })).code).toBe(0);
  const result = await store.sync();
  const run = result.json<RunResult>();
  const states = run.streams.filter(({ stream }) => stream.endsWith('_states'));
  expect([result.code, run.verified]).toEqual([0, true]);
  expect(states.reduce((sum, one) => sum + one.duplicates, 0)).toBe(
    lines.filter((line) => line.state).length,
  );
  expect(states.reduce((sum, one) => sum + one.sent, 0)).toBe(
    300 - lines.filter((line) => line.state).length,
  );
  expect(await store.inCloud()).toEqual(noDifferences);
});

test('the answer of a committed batch is lost: no duplicate, no loss, all marked', async () => {
  const store = await box('store_lost');
  const lost = new Map<string, number>();
  proxy.treat((request) => {
    const table = ['ASE_division_states', 'ASE_sessions'].find((one) => isInsert(request, one));
    if (table === undefined) return 'pass';
    lost.set(table, (lost.get(table) ?? 0) + 1);
    return lost.get(table) === 1 ? 'lose answer' : 'pass';
  });
  const result = await store.sync();
  const run = result.json<RunResult>();
  expect([result.code, run.verified, run.planned - run.sent - run.duplicates]).toEqual([0, true, 0]);
  expect(run.duplicates).toBe(100 + 2);
  expect(await store.inCloud()).toEqual(noDifferences);
  expect((await store.sync()).json<RunResult>()).toMatchObject({ planned: 0, sent: 0 });
});

test('every answer of the states is lost: exit 4, nothing marked, and the next run finds them there', async () => {
  const store = await box('store_deaf');
  proxy.treat((request) => (isInsert(request, 'ASE_division_states') ? 'lose answer' : 'pass'));
  const result = await store.sync();
  const run = result.json<RunResult>();
  expect([result.code, run.status]).toEqual([4, 'partial']);
  expect(run.planned).toBe(run.sent + run.duplicates + run.quarantined + run.failed);
  expect(
    askFile(store.dataDir, 'SELECT count(*) AS n FROM division_states WHERE synced_to_cloud = 1'),
  ).toEqual([{ n: 0 }]);
  proxy.treat(() => 'pass');
  const next = await store.sync();
  expect([next.code, next.json<RunResult>().duplicates]).toEqual([0, 100]);
  expect(await store.inCloud()).toEqual(noDifferences);
});

const html = '<!doctype html><html><title>Sign in to the guest network</title></html>';
const page: Treatment = { status: 200, body: html, headers: { 'content-type': 'text/html' } };

test.each<[string, Treatment, number]>([
  ['a sign-in page in place of every answer', page, 4],
  ['a redirect to another place', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }, 4],
  ['503 with a page', { status: 503, body: html }, 4],
  ['429 to everything', { status: 429, body: '{"message":"slow down"}' }, 4],
  ['an expired token', { status: 401, body: '{"code":"PGRST301","message":"JWT expired"}' }, 5],
  ['no permission', { status: 403, body: '{"code":"42501","message":"permission denied"}' }, 5],
  ['no tables', { status: 404, body: '{"code":"PGRST205","message":"no table"}' }, 5],
])('%s: nothing is marked, nothing set aside', async (_name, treatment, code) => {
  proxy.treat(() => treatment);
  const result = await unsent.sync();
  expect([result.code, unsent.marked(), unsent.aside()]).toEqual([code, 0, 0]);
  expectClearLine(result);
});

test.each<[string, Treatment]>([
  ['a sign-in page', page],
  ['an empty 201', { status: 201, body: '' }],
  ['an HTML 413', { status: 413, body: html }],
])('%s in place of the answer to states only is believed by nobody', async (name, treatment) => {
  const store = await box(`store_mid_${name.replaceAll(/\W/g, '_')}`, 20);
  proxy.treat((request) => (isInsert(request, 'ASE_table_states') ? treatment : 'pass'));
  const result = await store.sync();
  const run = result.json<RunResult>();
  expect([result.code, run.quarantined]).toEqual([4, 0]);
  expect(run.planned).toBe(run.sent + run.duplicates + run.failed);
  expect(askFile(store.dataDir, 'SELECT count(*) AS n FROM table_states WHERE synced_to_cloud = 1')).toEqual([
    { n: 0 },
  ]);
  proxy.treat(() => 'pass');
  expect((await store.sync()).code).toBe(0);
  expect(await store.inCloud()).toEqual(noDifferences);
});

test('a cloud that takes the request and never answers is given up in time', async () => {
  const held: (() => void)[] = [];
  proxy.treat(() => new Promise((resolve) => held.push(() => resolve('reset before'))));
  const result = await unsent.sync();
  for (const release of held) release();
  expect([result.code, unsent.marked()]).toEqual([4, 0]);
  expect(result.stderr).toMatch(/did not answer in time/);
});

test('a session that is gone from the cloud is sent again with its states waiting for it, not set aside', async () => {
  const store = await box('store_orphans', 40);
  expect((await store.sync()).code).toBe(0);
  await cloud.sql('DELETE FROM "ASE_locations" WHERE location_id = $1', ['store_orphans']);
  const more = makeRecording({ locationId: 'store_orphans', states: 60, sessions: 2 });
  await backhaul(['ingest'], { dataDir: store.dataDir, input: ndjson(more.lines) });
  const first = await store.sync();
  expect([3, 4]).toContain(first.code);
  expect(first.json<RunResult>()).toMatchObject({ planned: 20, failed: 20, quarantined: 0 });
  const second = await store.sync();
  expect([second.code, second.json<RunResult>().verified]).toEqual([3, false]);
  expect(second.json<RunResult>()).toMatchObject({ failed: 0, quarantined: 0 });
  const found = await cloudRows(cloud.sql, 'store_orphans');
  expect(found).toHaveLength(20);
});
