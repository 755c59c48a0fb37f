import { createHash } from 'node:crypto';
import { constants, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { critical, errorCode, type Finding, fine, info, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Unix socket paths over 108 bytes fail; 100 leaves room (SPEC 3). */
const longestSocketPath = 100;

/** Where the engine listens, and whether it could. */
export async function sockets({ dataDir, environment }: Patient): Promise<readonly Finding[]> {
  if (process.platform === 'win32') return [fine('The engine listens on named pipes.')];
  const near = join(resolve(dataDir), 'bridge.sock');
  if (Buffer.byteLength(near) <= longestSocketPath) {
    const findings = [...openToOthers(join(dataDir, 'engine.sock')), ...inTheWay(dataDir)];
    return findings.length > 0 ? findings : [fine('The engine listens in the data directory.')];
  }
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  const base = environment.runtimeDir ?? join(tmpdir(), `backhaul-${process.getuid?.() ?? ''}`);
  const folder = join(base, name);
  const reason = await cannotUse(folder);
  if (reason === null) {
    return [
      info(
        `The path of the data directory is too long for a socket, so the engine listens in ${folder}; engine.json says where.`,
      ),
    ];
  }
  return [
    critical(
      `The path of the data directory is too long for a socket, and the folder that would take its place cannot be used: ${folder} (${reason}). No engine starts; the records are untouched.`,
      'Choose a data directory with a shorter path, or set XDG_RUNTIME_DIR to a folder of this user.',
    ),
  ];
}

async function cannotUse(folder: string): Promise<string | null> {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return dirname(folder) === folder ? 'there is none' : cannotUse(dirname(folder));
  if (!stats.isDirectory()) return 'it is a file';
  return access(folder, constants.W_OK | constants.X_OK).then(() => null, errorCode);
}

function openToOthers(path: string): readonly Finding[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isSocket() || (stats.mode & 0o077) === 0) return [];
  return [
    warning(
      `Other users of this computer may steer the engine by ${path} (mode ${(stats.mode & 0o777).toString(8)}).`,
      `chmod 600 ${path}, and restart the engine.`,
    ),
  ];
}

function inTheWay(dataDir: string): readonly Finding[] {
  return ['engine.sock', 'bridge.sock']
    .map((name) => join(dataDir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .map((path) =>
      critical(
        `${path} is a folder where the engine's socket should be, so no engine starts.`,
        `rmdir ${path}`,
      ),
    );
}
