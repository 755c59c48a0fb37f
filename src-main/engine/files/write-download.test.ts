import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { writeDownload } from './write-download.ts';

const folder = temporaryFolder('download');
afterAll(() => folder.remove());

const write = (path: string): Promise<void> => writeDownload(path, (file) => file.writeFile('content'));

test('a file that cannot be written is named as it was given, with the reason, and nothing is left behind', async () => {
  writeFileSync(join(folder.path, 'file'), 'old');
  for (const [path, reason] of [
    [join(folder.path, 'nowhere', 'day.csv'), 'its folder does not exist'],
    [join(folder.path, 'file', 'day.csv'), 'what should be its folder is a file'],
    [folder.path, 'it is a folder'],
    ['/dev/null', 'it is a device, not a file'],
  ] as const)
    await expect(write(path)).rejects.toMatchObject({
      code: 'invalid_input',
      message: `${path} cannot be written: ${reason}. Nothing was written; name another file.`,
    });
  await write(join(folder.path, 'file'));
  expect(readFileSync(join(folder.path, 'file'), 'utf8')).toBe('content');
  expect(readdirSync(folder.path)).toEqual(['file']);
});
