import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { insertDivisionState, openTestBox, targetOf } from '../../../../e2e/support/test-box.ts';
import { startTestCloud, type TestCloud } from '../../../../e2e/support/test-cloud.ts';
import { adminConnectionString } from '../../local-cloud/service.ts';
import { migrationNames } from '../migrate.ts';
import { type CloudCheck, type CloudSession, checkCloud, createCloudAccess } from '../service.ts';
import { checkDatabase } from './check-cloud.ts';
import { emptyProject, olderProject, sparseProject, storesProject } from './older-project-fixture.ts';

let cloud: TestCloud;
let session: CloudSession;
const signal = new AbortController().signal;

beforeAll(async () => {
  cloud = await startTestCloud();
  session = await sessionOf('store_1');
});
afterAll(() => cloud.close());

async function sessionOf(locationId: string, readOnly = false): Promise<CloudSession> {
  const access = createCloudAccess({
    dataDir: cloud.dataDir,
    target: {
      ...(await targetOf(cloud, locationId)),
      deviceToken: await cloud.token(locationId, { readOnly }),
    } as never,
    requestTimeoutMs: 20_000,
    now: () => new Date(),
    respectHold: false,
  });
  return access.open(locationId, signal);
}

const check = (): Promise<CloudCheck> => checkCloud(session, signal, { locationId: 'store_1' });
const direct = async (): Promise<CloudCheck> => checkDatabase(await adminConnectionString(cloud.dataDir));
const told = ({ findings }: CloudCheck): string[] => findings.map(({ name, table }) => `${name} ${table}`);

/** PostgREST takes a moment to read the schema anew. */
async function untilChecked(isDone: (found: CloudCheck) => boolean): Promise<CloudCheck> {
  let found = await check();
  await vi.waitFor(
    async () => {
      found = await check();
      expect(isDone(found), JSON.stringify(found.findings.map(({ problem }) => problem))).toBe(true);
    },
    { timeout: 45_000, interval: 200 },
  );
  return found;
}

async function change(sql: string): Promise<void> {
  await cloud.sql(`${sql}; notify pgrst, 'reload schema'`);
}

test('a cloud with all migrations is in order, through the API and directly', async () => {
  const nothing = { ok: true, lookedThrough: 'catalogs', findings: [], sql: '' };
  expect(await check()).toEqual(nothing);
  expect(await direct()).toEqual(nothing);
});

