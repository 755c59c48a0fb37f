import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { openStorage, type Storage, writeSetting } from '../storage/service.ts';
import { lastVerification, rememberVerification } from './last-verification.ts';

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
  await rememberVerification(storage, agreed, at);
  expect(lastVerification(storage)).toEqual({ at: at.toISOString(), agrees: true });
  await marksBelongTo('supabase:https://b.supabase.co');
  expect(lastVerification(storage)).toBeNull();
});

test('one that notes no cloud is of the cloud that the marks belong to', async () => {
  const older = { at: at.toISOString(), agrees: false };
  await storage.transaction((db) => writeSetting(db, 'last_verification', JSON.stringify(older)));
  expect(lastVerification(storage)).toEqual(older);
});
