import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Ends when the disk under a data directory has answered: `reach-probe.ts DIR FILE…`. In a process of its own,
 * since one that waits for a dead disk or network folder cannot be ended.
 */
const [folder = '', ...names] = process.argv.slice(2);
if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  readdirSync(folder);
  for (const name of names) touch(join(folder, name));
}

function touch(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  const file = openSync(path, 'r');
  readSync(file, Buffer.alloc(4096));
  closeSync(file);
}
