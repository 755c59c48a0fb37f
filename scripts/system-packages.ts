import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a test run needs from the distribution, each with the names it has had over the releases. */
const needed: readonly (readonly string[])[] = [
  ['xvfb'],
  ['xauth'],
  ['libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3'],
  ['libasound2t64', 'libasound2'],
  ['libgbm1'],
  ['libxss1'],
  ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  ['libdrm2'],
  ['fonts-wqy-microhei'],
  // a store script of another language, and the list of processes
  ['python3'],
  ['procps'],
  // faults: system calls, clocks that are wrong, and a look at both databases with their own programs
  ['strace'],
  ['faketime'],
  ['sqlite3'],
  ['postgresql-client'],
];

/** How it went: everything there, or the one command that brings what lacks. */
export type SystemPackages =
  | { readonly ready: true; readonly installed: readonly string[] }
  | { readonly ready: false; readonly problem: string };

/**
 * Makes sure that the system can run the window tests (a virtual display, the libraries Electron loads, a Chinese
 * font) and the tests of faults (programs that trace, set a clock wrong and read a database). On Debian and its
 * kin, as root or with `CI=1`, what lacks is installed; otherwise the answer names the one command that does.
 * Other Linux systems are only checked for the virtual display.
 */
export async function ensureSystemPackages(say: (line: string) => void): Promise<SystemPackages> {
  if (process.platform !== 'linux') return { ready: true, installed: [] };
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-query')) return checkForeignSystem();
  const missing = needed.filter((names) => !names.some(isInstalled));
  if (missing.length === 0) return { ready: true, installed: [] };
  const prefix = installPrefix();
  if (!prefix) {
    return {
      ready: false,
      problem: `packages of the system are missing; install them with:\n\n  ${adviceFor(missing)}\n`,
    };
  }
  say(`installing from the distribution: ${missing.map((names) => names.at(-1)).join(' ')}`);
  return await install(missing, prefix);
}

function checkForeignSystem(): SystemPackages {
  const found = spawnSync('Xvfb', ['-help'], { stdio: 'ignore' });
  if (!found.error) return { ready: true, installed: [] };
  return {
    ready: false,
    problem:
      'Xvfb is not installed. Install it, GTK 3, NSS, ALSA, GBM, libXScrnSaver, a Chinese font, strace, faketime, sqlite3 and psql with the package manager of this system.',
  };
}

function isInstalled(name: string): boolean {
  const query = spawnSync('dpkg-query', ['-s', name], { encoding: 'utf8', env: plainEnvironment() });
  return query.status === 0 && /^Status: install ok installed$/m.test(query.stdout);
}

/** The words before apt-get: none as root, sudo without a question with CI=1, otherwise not at all. */
function installPrefix(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  if (process.env.CI !== '1' && process.env.CI !== 'true') return undefined;
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
    ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive']
    : undefined;
}

function adviceFor(missing: readonly (readonly string[])[]): string {
  const names = missing.map(availableName).join(' ');
  return `sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${names}'`;
}

/** The name under which this release has a package: the newest it knows, else the oldest. */
function availableName(names: readonly string[]): string {
  return names.find(isAvailable) ?? names.at(-1) ?? '';
}

function isAvailable(name: string): boolean {
  const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: plainEnvironment() });
  return policy.status === 0 && /Candidate: (?!\(none\))/.test(policy.stdout);
}

function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}

async function install(
  missing: readonly (readonly string[])[],
  prefix: readonly string[],
): Promise<SystemPackages> {
  const updated = await runQuietly([...prefix, 'apt-get', 'update', '-q']);
  const names = missing.map(availableName);
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  const installed = await runQuietly([...prefix, 'apt-get', 'install', ...options, ...names]);
  if (installed.code === 0) return { ready: true, installed: names };
  return {
    ready: false,
    problem:
      `the distribution's packages could not be installed.\n${updated.code === 0 ? '' : updated.output}` +
      `${installed.output}\nOnce that is mended, this installs them:\n\n  ${adviceFor(missing)}\n`,
  };
}

async function runQuietly(command: readonly string[]): Promise<{ code: number | null; output: string }> {
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  return { code, output };
}

if (import.meta.main) {
  const result = await ensureSystemPackages((line) => console.log(line));
  if (result.ready) console.log('everything the tests need from the system is installed');
  else {
    console.error(result.problem);
    process.exitCode = 1;
  }
}
