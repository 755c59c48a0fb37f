import { expect, test } from 'vitest';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import type { Fault } from '../../../src-main/contract/errors.ts';
import { draftFaults, faultField, fieldSentence, trialOf } from './draft.ts';

const draft = { kind: 'supabase', url: 'https://a.supabase.co', apiKey: '', token: '' } as const;
const withKey = { key: { kind: 'publishable', source: 'keychain' } } as CloudDetails;
const fault = (code: Fault['code'], details: Fault['details'] = {}): Fault => ({
  code,
  message: '',
  details,
});

test('a project needs an address, and a key unless the box has one', () => {
  expect(Object.keys(draftFaults({ ...draft, url: ' ' }, null))).toEqual(['url', 'apiKey']);
  expect(draftFaults(draft, withKey)).toEqual({});
  expect(draftFaults({ ...draft, apiKey: 'sb_publishable_x' }, null)).toEqual({});
  expect(draftFaults({ ...draft, kind: 'local', url: '' }, null)).toEqual({});
  expect(Object.keys(draftFaults({ ...draft, apiKey: 'a b', token: 'c\nd' }, null))).toEqual([
    'apiKey',
    'token',
  ]);
});

test('a fault is shown at the field that the engine names', () => {
  expect(faultField(fault('misconfigured', { field: 'apiKey' }))).toBe('apiKey');
  expect(faultField(fault('invalid_input', { faults: [{ path: 'cloud.url', reason: '' }] }))).toBe('url');
  expect(faultField(fault('unavailable'))).toBeNull();
});

test.each([
  [
    'url',
    fault('invalid_input', {
      faults: [{ path: 'cloud.url', reason: 'comes from SUPABASE_URL, which wins over the file' }],
    }),
    'locked',
  ],
  ['url', fault('invalid_input'), 'url'],
  ['url', fault('invalid_input', { dashboard: true }), 'dashboard'],
  ['apiKey', fault('invalid_input', { shape: 'characters' }), 'characters'],
  ['apiKey', fault('invalid_input', { shape: 'shape' }), 'keyShape'],
  ['apiKey', fault('invalid_input', { shape: 'swapped' }), 'keySwapped'],
  ['token', fault('invalid_input', { shape: 'shape' }), 'tokenShape'],
  ['token', fault('invalid_input', { shape: 'swapped' }), 'tokenSwapped'],
  ['apiKey', fault('misconfigured'), 'powerfulKey'],
  ['apiKey', fault('unavailable'), 'keychain'],
  ['token', fault('unauthorized'), 'tokenRefused'],
  ['token', fault('misconfigured', { tokenLocation: 'store_2' }), 'tokenOther'],
  ['token', fault('invalid_input'), 'shape'],
  ['token', fault('internal'), 'other'],
] as const)('what is wrong with %s is said in one sentence', (field, given, sentence) => {
  expect(fieldSentence(field, given)).toBe(sentence);
});

test('what stands in the form is tried, and the running project only where nothing else stands there', () => {
  const running = { kind: 'supabase', url: 'https://a.supabase.co' } as CloudDetails;
  expect(trialOf({ ...draft, kind: 'local' }, null)).toBeNull();
  expect(trialOf({ ...draft, url: 'https://a.supabase.co/' }, running)).toBeNull();
  const kept = { apiKey: null, token: null };
  expect(trialOf(draft, null)).toEqual({ url: draft.url, ...kept });
  expect(trialOf({ ...draft, url: 'https://b.supabase.co' }, running)).toEqual({
    url: 'https://b.supabase.co',
    ...kept,
  });
  expect(trialOf({ ...draft, token: ' t ' }, running)).toEqual({ url: draft.url, apiKey: null, token: 't' });
});
