import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Port } from '../contract/client.ts';
import { saveDiagnostics } from './diagnostics-bundle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diagnostics-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const engineWith = (files: readonly { name: string; text: string }[]): Port => ({
  call: async (name) =>
    name === 'diagnostics.collect'
      ? { ok: true, value: { files } }
      : { ok: false, fault: { code: 'not_found', message: name } },
  subscribe: () => () => undefined,
});

test('the bundle is a zip of all texts, large ones too, for its owner alone', async () => {
  const files = [
    { name: 'doctor.json', text: '{"level":"ok"}' },
    { name: 'logs/engine.log', text: '{"time":"2026-01-02","message":"同步"}\n'.repeat(100_000) },
    { name: 'empty.txt', text: '' },
  ];
  const path = join(folder, 'bundle.zip');
  await saveDiagnostics(engineWith(files), path);
  const found = unzipSync(readFileSync(path));
  expect(Object.entries(found).map(([name, bytes]) => ({ name, text: strFromU8(bytes) }))).toEqual(files);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a bundle that cannot be written is a fault that says why', async () => {
  await expect(saveDiagnostics(engineWith([]), join(folder, 'no', 'bundle.zip'))).rejects.toMatchObject({
    code: 'invalid_input',
  });
});
