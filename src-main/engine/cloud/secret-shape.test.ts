import { expect, test } from 'vitest';
import { BackhaulError } from '../../contract/errors.ts';
import { refuseImpossibleKey, refuseImpossibleToken } from './secret-shape.ts';

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.signature`;
}

const anon = jwt({ role: 'anon' });
const device = jwt({ role: 'authenticated', app_metadata: { location_id: 'store_1' } });
const service = jwt({ role: 'service_role' });

/** The details of a refusal, null where it was taken; no refusal repeats what was typed. */
function refusal(work: () => void, typed: string): unknown {
  try {
    work();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(BackhaulError);
    expect((error as BackhaulError).message).not.toContain(typed);
    return { code: (error as BackhaulError).code, ...(error as BackhaulError).details };
  }
}

test.each([
  ['sb_publishable_x', null],
  [anon, null],
  ['密钥', { code: 'invalid_input', field: 'apiKey', shape: 'characters' }],
  ['sb_publishable_ é', { code: 'invalid_input', field: 'apiKey', shape: 'characters' }],
  ['garbage', { code: 'invalid_input', field: 'apiKey', shape: 'shape' }],
  ['sb_publishable_%', { code: 'invalid_input', field: 'apiKey', shape: 'shape' }],
  ['eyJhbGciOiJIUzI1NiJ9.cut', { code: 'invalid_input', field: 'apiKey', shape: 'shape' }],
  [device, { code: 'invalid_input', field: 'apiKey', shape: 'swapped' }],
  ['sb_secret_0123456789', { code: 'misconfigured', field: 'apiKey' }],
  [service, { code: 'misconfigured', field: 'apiKey' }],
])('a key is refused for what it is: %s', (key, expected) => {
  expect(refusal(() => refuseImpossibleKey(key), key)).toEqual(expected);
});

test.each([
  ['abcdefghijkl', null],
  ['V3JpdHRlbl9ieV9hX2Nsb3Vk-_', null],
  [device, null],
  ['令牌', { code: 'invalid_input', field: 'token', shape: 'characters' }],
  ['garbage', { code: 'invalid_input', field: 'token', shape: 'shape' }],
  ['one.two.three', { code: 'invalid_input', field: 'token', shape: 'shape' }],
  ['sb_publishable_0123456789', { code: 'invalid_input', field: 'token', shape: 'swapped' }],
  [anon, { code: 'invalid_input', field: 'token', shape: 'swapped' }],
  ['sb_secret_0123456789', { code: 'misconfigured', field: 'token' }],
])('a token is refused for what it is: %s', (token, expected) => {
  expect(refusal(() => refuseImpossibleToken(token, 'store_1'), token)).toEqual(expected);
});

test('a token of another store is refused with the store that it names', () => {
  expect(refusal(() => refuseImpossibleToken(device, 'store_2'), device)).toEqual({
    code: 'misconfigured',
    field: 'token',
    tokenLocation: 'store_1',
  });
  expect(refusal(() => refuseImpossibleToken(device, null), device)).toBeNull();
});
