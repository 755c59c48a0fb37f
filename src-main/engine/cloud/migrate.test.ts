import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryDataDir } from '../local-cloud/cloud-under-test.ts';
import { adminConnectionString, type LocalCloudLease, openLocalCloud } from '../local-cloud/service.ts';
import { findResources, migrateCloud, migrationNames } from './migrate.ts';
import { postgresOptions } from './postgres-connection.ts';

const folder = temporaryDataDir();
let lease: LocalCloudLease;
let admin: string;

beforeAll(async () => {
  lease = await openLocalCloud(folder.dataDir, {});
  admin = await adminConnectionString(folder.dataDir);
}, 30_000);

afterAll(async () => {
  await lease.close();
  folder.remove();
});

/** An empty database of the same server, with what the prelude gives, as a new project has it. */
async function freshDatabase(name: string): Promise<string> {
  await run(admin, `create database ${name} template template0`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  await run(
    url.href,
    `create schema auth; create function auth.jwt() returns jsonb language sql stable as $$ select '{}'::jsonb $$`,
  );
  return url.href;
}

async function run(connectionString: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

test('an empty project gets every migration once, in order, also when two apply them at the same time', async () => {
  const target = await freshDatabase('empty_project');
  const told: string[] = [];
  const both = await Promise.all([
    migrateCloud(target, { onApplied: (name) => told.push(name) }),
    migrateCloud(target, { onApplied: (name) => told.push(name) }),
  ]);
  expect(told).toEqual(await migrationNames());
  expect(both.map((outcome) => outcome.applied.length).sort()).toEqual([0, told.length]);
});

test('tables of the older scripts are left as they are, and the answer says what to run', async () => {
  const target = await freshDatabase('older_project');
  await run(target, 'create table "ASE_cameras" (camera_id text primary key, location_id text)');
  const failure = await migrateCloud(target, {}).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'rejected', details: { file: '0001_schema' } });
  expect(String(failure)).toContain('ALTER TABLE public."ASE_cameras" RENAME TO "ASE_cameras_older"');
  await run(target, 'ALTER TABLE public."ASE_cameras" RENAME TO "ASE_cameras_older"');
  expect((await migrateCloud(target, {})).applied).toEqual(await migrationNames());
});

test('a file that fails leaves nothing of itself, and the files before it stay', async () => {
  const target = await freshDatabase('broken_project');
  const resourcesDir = join(folder.dataDir, 'resources');
  mkdirSync(resourcesDir);
  cpSync(findResources(import.meta.url), resourcesDir, { recursive: true });
  const broken = 'create table half_done (); select no_such_function();';
  writeFileSync(join(resourcesDir, 'supabase', 'migrations', '9999_broken.sql'), broken);
  await expect(migrateCloud(target, { resourcesDir })).rejects.toMatchObject({
    details: { file: '9999_broken' },
  });
  const half = await run(
    target,
    "select to_regclass('half_done') as half, count(*)::int as files from backhaul_migrations",
  );
  expect(half.rows).toEqual([{ half: null, files: (await migrationNames()).length }]);
});

test('an address that is none, one that nobody answers and a wrong password each say so, without the secret', async () => {
  await expect(migrateCloud('mysql://x', {})).rejects.toMatchObject({ code: 'misconfigured' });
  const nobody = 'postgresql://postgres:hush-hush@127.0.0.1:9/postgres';
  await expect(migrateCloud(nobody, {})).rejects.toMatchObject({ code: 'unavailable' });
  const wrong = new URL(admin);
  wrong.password = 'hush-hush';
  const failure = await migrateCloud(wrong.href, {}).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'unauthorized' });
  expect(String(failure)).not.toContain('hush-hush');
});

test('beyond this computer the connection is encrypted, and nobody can forbid it', () => {
  const hosted = 'postgresql://postgres:secret@db.example.com:5432/postgres';
  expect(postgresOptions(hosted).ssl).toEqual({ rejectUnauthorized: false });
  expect(postgresOptions(`${hosted}?sslmode=verify-full`).ssl).toBeUndefined();
  expect(() => postgresOptions(`${hosted}?sslmode=disable`)).toThrow(/TLS/);
  expect(postgresOptions('postgresql://postgres:secret@127.0.0.1:5432/postgres').ssl).toBeUndefined();
});
