import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const schema = z.object({ name: z.string().default('none') });
const now = (): Date => new Date('2026-01-02T03:04:05Z');
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'json-file-'));
  path = join(folder, 'deeper', 'small.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a small file', () => {
  it('gives the defaults while there is none, and what was written after that', async () => {
    expect(readJsonFile(path, schema, now)).toEqual({ value: { name: 'none' }, setAside: null });
    await writeJsonFile(path, { name: 'plaza' });
    expect(readJsonFile(path, schema, now).value).toEqual({ name: 'plaza' });
  });

  it('is for its owner alone and leaves no draft behind', async () => {
    await writeJsonFile(path, { name: 'plaza' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deeper'))).toEqual(['small.json']);
  });

  for (const damaged of ['', '{"name":', '[]', '{"name": 7}', 'null']) {
    it(`is kept aside when it holds ${JSON.stringify(damaged)}, and begun anew`, async () => {
      await writeJsonFile(path, {});
      writeFileSync(path, damaged);
      const read = readJsonFile(path, schema, now);
      expect(read.value).toEqual({ name: 'none' });
      expect(readFileSync(read.setAside ?? '', 'utf8')).toBe(damaged);
      expect(readJsonFile(path, schema, now).setAside).toBeNull();
    });
  }
});
