import { expect, test } from 'vitest';
import { classifyFailure } from './classify.ts';

async function wordsOf(url: string): Promise<string> {
  const error = await fetch(url, { redirect: 'error' }).catch((thrown: unknown) => thrown);
  return classifyFailure(error).message;
}

test('why nothing answers is said in plain words, not in those of the runtime', async () => {
  expect(await wordsOf('http://127.0.0.1:1/')).not.toMatch(/fetch failed|bad port/);
  expect(await wordsOf('http://127.0.0.1:9/')).toBe('this port is not one for a web address');
  expect(await wordsOf('http://127.0.0.1:59999/')).toBe('nothing listens at this address');
  expect(await wordsOf('http://nowhere.invalid/')).toBe('the name in the address cannot be found');
});

test.each([
  ['CERT_HAS_EXPIRED', /clock/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /not trusted/],
  ['UND_ERR_CONNECT_TIMEOUT', /in time/],
  ['ECONNRESET', /cut off/],
  ['UND_ERR_INVALID_ARG', /no connection/],
])('%s', (code, words) => {
  const cause = Object.assign(new Error('words of the runtime'), { code });
  expect(classifyFailure(new TypeError('fetch failed', { cause }))).toMatchObject({
    kind: 'network',
    code,
    message: expect.stringMatching(words),
  });
});
