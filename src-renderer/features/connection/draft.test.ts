import { expect, test } from 'vitest';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import type { Fault } from '../../../src-main/contract/errors.ts';
import { draftFaults, faultField, fieldSentence } from './draft.ts';

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
  ['apiKey', fault('misconfigured'), 'powerfulKey'],
  ['apiKey', fault('unavailable'), 'keychain'],
  ['token', fault('unauthorized'), 'tokenRefused'],
  ['token', fault('misconfigured', { tokenLocation: 'store_2' }), 'tokenOther'],
  ['token', fault('invalid_input'), 'shape'],
  ['token', fault('internal'), 'other'],
] as const)('what is wrong with %s is said in one sentence', (field, given, sentence) => {
  expect(fieldSentence(field, given)).toBe(sentence);
});
