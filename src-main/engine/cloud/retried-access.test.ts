import { expect, test } from 'vitest';
import { BackhaulError } from '../../contract/errors.ts';
import { refusedAccess } from './cloud-access.ts';
import { retriedAccess } from './retried-access.ts';

const locked = new BackhaulError('unavailable', 'The keychain is locked.');

test('a way that could not be made is tried again by whoever asks, not at every question, until it is there', async () => {
  let nowMs = 0;
  let tries = 0;
  let open = false;
  const access = retriedAccess(
    locked,
    async () => {
      tries += 1;
      if (!open) throw locked;
      return { ...refusedAccess(locked), fault: null };
    },
    () => nowMs,
  );
  const ask = async (): Promise<[number, string | undefined]> => {
    await Promise.all([access.status(), access.status()]);
    return [tries, access.fault?.code];
  };
  expect(await ask()).toEqual([0, 'unavailable']);
  nowMs = 31_000;
  expect(await ask()).toEqual([1, 'unavailable']);
  expect(await ask()).toEqual([1, 'unavailable']);
  await expect(access.open('store_1', new AbortController().signal)).rejects.toBe(locked);
  open = true;
  nowMs = 62_000;
  expect(await ask()).toEqual([2, undefined]);
  nowMs = 200_000;
  expect(await ask()).toEqual([2, undefined]);
});
