import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { openStorage, type Storage, writeSetting } from '../storage/service.ts';
import {
  comparisonOwed,
  coverageFromNow,
  lastVerification,
  rememberVerification,
} from './last-verification.ts';

const at = new Date('2026-11-22T03:00:00Z');
const agreed = { agrees: true, streams: [], repaired: 0, accepted: 0 };
let folder: ReturnType<typeof temporaryFolder>;
let storage: Storage;
beforeEach(async () => {
  folder = temporaryFolder('last-verification');
  storage = await openStorage(folder.path, { locationId: 'store_1', timeZone: null, now: () => at });
});
afterEach(async () => {
  await storage.close();
  folder.remove();
});

const marksBelongTo = (cloud: string) => storage.transaction((db) => writeSetting(db, 'cloud', cloud));

test('a comparison speaks of the cloud it was made against and of no other', async () => {
  await marksBelongTo('supabase:https://a.supabase.co');
  await rememberVerification(storage, agreed, at, coverageFromNow(storage, true));
  expect(lastVerification(storage)).toEqual({ at: at.toISOString(), agrees: true });
  await marksBelongTo('supabase:https://b.supabase.co');
  expect(lastVerification(storage)).toBeNull();
});

test('one that notes no cloud is of the cloud that the marks belong to', async () => {
  const older = { at: at.toISOString(), agrees: false };
  await storage.transaction((db) => writeSetting(db, 'last_verification', JSON.stringify(older)));
  expect(lastVerification(storage)).toEqual(older);
});

const comesBack = (token: string) =>
  storage.transaction((db) => writeSetting(db, 'whole_comparison_owed', token));
const compare = async (whole: boolean, meanwhile: () => Promise<void> = async () => {}) => {
  const coverage = coverageFromNow(storage, whole);
  await meanwhile();
  await rememberVerification(storage, agreed, at, coverage);
  return comparisonOwed(storage);
};

test('what comes back from a damaged file is owed until a comparison of all that begins later', async () => {
  expect(await compare(true)).toBe(false);
  await comesBack('first');
  expect(await compare(false)).toBe(true);
  expect(await compare(true, () => comesBack('second'))).toBe(true);
  expect(await compare(true)).toBe(false);
});
