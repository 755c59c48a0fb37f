import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';

test('a process that closes while an answer is on its way to it ends as it should', async () => {
  const folder = temporaryFolder('reader');
  const path = join(folder.path, 'some.db');
  new Database(path).exec('CREATE TABLE one (n)').close();
  const module = new URL('./background-reader.ts', import.meta.url).href;
  const script = `
    const { createBackgroundReader } = await import(${JSON.stringify(module)});
    const reader = createBackgroundReader(${JSON.stringify(path)});
    await reader.tryAll('SELECT 1', []);
    reader.tryAll('SELECT 2', []).catch(() => undefined);
    // The thread answers while this one does not listen.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    await reader.close();`;
  const file = join(folder.path, 'closes.mjs');
  writeFileSync(file, script);
  const child = spawn(process.execPath, [file], { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  folder.remove();
});
