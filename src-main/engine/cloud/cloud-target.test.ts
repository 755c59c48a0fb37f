import { expect, test } from 'vitest';
import { cloudTarget } from './cloud-target.ts';
import { mayOnlyRead, tokenLocation } from './token-claims.ts';

function token(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.signature`;
}

const device = token({ role: 'authenticated', app_metadata: { location_id: 'store_1' } });
const anon = token({ role: 'anon' });

test('without a project it is the local cloud', () => {
  expect(cloudTarget({ url: null, apiKey: null, deviceToken: null })).toEqual({ kind: 'local' });
});

test('old anon keys and publishable keys both serve', () => {
  for (const apiKey of [anon, 'sb_publishable_abc']) {
    expect(cloudTarget({ url: 'https://x.supabase.co/', apiKey, deviceToken: device })).toMatchObject({
      url: 'https://x.supabase.co',
      apiKey,
    });
  }
});

test('plain http is refused unless it stays on this computer', () => {
  const settings = { apiKey: anon, deviceToken: device };
  for (const url of [
    'http://x.supabase.co',
    'http://10.0.0.1:80',
    'http://127.0.0.1.example.com',
    'ftp://x',
    'nonsense',
  ]) {
    expect(() => cloudTarget({ ...settings, url })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  }
  for (const url of ['http://127.0.0.1:54321', 'http://localhost:1', 'http://[::1]:1']) {
    expect(cloudTarget({ ...settings, url }).kind).toBe('supabase');
  }
});

test('a page about a project is refused with the address of the project itself', () => {
  const url = 'https://supabase.com/dashboard/project/abcdefghijkl/settings/api';
  expect(() => cloudTarget({ url, apiKey: anon, deviceToken: device })).toThrow(
    /https:\/\/abcdefghijkl\.supabase\.co/,
  );
});

test('a project without a key is refused with what to set, one without a token may have been signed in to', () => {
  const url = 'https://x.supabase.co';
  expect(() => cloudTarget({ url, apiKey: null, deviceToken: device })).toThrow(/SUPABASE_ANON_KEY/);
  expect(cloudTarget({ url, apiKey: anon, deviceToken: null })).toMatchObject({ deviceToken: '' });
});

test('a service or secret key is refused, as the key and as the token', () => {
  const url = 'https://x.supabase.co';
  const service = token({ role: 'service_role' });
  for (const apiKey of [service, 'sb_secret_abc']) {
    expect(() => cloudTarget({ url, apiKey, deviceToken: device })).toThrow(
      expect.objectContaining({ code: 'misconfigured' }),
    );
    expect(() => cloudTarget({ url, apiKey: anon, deviceToken: apiKey })).toThrow(
      expect.objectContaining({ code: 'misconfigured' }),
    );
  }
});

test('a key or token that no request can carry is refused as that, not taken for a fault of the network', () => {
  const url = 'https://x.supabase.co';
  for (const settings of [
    { apiKey: '密钥', deviceToken: device },
    { apiKey: anon, deviceToken: '令牌' },
  ])
    expect(() => cloudTarget({ ...settings, url })).toThrow(
      expect.objectContaining({ code: 'misconfigured', message: expect.stringMatching(/copy it once more/) }),
    );
});

test('the words of a refusal never hold the key', () => {
  const secret = 'sb_secret_very_private';
  try {
    cloudTarget({ url: 'https://x.supabase.co', apiKey: secret, deviceToken: device });
  } catch (error) {
    expect(String(error)).not.toContain('very_private');
  }
});

test('a token names its location', () => {
  expect(tokenLocation(device)).toBe('store_1');
  expect(tokenLocation('no token')).toBeNull();
});

test('a token that says read_only anything but a plain false may only read', () => {
  const said = (read_only: unknown): boolean => mayOnlyRead(token({ app_metadata: { read_only } }));
  for (const value of [true, 'true', 'yes', 1, {}]) expect(said(value)).toBe(true);
  for (const value of [false, 'false', null, undefined]) expect(said(value)).toBe(false);
  expect([mayOnlyRead(device), mayOnlyRead('no token')]).toEqual([false, false]);
});
