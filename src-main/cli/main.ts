import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { requireNode } from './require-node.ts';

requireNode();
// From a checkout Node strips the types of every file at each start; what it made once is kept with the packages,
// where only their owner can write, never in a folder that others share.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/backhaul', import.meta.url)));
const { runProgram } = await import('./program.ts').catch(explainMissingPackage);
await runProgram(process.argv.slice(2));

/** A folder without its packages, or with a part of them. */
function explainMissingPackage(error: unknown): never {
  const name = /Cannot find package '([^']+)'/.exec(String(error))?.[1];
  if (name === undefined) throw error;
  process.stderr.write(
    `backhaul: The package ${name} is not installed, so nothing can run. Records on disk are untouched. Run in the folder of Backhaul: npm ci\n`,
  );
  process.exit(1);
}
