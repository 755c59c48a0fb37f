import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { readEnvironment } from './environment.ts';
import { loadConfig } from './load-config.ts';

const folder = temporaryFolder('config');
afterEach(() => writeFileSync(join(folder.path, 'config.json'), '{}'));

function load(text: string, variables: Record<string, string> = {}): ReturnType<typeof loadConfig> {
  writeFileSync(join(folder.path, 'config.json'), text);
  return loadConfig(folder.path, readEnvironment(variables));
}

test('every key has a default', () => {
  expect(load('{}')).toMatchObject({
    capture: { batchSize: 100, flushIntervalMs: 250 },
    sync: { batchSize: 1000 },
    cloud: { url: null },
  });
  expect(loadConfig(join(folder.path, 'nowhere'), readEnvironment({})).log.level).toBe('info');
});

test('each fault is named with its path and reason', () => {
  const text = '{"capture": {"batchSize": "many"}, "location": {"timezone": "Moon/Sea"}, "colour": 1}';
  for (const fault of [
    /capture\.batchSize: /,
    /location\.timezone: is not a known IANA time zone/,
    /colour/,
  ]) {
    expect(() => load(text)).toThrow(fault);
  }
});

test('what is no JSON says where', () => {
  expect(() => load('{"capture": }')).toThrow(/is not JSON: Unexpected token/);
  expect(() => load('[]')).toThrow('the whole file');
});

test('the environment wins over the file', () => {
  const config = load('{"cloud": {"url": "https://file.example"}}', {
    SUPABASE_URL: 'https://environment.example',
    BACKHAUL_LOCATION_ID: 'store_9',
  });
  expect(config.cloud.url).toBe('https://environment.example');
  expect(config.location.id).toBe('store_9');
});

test('relative paths start where the command was called, through npm or directly', () => {
  expect(readEnvironment({ npm_lifecycle_event: 'backhaul', INIT_CWD: '/elsewhere' }).callerDir).toBe(
    '/elsewhere',
  );
  expect(readEnvironment({ npm_lifecycle_event: 'test', INIT_CWD: '/elsewhere' }).callerDir).toBe(
    process.cwd(),
  );
});
