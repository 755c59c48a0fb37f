import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packages = createRequire(import.meta.url);

/**
 * The Node that runs the engine where Electron's own cannot: the one that is installed with the
 * product, else `node` of the PATH (which must be 22.14 or newer).
 */
export function nodeBinary(): string {
  for (const name of [`node-${process.platform}-${process.arch}`, 'node']) {
    try {
      return join(dirname(packages.resolve(`${name}/package.json`)), 'bin', 'node');
    } catch {
      // not installed on this platform
    }
  }
  return 'node';
}
