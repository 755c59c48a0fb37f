import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { type SecretReply, secretRequest } from '../../contract/secret-messages.ts';
import { readEnvironment } from '../config/environment.ts';
import {
  fileSecrets,
  keychainSecrets,
  type ParentChannel,
  parentKeychain,
  readApiKey,
  type SecretStore,
  withKeptKey,
  writeApiKey,
} from './service.ts';

let box: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  box = temporaryFolder('secrets');
});
afterEach(() => box.remove());

/** The console's side of the messages, with its keychain open, locked or silent. */
function parent(): {
  readonly kept: Map<string, string>;
  readonly seen: string[];
  mood: 'open' | 'locked' | 'silent';
  readonly channel: ParentChannel;
} {
  const listeners: ((message: unknown) => void)[] = [];
  const reply = (message: SecretReply): void => {
    for (const listener of listeners) listener(message);
  };
  const self = {
    kept: new Map<string, string>(),
    seen: [] as string[],
    mood: 'open' as 'open' | 'locked' | 'silent',
    channel: {
      post(message: unknown) {
        const request = secretRequest.parse(message);
        self.seen.push(request.type);
        if (self.mood === 'silent') return;
        const head = { type: 'secret.reply', id: request.id } as const;
        if (self.mood === 'locked') return reply({ ...head, ok: false, reason: 'it is locked' });
        if (request.type === 'secret.write') self.kept.set(request.name, request.value);
        if (request.type === 'secret.clear') self.kept.delete(request.name);
        const value = request.type === 'secret.read' ? (self.kept.get(request.name) ?? null) : null;
        setImmediate(() => reply({ ...head, ok: true, value }));
      },
      onMessage: (listener: (message: unknown) => void) => void listeners.push(listener),
    },
  };
  return self;
}

const withKeychain = (of: ReturnType<typeof parent>): SecretStore =>
  keychainSecrets(box.path, parentKeychain(of.channel, 200));

const everythingOnDisk = (): string =>
  readdirSync(box.path)
    .map((name) => readFileSync(join(box.path, name), 'utf8'))
    .join('\n');

test('without a keychain a secret lies in a file that only its owner can read', async () => {
  const secrets = fileSecrets(box.path);
  expect([secrets.place('api-key'), await secrets.read('api-key')]).toEqual(['none', null]);
  await writeApiKey(secrets, 'sb_publishable_abc');
  expect([secrets.place('api-key'), await readApiKey(secrets)]).toEqual(['file', 'sb_publishable_abc']);
  expect(statSync(join(box.path, 'api-key.json')).mode & 0o777).toBe(0o600);
  await secrets.clear('api-key');
  expect([secrets.place('api-key'), await readApiKey(secrets)]).toEqual(['none', null]);
});

test('with a keychain nothing but a note reaches the disk', async () => {
  const console = parent();
  const secrets = withKeychain(console);
  await secrets.write('device-token', 'very-secret-token');
  expect([secrets.place('device-token'), await secrets.read('device-token')]).toEqual([
    'keychain',
    'very-secret-token',
  ]);
  expect(everythingOnDisk()).toBe('{"keptIn":"keychain"}\n');
  await secrets.clear('device-token');
  expect([secrets.place('device-token'), await secrets.read('device-token'), console.kept.size]).toEqual([
    'none',
    null,
    0,
  ]);
});

test('a secret in a plain file is moved into the keychain when one is there, also one that came later', async () => {
  const console = parent();
  for (const token of ['first-token', 'second-token']) {
    await fileSecrets(box.path).write('device-token', token);
    const secrets = withKeychain(console);
    expect(await secrets.read('device-token')).toBe(token);
    expect(console.kept.get('device-token')).toBe(token);
    expect(everythingOnDisk()).not.toContain(token);
    expect(await secrets.read('device-token')).toBe(token);
  }
});

test('a keychain that refuses or is silent takes no secret away and says what to do', async () => {
  const console = parent();
  await fileSecrets(box.path).write('device-token', 'plain-token');
  const secrets = withKeychain(console);
  console.mood = 'locked';
  expect(await secrets.read('device-token')).toBe('plain-token');
  expect(await fileSecrets(box.path).read('device-token')).toBe('plain-token');
  await expect(secrets.write('api-key', 'new')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/it is locked.*Nothing is lost.*unlock/),
  });
  expect(existsSync(join(box.path, 'api-key.json'))).toBe(false);
  console.mood = 'open';
  await secrets.read('device-token');
  console.mood = 'silent';
  await expect(secrets.read('device-token')).rejects.toMatchObject({ code: 'unavailable' });
});

test('an engine without the console says plainly that the secret is in its keychain', async () => {
  await withKeychain(parent()).write('device-token', 'token');
  const headless = fileSecrets(box.path);
  expect(headless.place('device-token')).toBe('elsewhere');
  await expect(headless.read('device-token')).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringMatching(/keychain.*records wait here.*cloud sign-in/),
  });
});

test('a key in the environment wins over the one that was kept', async () => {
  const secrets = fileSecrets(box.path);
  await writeApiKey(secrets, 'kept');
  const given = readEnvironment({ SUPABASE_ANON_KEY: 'given' });
  expect((await withKeptKey(given, secrets)).supabaseKey).toBe('given');
  expect((await withKeptKey(readEnvironment({}), secrets)).supabaseKey).toBe('kept');
  writeFileSync(join(box.path, 'api-key.json'), 'damaged');
  expect((await withKeptKey(readEnvironment({}), secrets)).supabaseKey).toBeNull();
});
