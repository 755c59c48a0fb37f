import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasStandIn, prepareStandIn, standInVersion } from './electron-stand-in.ts';

/** An Electron that can be run, and where it comes from. */
export interface ElectronRuntime {
  readonly executable: string;
  readonly version: string;
  readonly origin: 'override' | 'official' | 'stand-in';
}

const packageFolder = join(import.meta.dirname, '..', 'node_modules', 'electron');
const probeMs = 5_000;
const downloadMs = 10 * 60_000;

/**
 * Finds an Electron to run: `BACKHAUL_ELECTRON`, else the official build in node_modules, else its official
 * download, else (Linux x64) the stand-in. Throws where none can be had, with what to do.
 * @param say takes the lines for the console; they go to standard error unless told otherwise
 */
export async function resolveElectron(
  say: (line: string) => void = (line) => console.error(`electron: ${line}`),
): Promise<ElectronRuntime> {
  const override = process.env.BACKHAUL_ELECTRON;
  if (override) {
    if (!existsSync(override)) throw new Error(`BACKHAUL_ELECTRON names ${override}, which is not there`);
    return { executable: override, version: versionBeside(override), origin: 'override' };
  }
  const present = officialBuild();
  if (present) return present;
  say('the official build is not in node_modules; trying its download');
  if ((await canReachDownloads()) && (await download())) {
    const fetched = officialBuild();
    if (fetched) return fetched;
  }
  if (!hasStandIn()) {
    throw new Error(
      'Electron cannot be downloaded and there is no stand-in for this platform. ' +
        'Run "npx install-electron" with access to its download, or set BACKHAUL_ELECTRON to an Electron executable.',
    );
  }
  const executable = await prepareStandIn(say);
  say(
    `its download cannot be reached: using a stand-in, Electron ${standInVersion}, for development and tests only`,
  );
  return { executable, version: standInVersion, origin: 'stand-in' };
}

function officialBuild(): ElectronRuntime | undefined {
  const pointer = join(packageFolder, 'path.txt');
  if (!existsSync(pointer)) return undefined;
  const executable = join(packageFolder, 'dist', readFileSync(pointer, 'utf8').trim());
  if (!existsSync(executable)) return undefined;
  return { executable, version: versionBeside(executable), origin: 'official' };
}

function versionBeside(executable: string): string {
  const file = join(dirname(executable), 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : 'unknown';
}

async function canReachDownloads(): Promise<boolean> {
  if (process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror) return true;
  try {
    await fetch('https://github.com/electron/electron/releases', {
      method: 'HEAD',
      signal: AbortSignal.timeout(probeMs),
    });
    return true;
  } catch {
    return false;
  }
}

async function download(): Promise<boolean> {
  const child = spawn(process.execPath, [join(packageFolder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: downloadMs,
  });
  return await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

/**
 * The switches Electron needs on this machine: without Chromium's process sandbox as root, or where
 * unprivileged user namespaces are closed and the executable's own helper is not installed setuid.
 * The renderer's `sandbox: true` (no Node, isolated world) holds either way.
 */
export async function sandboxSwitches(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  if (process.getuid?.() === 0) return ['--no-sandbox'];
  const child = spawn('unshare', ['--user', 'true'], { stdio: 'ignore' });
  const open = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
  return open ? [] : ['--no-sandbox'];
}

if (import.meta.main) {
  const runtime = await resolveElectron();
  console.log(runtime.executable);
}
