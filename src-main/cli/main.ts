import { requireNode } from './require-node.ts';

requireNode();
const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
