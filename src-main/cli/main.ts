import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { requireNode } from './require-node.ts';

requireNode();
// From a checkout Node strips the types of every file at each start; what it made once is kept with the packages,
// where only their owner can write, never in a folder that others share.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/backhaul', import.meta.url)));
const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
