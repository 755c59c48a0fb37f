import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { carriesToken, readOrMakeToken, tokenFileName } from './token.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder('token');
});
afterEach(() => folder.remove());

test('a token is made once, for its owner alone, and stays the same', async () => {
  const path = join(folder.path, tokenFileName);
  const [first, other] = await Promise.all([readOrMakeToken(folder.path), readOrMakeToken(folder.path)]);
  expect([other, readFileSync(path, 'utf8')]).toEqual([first, `${first}\n`]);
  chmodSync(path, 0o644);
  expect(await readOrMakeToken(folder.path)).toBe(first);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a token that is damaged opens nothing: another takes its place', async () => {
  for (const damaged of ['', '\n', 'short', 'a b', '\0'.repeat(44)]) {
    writeFileSync(join(folder.path, tokenFileName), damaged);
    const token = await readOrMakeToken(folder.path);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(carriesToken(`Bearer ${damaged.trim()}`, token)).toBe(false);
    expect(carriesToken(`Bearer ${token}`, token)).toBe(true);
  }
});