test.each([
  [
    'create policy nope on "ASE_sessions" as restrictive for insert to authenticated with check (false)',
    ['policy ASE_sessions'],
    /drop policy if exists "nope" on public."ASE_sessions"/,
  ],
  [
    `create or replace function backhaul_location() returns text language sql stable as 'select ''store_2'''`,
    ['function backhaul_location'],
    /create or replace function public.backhaul_location\(\)/,
  ],
  [
    'alter table "ASE_sync_status" drop column verdict',
    ['column ASE_sync_status'],
    /add column if not exists "verdict" text/,
  ],
  [
    'revoke update on "ASE_sessions" from authenticated',
    ['grant ASE_sessions'],
    /grant select, insert, update on table public."ASE_sessions" to authenticated/,
  ],
  [
    'grant delete on "ASE_videos" to authenticated',
    ['grant ASE_videos'],
    /revoke all on table public."ASE_videos"/,
  ],
  ['grant select on "ASE_videos" to anon', ['grant ASE_videos'], /revoke all on table public."ASE_videos"/],
  [
    'revoke select on "ASE_red_share_overall" from authenticated',
    ['grant ASE_red_share_overall'],
    /grant select/,
  ],
  ['revoke select on backhaul_migrations from authenticated', ['grant backhaul_migrations'], /grant select/],
  [
    'revoke execute on function backhaul_verify from authenticated',
    ['grant backhaul_verify'],
    /grant execute on function public.backhaul_verify\(p_location text/,
  ],
  [
    'drop function backhaul_session_fingerprints',
    ['function backhaul_session_fingerprints'],
    /create or replace function public.backhaul_session_fingerprints/,
  ],
  [
    'drop view "ASE_red_share_overall"',
    ['view ASE_red_share_overall'],
    /create or replace view public."ASE_red_share_overall"/,
  ],
  [
    'alter view "ASE_session_spans" set (security_invoker = false)',
    ['view ASE_session_spans'],
    /security_invoker = true/,
  ],
  [
    'alter table "ASE_sync_status" disable row level security',
    ['row_level_security ASE_sync_status'],
    /enable row level security/,
  ],
  ['drop policy backhaul_update on "ASE_cameras"', ['policy ASE_cameras'], /create policy backhaul_update/],
  [
    'drop policy backhaul_read on "ASE_cameras"; create policy backhaul_read on "ASE_cameras" for select using (true)',
    ['policy ASE_cameras'],
    /create policy backhaul_read/,
  ],
  [
    'create policy "all of it" on "ASE_cameras" using (true)',
    ['policy ASE_cameras'],
    /drop policy if exists "all of it"/,
  ],
  [
    'create unique index stray on "ASE_cameras" (camera_id)',
    ['extra_key ASE_cameras'],
    /drop index public."stray"/,
  ],
  [
    'alter table "ASE_division_states" add unique (session_id, camera_id, frame_number)',
    ['extra_key ASE_division_states'],
    /drop constraint "ASE_division_states_session_id_camera_id_frame_number_key"/,
  ],
  ['drop trigger backhaul_touch on "ASE_videos"', ['trigger ASE_videos'], /create or replace trigger/],
  [
    'alter table "ASE_videos" drop column fps',
    ['column ASE_videos'],
    /add column if not exists "fps" double precision/,
  ],
  [
    'alter table "ASE_videos" add column shop integer not null',
    ['not_null ASE_videos'],
    /alter column "shop" drop not null/,
  ],
  [
    'alter table "ASE_videos" alter column resolution type integer using 0',
    ['column_type ASE_videos'],
    /alter column "resolution" type text/,
  ],
  [
    `alter table "ASE_sync_status" add check (status in ('success'))`,
    ['check ASE_sync_status'],
    /drop constraint/,
  ],
  [
    'alter table "ASE_camera_rois" drop constraint "ASE_camera_rois_location_id_camera_id_fkey"',
    ['foreign_key ASE_camera_rois'],
    /references public."ASE_cameras"/,
  ],
  [
    `delete from backhaul_migrations where name = '0004_purge'`,
    ['migration null'],
    /function public.backhaul_purge/,
  ],
  [
    'drop table "ASE_camera_rois"',
    ['table ASE_camera_rois'],
    /create table if not exists public."ASE_camera_rois"/,
  ],
  [
    'alter table "ASE_table_states" drop constraint "ASE_table_states_location_id_session_id_camera_id_frame_num_key"',
    ['key ASE_table_states'],
    /add unique \("location_id", "session_id", "camera_id", "frame_number", "table_id"\)/,
  ],
  [
    'revoke usage on schema public from authenticated, public',
    ['grant null'],
    /grant usage on schema public/,
  ],
])('%s: found, and its SQL mends it', async (sql, names, repair) => {
  await change(sql);
  const found = await untilChecked(({ ok }) => !ok);
  if (!sql.includes('schema public')) expect(told(found)).toEqual(names);
  expect(told(await direct())).toEqual(names);
  expect(found.sql).toMatch(repair);
  expect(found.findings.map((one) => one.sql).join('\n')).toMatch(repair);
  await cloud.sql(found.sql);
  await untilChecked(({ ok }) => ok);
  expect((await direct()).findings).toEqual([]);
});

test('without the function that reads the catalogs the API itself is asked', async () => {
  await change(
    'drop function backhaul_schema; revoke insert on "ASE_cameras" from authenticated; alter table "ASE_videos" drop column fps cascade, drop column resolution; alter table "ASE_table_states" drop constraint "ASE_table_states_location_id_session_id_camera_id_frame_num_key"; drop function backhaul_verify; drop table "ASE_sync_status"; revoke select on "ASE_red_share_overall" from authenticated',
  );
  const found = await untilChecked(({ findings }) => findings.length >= 8);
  expect(found.lookedThrough).toBe('api');
  expect(told(found).sort()).toEqual([
    'column ASE_videos',
    'column ASE_videos',
    'function backhaul_schema',
    'function backhaul_verify',
    'grant ASE_cameras',
    'grant ASE_red_share_overall',
    'key ASE_table_states',
    'table ASE_sync_status',
  ]);
  await cloud.sql(found.sql);
  const after = await untilChecked(({ lookedThrough }) => lookedThrough === 'catalogs');
  expect(after.findings).toEqual([]);
});

test('a token that may only read, of another store or without one is a finding', async () => {
  const reader = await sessionOf('store_1', true);
  expect(await checkCloud(reader, signal)).toMatchObject({
    ok: false,
    findings: [{ name: 'token', sql: '', problem: expect.stringMatching(/may only read/) }],
  });
  expect(await checkCloud(session, signal, { locationId: 'store_2' })).toMatchObject({
    findings: [{ name: 'token', problem: expect.stringMatching(/"store_1", this box is "store_2"/) }],
  });
});

/** Makes the cloud another project, prints the SQL that brings it into shape, and runs it. */
async function mend(project: string, how: string): Promise<void> {
  await cloud.sql(project);
  await vi.waitFor(async () => expect((await check()).lookedThrough).toBe('api'), { timeout: 45_000 });
  const isOfAnotherMake = ({ findings }: CloudCheck): boolean => findings.some(({ name }) => name === 'key');
  const found = how === 'directly' ? await direct() : await untilChecked(isOfAnotherMake);
  await cloud.sql(found.sql);
  const after = await untilChecked(({ lookedThrough }) => lookedThrough === 'catalogs');
  expect([after.findings, (await direct()).findings]).toEqual([[], []]);
}

async function syncTwoStores(): Promise<void> {
  for (const locationId of ['store_1', 'store_2']) {
    const box = await openTestBox(cloud, { locationId });
    try {
      insertDivisionState(box, 50_000, { session_id: '20251213_143500_camera_35' });
      const run = await box.run();
      expect([run.status, run.error, run.failed, run.quarantined]).toEqual(['success', null, 0, 0]);
    } finally {
      await box.close();
    }
  }
}

const perLocation = (table: string): Promise<{ place: string; n: number }[]> =>
  cloud.sql(`select location_id as place, count(*)::int as n from "${table}" group by 1 order by 1`);

describe.each(['through the API', 'directly'])('the SQL that is printed %s', (how) => {
  test('brings the tables of older scripts into shape: their rows stay, and two stores can send', async () => {
    await mend(olderProject, how);
    expect(await perLocation('ASE_table_states')).toEqual([{ place: 'store_1', n: 2 }]);
    expect(await cloud.sql('select * from "ASE_table_states_copies"')).toHaveLength(2);
    expect(await perLocation('ASE_cameras')).toEqual([{ place: 'store_1', n: 2 }]);
    expect(await cloud.sql('select is_active from "ASE_locations"')).toEqual([{ is_active: true }]);
    const [state] = await cloud.sql<{ at: Date }>(
      'select timestamp_recorded as at from "ASE_division_states"',
    );
    expect(state?.at.toISOString()).toBe('2025-12-13T06:35:01.500Z');
    await syncTwoStores();
  });

  test('makes everything in a project that has nothing', async () => {
    await cloud.sql(`${emptyProject} notify pgrst, 'reload schema'`);
    await vi.waitFor(async () => expect((await check()).lookedThrough).toBe('api'), { timeout: 45_000 });
    const isEmpty = ({ findings }: CloudCheck): boolean =>
      findings.filter(({ name }) => name === 'table').length === 12;
    const found = how === 'directly' ? await direct() : await untilChecked(isEmpty);
    const names = (await migrationNames()).map((name) => `The migration ${name} has not been applied.`);
    expect(
      found.findings.filter(({ migration }) => migration === null).map(({ problem }) => problem),
    ).toEqual(names);
    await cloud.sql(found.sql);
    expect((await untilChecked(({ lookedThrough }) => lookedThrough === 'catalogs')).findings).toEqual([]);
    await syncTwoStores();
  });

  test('keeps rows that name no location where no device sees them', async () => {
    await mend(sparseProject, how);
    expect(await perLocation('ASE_division_states')).toEqual([{ place: 'unassigned', n: 1 }]);
    await syncTwoStores();
    expect(await perLocation('ASE_cameras')).toEqual(
      ['store_1', 'store_2', 'unassigned'].map((place) => ({ place, n: 1 })),
    );
  });

  test('tells stores apart by their cameras, and leaves dashboards as they were', async () => {
    await mend(storesProject, how);
    expect(await perLocation('ASE_table_states')).toEqual(
      ['store_a', 'store_b'].map((place) => ({ place, n: 1 })),
    );
    expect(await cloud.sql('select * from newest')).toEqual([{ states: 2, frame: '2' }]);
    const [grants] = await cloud.sql(`select has_table_privilege('analyst', 'newest', 'select') as reads,
      has_table_privilege('analyst', 'newest', 'insert') as writes, to_regclass('nightly_key') is not null as index`);
    expect(grants).toEqual({ reads: true, writes: false, index: true });
    await syncTwoStores();
  });
});
