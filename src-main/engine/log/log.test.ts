import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { createLogFile } from './log-file.ts';
import { createLogger } from './logger.ts';

const folder = temporaryFolder('log');
afterAll(() => folder.remove());

const small = { largestBytes: 100, olderFiles: 3 };
const at = new Date('2025-12-13T06:35:00Z');

function logged(secrets: readonly string[], write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(
    createLogger(
      'debug',
      () => at,
      (line) => void lines.push(line),
      secrets,
    ),
  );
  return lines.join('');
}

test('a line is JSON with its time, level and fields; below the level nothing is written', () => {
  const lines: string[] = [];
  const log = createLogger(
    'warn',
    () => at,
    (line) => void lines.push(line),
  );
  log.info('quiet');
  log.warn('loud', { batches: 3, reason: null });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: '2025-12-13T06:35:00.000Z', level: 'warn', message: 'loud', batches: 3, reason: null },
  ]);
});

test('the folder is made closed to others, the file has mode 0600, also one that was open before', () => {
  const path = join(folder.path, 'logs', 'engine.log');
  createLogFile(path)('one\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder.path, 'logs')).mode & 0o777).toBe(0o700);
  chmodSync(path, 0o644);
  createLogFile(path)('two\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
});

test('a file that would grow too large becomes an older one, of which three are kept', () => {
  const path = join(folder.path, 'rotated', 'engine.log');
  const write = createLogFile(path, small);
  for (let number = 0; number < 12; number += 1) write(`${String(number).padStart(39, '0')}\n`);
  const firsts = ['', '.1', '.2', '.3'].map((suffix) =>
    Number(readFileSync(`${path}${suffix}`, 'utf8').slice(0, 39)),
  );
  expect(firsts).toEqual([10, 8, 6, 4]);
  expect(readdirSync(join(folder.path, 'rotated')).length).toBe(4);
  expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  write(`${'x'.repeat(500)}\n`);
  expect(statSync(path).size).toBe(501);
});

test('of processes that write at the same time no line is lost, torn or written over', async () => {
  const path = join(folder.path, 'crowd', 'engine.log');
  const script = `import { createLogFile } from ${JSON.stringify(fileURLToPath(new URL('./log-file.ts', import.meta.url)))};
    const write = createLogFile(${JSON.stringify(path)}, { largestBytes: 20000, olderFiles: 40 });
    for (let n = 0; n < 2000; n += 1) write(process.argv[1] + ' ' + n + ' ' + 'x'.repeat(n % 90) + '\\n');`;
  const run = (name: string): Promise<number | null> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, name], {
        stdio: 'inherit',
      });
      child.on('close', resolve);
    });
  expect(await Promise.all(['a', 'b', 'c'].map(run))).toEqual([0, 0, 0]);
  const files = readdirSync(join(folder.path, 'crowd'));
  expect(files.length).toBeGreaterThan(10);
  const lines = files.flatMap((name) =>
    readFileSync(join(folder.path, 'crowd', name), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
  expect(new Set(lines).size).toBe(6000);
  expect(lines.every((line) => /^[abc] \d+ x*$/.test(line))).toBe(true);
});

test('of processes that begin at the same moment none loses its first line', async () => {
  const beginAt = Date.now() + 400;
  const folders = Array.from({ length: 60 }, (_, index) => join(folder.path, `first-${index}`));
  const script = `import { createLogFile } from ${JSON.stringify(fileURLToPath(new URL('./log-file.ts', import.meta.url)))};
    while (Date.now() < ${beginAt});
    for (const path of ${JSON.stringify(folders)}) createLogFile(path + '/engine.log')(process.argv[1] + '\\n');`;
  const run = (name: string) =>
    once(spawn(process.execPath, ['--input-type=module', '-e', script, name], { stdio: 'inherit' }), 'close');
  await Promise.all(['a', 'b'].map(run));
  const lost = folders.filter((path) => readFileSync(join(path, 'engine.log'), 'utf8').length !== 4);
  expect(lost).toEqual([]);
});

test('a rotation that a killed process left behind holds nobody up for long', () => {
  const path = join(folder.path, 'abandoned', 'engine.log');
  const write = createLogFile(path, small);
  write(`${'a'.repeat(90)}\n`);
  writeFileSync(`${path}.rotating`, '');
  write(`${'b'.repeat(90)}\n`);
  expect(existsSync(`${path}.1`)).toBe(false);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${path}.rotating`, longAgo, longAgo);
  write('c\n');
  write('d\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^a+\nb+\nc\n$/);
  expect(readFileSync(path, 'utf8')).toBe('d\n');
});

test('a log that cannot be written stops nothing, and goes on when it can', () => {
  const path = join(folder.path, 'blocked', 'engine.log');
  writeFileSync(join(folder.path, 'blocked'), 'a file in the way');
  const write = createLogFile(path);
  expect(() => write('lost\n')).not.toThrow();
  const folderInPlace = join(folder.path, 'in-place.log');
  mkdirSync(folderInPlace);
  expect(() => createLogFile(folderInPlace)('lost\n')).not.toThrow();
});

test('known secrets reach no line, wherever they stand and however they are written', () => {
  const secrets = ['pass"word/1', 'kq8-local-key'];
  const text = logged(secrets, (log) => {
    log.error(`it failed with pass"word/1`, { error: new Error('Bearer kq8-local-key refused').message });
    log.warn(`postgres said no to ${encodeURIComponent('pass"word/1')}`);
  });
  expect(text).not.toMatch(/word\/1|word%2F1|kq8/);
  expect(text).toContain('[hidden]');
});

test.each([
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiJ9.c2VjcmV0LXNpZ25hdHVyZQ',
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoi',
  'sb_secret_c2VjcmV0LXNpZ25hdHVyZQ',
  'sb_publishable_c2VjcmV0LXNpZ25hdHVyZQ',
  'postgres://postgres:c2VjcmV0@db.example:5432/postgres',
  'postgresql://postgres:c2V/jcm@V0@db.example:5432/postgres',
  'https://user:c2VjcmV0@project.example/rest/v1',
  'Authorization: Bearer c2VjcmV0LXNpZ25hdHVyZQ',
  '{"apikey":"c2VjcmV0LXNpZ25hdHVyZQ"}',
  'password=c2VjcmV0',
])('what looks like a secret is taken out unasked: %s', (secret) => {
  const text = logged([], (log) => log.error(`before ${secret} after`, { error: secret }));
  expect(text).not.toMatch(/c2V|jcm|V0@|J9\.|signature/);
  expect(text).toMatch(/before .*\[hidden\].* after/);
});

test('addresses and ordinary words stay as they are', () => {
  const words =
    'uploaded 70 of 70 to https://project.example:8443/rest/v1 for token bucket, key camera_35@store';
  expect(JSON.parse(logged([], (log) => log.info(words))).message).toBe(words);
});
