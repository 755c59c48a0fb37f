import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import type { ConfigPatch } from '../../contract/config-shapes.ts';
import { BackhaulError } from '../../contract/errors.ts';
import { changeConfig } from './change-config.ts';
import { type ConfigSituation, describeConfig } from './describe-config.ts';
import { readEnvironment } from './environment.ts';
import { loadConfig } from './load-config.ts';

const folder = temporaryFolder('change-config');
const file = join(folder.path, 'config.json');
beforeEach(() => rmSync(file, { force: true }));
afterAll(() => folder.remove());

function situation(
  variables: Record<string, string> = {},
  fixedLocationId: string | null = null,
): ConfigSituation {
  const environment = readEnvironment(variables);
  return {
    dataDir: folder.path,
    environment,
    running: loadConfig(folder.path, environment),
    fixedLocationId,
  };
}

const entry = (of: ConfigSituation, key: string) => describeConfig(of).entries.find((one) => one.key === key);

function change(of: ConfigSituation, patch: Partial<ConfigPatch>): { restartNeeded: boolean } {
  return changeConfig(of, { values: {}, reset: [], ...patch }, (url) => {
    if (!url.startsWith('https:')) throw new BackhaulError('invalid_input', 'must begin with https://');
  });
}

function faults(of: ConfigSituation, patch: Partial<ConfigPatch>): unknown {
  const before = readText();
  try {
    change(of, patch);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/Nothing was/) });
    expect(readText()).toBe(before);
    return (error as BackhaulError).details?.faults;
  }
  throw new Error('it was taken');
}

function readText(): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

test('keys are changed, all others and the schema for editors stay, and a new file is for its owner only', () => {
  change(situation(), { values: { 'schedule.hourly': null } });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readText() ?? '')).toEqual({ schedule: { hourly: null } });

  writeFileSync(file, '{"$schema": "./s.json", "log": {"level": "debug"}, "sync": {"lanes": 4}}');
  const of = situation();
  expect(change(of, { values: { 'sync.lanes': 2, 'location.id': '店 1' } })).toEqual({ restartNeeded: true });
  expect(JSON.parse(readText() ?? '')).toEqual({
    $schema: './s.json',
    log: { level: 'debug' },
    sync: { lanes: 2 },
    location: { id: '店 1' },
  });
  expect(change(of, { values: { 'sync.lanes': 4 }, reset: ['location.id'] })).toEqual({
    restartNeeded: false,
  });
  expect(JSON.parse(readText() ?? '')).toMatchObject({ sync: { lanes: 4 } });
  expect(JSON.parse(readText() ?? '')).not.toHaveProperty('location');
});

test('a value that does not do is refused with its path and the reason, and nothing is written', () => {
  const of = situation();
  expect(faults(of, { values: { 'sync.lanes': 99, 'schedule.full': '0 25 * * *' } })).toEqual([
    { path: 'sync.lanes', reason: expect.stringMatching(/whole number from 1 to 16/) },
    { path: 'schedule.full', reason: expect.stringMatching(/Invalid value for hour/) },
  ]);
  expect(faults(of, { values: { 'sync.lane': 2 } })).toEqual([
    { path: 'sync.lane', reason: 'is not a known key; did you mean sync.lanes?' },
  ]);
  expect(faults(of, { values: { 'cloud.url': 'http://example.org' } })).toEqual([
    { path: 'cloud.url', reason: expect.stringMatching(/https/) },
  ]);
  expect(faults(of, { values: { 'cloud.url': 'https://u:secret-word@example.org' } })).toMatchObject([
    { path: 'cloud.url' },
  ]);
  expect(faults(of, { values: { 'health.openingHours': { open: '10:00', close: '10:00' } } })).toMatchObject([
    { path: 'health.openingHours' },
  ]);
});

test('what a variable says is shown as locked, with its name, and cannot be changed', () => {
  const of = situation({ BACKHAUL_SYNC_LANES: '3', SUPABASE_URL: 'https://a.supabase.co' });
  expect(entry(of, 'sync.lanes')).toMatchObject({
    value: 3,
    default: 12,
    source: 'environment',
    variable: 'BACKHAUL_SYNC_LANES',
    locked: true,
  });
  expect(faults(of, { values: { 'sync.lanes': 2 } })).toEqual([
    { path: 'sync.lanes', reason: expect.stringMatching(/BACKHAUL_SYNC_LANES/) },
  ]);
  expect(faults(of, { reset: ['cloud.url'] })).toMatchObject([{ path: 'cloud.url' }]);
  expect(entry(of, 'sync.attempts')).toMatchObject({ source: 'default', variable: null, locked: false });
});

test('the location cannot be changed once records have fixed it', () => {
  const of = situation({}, 'store_1');
  expect(entry(of, 'location.id')).toMatchObject({ locked: true });
  expect(faults(of, { values: { 'location.id': 'store_2' } })).toEqual([
    { path: 'location.id', reason: expect.stringMatching(/fixed.*store_1/) },
  ]);
  change(of, { values: { 'location.id': 'store_1' } });
});

test('a file at fault is left as it is and named', () => {
  const of = situation();
  writeFileSync(file, '{"sync": ');
  expect(describeConfig(of).faults).toMatchObject([{ reason: expect.stringMatching(/not JSON/) }]);
  expect(faults(of, { values: { 'sync.lanes': 2 } })).toMatchObject([
    { reason: expect.stringMatching(/not JSON/) },
  ]);
  rmSync(file);
});

test('no secret is shown that somebody has put there, and none is taken', () => {
  writeFileSync(
    file,
    JSON.stringify({ capture: { command: ['detector', '--camera', 'rtsp://admin:hunter22@10.0.0.3/1'] } }),
  );
  expect(JSON.stringify(describeConfig(situation()))).not.toContain('hunter22');
  expect(
    faults(situation(), { values: { 'capture.command': ['d', 'rtsp://admin:hunter22@10.0.0.3/1'] } }),
  ).toMatchObject([{ path: 'capture.command' }]);
});

test('a link to the file stays a link, and a folder that takes no file is told', () => {
  const target = join(folder.path, 'elsewhere.json');
  writeFileSync(target, '{}', { mode: 0o644 });
  symlinkSync(target, file);
  change(situation(), { values: { 'sync.lanes': 2 } });
  expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ sync: { lanes: 2 } });
  expect(statSync(target).mode & 0o777).toBe(0o644);
  rmSync(file);
  rmSync(target);
  if (process.getuid?.() === 0) return;
  chmodSync(folder.path, 0o500);
  expect(() => change(situation(), { values: { 'sync.lanes': 2 } })).toThrow(/cannot be written/);
  chmodSync(folder.path, 0o700);
});
