import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { backhaul, type CommandResult } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('config-command');
afterAll(() => folder.remove());

interface Check {
  readonly ok: boolean;
  readonly path: string;
  readonly faults: readonly { readonly path: string; readonly reason: string }[];
  readonly warnings: readonly { readonly path: string; readonly reason: string }[];
}

interface Print {
  readonly exists: boolean;
  readonly config: { readonly sync: Record<string, unknown>; readonly cloud: { readonly url: string } };
  readonly sources: Record<string, string>;
  readonly secrets: Record<string, string>;
}

function box(name: string, text?: string): { dataDir: string; run: Run } {
  const dataDir = join(folder.path, name);
  if (text !== undefined) {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'config.json'), text);
  }
  return { dataDir, run: (args, env = {}) => backhaul(args, { dataDir, env }) };
}

type Run = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<CommandResult>;

test('config print shows each value and where it comes from, and secrets only as set or not set', async () => {
  const { run } = box(
    'print',
    '{"sync": {"lanes": 2}, "cloud": {"url": "https://me:hunter22@file.example"}}',
  );
  const env = {
    BACKHAUL_SYNC_ATTEMPTS: '7',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_abcdefgh',
    BACKHAUL_DEVICE_TOKEN: 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYSJ9.sig',
  };
  const result = await run(['config', 'print', '--json'], env);
  const value = result.json<Print>();
  expect([result.code, value.exists]).toEqual([0, true]);
  expect(value.config.sync).toMatchObject({ lanes: 2, attempts: 7, batchSize: 1000 });
  expect(value.sources).toMatchObject({
    'sync.lanes': 'config.json',
    'sync.attempts': 'BACKHAUL_SYNC_ATTEMPTS',
    'sync.batchSize': 'default',
  });
  expect(value.secrets).toMatchObject({
    SUPABASE_PUBLISHABLE_KEY: 'set',
    BACKHAUL_DEVICE_TOKEN: 'set',
    BACKHAUL_DB_URL: 'not set',
  });
  const people = await run(['config', 'print'], env);
  expect(people.stdout).toMatch(/sync\.attempts +7 +BACKHAUL_SYNC_ATTEMPTS/);
  expect(result.stdout + people.stdout).not.toMatch(/abcdefgh|eyJ|hunter22/);
});

test('config check ends with 0 where all is well, also where there is nothing yet, and makes nothing', async () => {
  const { run } = box('nowhere');
  const result = await run(['config', 'check', '--json']);
  expect([result.code, result.json<Check>()]).toMatchObject([0, { ok: true, faults: [], warnings: [] }]);
  expect(readdirSync(folder.path)).not.toContain('nowhere');
});

test('config check names every fault of the file, the variables and the cloud, and ends with 2', async () => {
  const { dataDir, run } = box('faulty', '{"sync": {"lane": 2}, "deviceToken": "abcdefgh"}');
  const env = {
    BACKHAUL_SYNC_BATCH_SIZE: 'many',
    BACKHAUL_SYNC_BATCHSIZE: '5',
    SUPABASE_URL: 'http://project.example',
  };
  const result = await run(['config', 'check', '--json'], env);
  const value = result.json<Check>();
  expect([result.code, value.ok, value.path]).toEqual([2, false, join(dataDir, 'config.json')]);
  expect(value.faults.map(({ path }) => path)).toEqual([
    'BACKHAUL_SYNC_BATCH_SIZE',
    'sync.lane',
    'deviceToken',
    'cloud.url',
  ]);
  expect(value.warnings.map(({ path }) => path)).toEqual(['BACKHAUL_SYNC_BATCHSIZE']);
  const people = await run(['config', 'check'], env);
  expect(people.stdout).toMatch(/not valid[\s\S]*did you mean sync\.lanes\?[\s\S]*BACKHAUL_DEVICE_TOKEN/);
  expect(result.stdout + people.stdout).not.toContain('abcdefgh');
  const status = await run(['status'], env);
  expect([status.code, status.stderr]).toEqual([2, expect.stringContaining('did you mean sync.lanes?')]);
});

test('config schema prints the JSON Schema, and the flag of the command wins over the variable', async () => {
  const schema = await backhaul(['config', 'schema', '--json']);
  expect(schema.json()).toMatchObject({ type: 'object', properties: { sync: { type: 'object' } } });
  const { dataDir, run } = box('flag', '{"log": {"level": "warn"}}');
  const printed = await run(['config', 'print', '--json'], { BACKHAUL_DATA_DIR: '/nowhere' });
  expect(printed.json<{ dataDir: string }>().dataDir).toBe(dataDir);
});
