import { constants, type Stats } from 'node:fs';
import { access, lstat, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { critical, errorCode, errorText, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const untouched = 'No record can be taken there; what it holds is untouched.';

/** Whether the data directory is a folder that this user may use. */
export async function dataDirectory({ dataDir }: Patient): Promise<readonly Finding[]> {
  const stats = await stat(dataDir).catch((error: unknown) => errorCode(error) || 'unknown');
  if (typeof stats === 'string') return [await missing(dataDir, stats)];
  if (!stats.isDirectory()) {
    return [
      critical(
        `The data directory ${dataDir} is a file, not a folder. No record can be taken; the file is untouched.`,
        'Name another folder by --data-dir or BACKHAUL_DATA_DIR, or move the file away.',
        'configuration',
      ),
    ];
  }
  const closed = await closedTo(dataDir, stats);
  if (closed !== null) return [closed];
  const findings = [
    ...ownerOf(dataDir, stats),
    ...othersMayWrite(dataDir, stats),
    ...(await closedFiles(dataDir)),
    ...(await kindOfDisk(dataDir)),
  ];
  return findings.length > 0 ? findings : [fine(`${dataDir} can be read and written.`)];
}

async function missing(dataDir: string, code: string): Promise<Finding> {
  if (code === 'ENOENT' && (await lstat(dataDir).catch(() => null)) !== null) {
    return critical(
      `The data directory ${dataDir} is a link to a folder that is not there, perhaps on a disk that is not mounted. ${untouched}`,
      `Mount that disk, or correct the link (ls -l ${dataDir}).`,
    );
  }
  if (code !== 'ENOENT') {
    return critical(
      `The data directory ${dataDir} cannot be looked at (${code}). ${untouched}`,
      code === 'ENOTDIR'
        ? 'Part of the path is a file: name another folder by --data-dir or BACKHAUL_DATA_DIR.'
        : 'Run Backhaul as the user whom the folder belongs to, or open the folders above it.',
      code === 'ENOTDIR' ? 'configuration' : 'fault',
    );
  }
  const parent = await nearestFolder(dirname(dataDir));
  const reason = await access(parent, constants.W_OK | constants.X_OK).then(() => null, errorText);
  if (reason === null) return fine(`${dataDir} is not there yet; the first command that needs it makes it.`);
  return critical(
    `The data directory ${dataDir} is not there and cannot be made in ${parent}: ${reason}. No record can be taken.`,
    `Make it as an administrator and give it to this user (mkdir -p, chown), or choose another by --data-dir.`,
  );
}

async function nearestFolder(path: string): Promise<string> {
  if (dirname(path) === path || (await stat(path).catch(() => null)) !== null) return path;
  return nearestFolder(dirname(path));
}

async function closedTo(dataDir: string, { uid, mode }: Stats): Promise<Finding | null> {
  const code = await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => null,
    errorCode,
  );
  if (code === null) return null;
  if (code === 'EROFS') {
    return critical(
      `The disk under ${dataDir} is read-only, which Linux also does by itself after a disk fault. ${untouched}`,
      'Look at dmesg; where the disk is sound, make it writable again (mount -o remount,rw), else save the folder elsewhere first.',
    );
  }
  return critical(
    `This user may not use the data directory ${dataDir} (${code}): it belongs to user ${uid}, mode ${(mode & 0o777).toString(8)}. ${untouched}`,
    `Run Backhaul as the user whom it belongs to, or give it to this one: sudo chown -R "$(id -un)" ${dataDir} && chmod 700 ${dataDir}`,
  );
}

function ownerOf(dataDir: string, { uid, mode }: Stats): readonly Finding[] {
  const self = process.getuid?.();
  if (self === undefined) return [];
  if (uid !== self) {
    const who = self === 0 ? 'root' : `user ${self}`;
    return [
      warning(
        `${dataDir} belongs to user ${uid}, and this is ${who}: files made now would be closed to the other, whose engine could then not write. Nothing is lost.`,
        `Run Backhaul as user ${uid} only, or give the folder to ${who} with all that is in it (chown -R ${self} ${dataDir}).`,
      ),
    ];
  }
  if (self !== 0 || (mode & 0o200) !== 0) return [];
  return [
    warning(
      `${dataDir} is closed for writing to its owner (mode ${(mode & 0o777).toString(8)}); only root can use it.`,
      `chmod 700 ${dataDir}`,
    ),
  ];
}

function othersMayWrite(dataDir: string, { mode }: Stats): readonly Finding[] {
  if (process.platform === 'win32' || (mode & 0o022) === 0) return [];
  return [
    warning(
      `Other users of this computer may write in ${dataDir} (mode ${(mode & 0o777).toString(8)}), so they could change or remove records.`,
      `chmod 700 ${dataDir}`,
    ),
  ];
}

/** What must be writable besides the database, and what does not work where it is not. */
const besides: readonly (readonly [name: string, effect: string, level: typeof critical | typeof warning])[] =
  [
    ['engine.lock.db', 'so no engine starts', critical],
    ['local-cloud', 'so the local cloud cannot start and nothing is sent to it', critical],
    ['logs', 'so no log is kept', warning],
  ];

/** Left over from a start as another user. */
async function closedFiles(dataDir: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, effect, level] of besides) {
    const path = join(dataDir, name);
    const code = await access(path, constants.R_OK | constants.W_OK).then(() => null, errorCode);
    if (code === null || code === 'ENOENT') continue;
    const words = `${path} may not be written by this user (${code}), ${effect}. It was made by another user, perhaps by root; the records are untouched.`;
    findings.push(level(words, `sudo chown -R "$(id -un)" ${dataDir}`));
  }
  return findings;
}

/** File systems by their magic number in statfs(2). */
const disks: ReadonlyMap<number, readonly [string, string]> = new Map([
  [0x6969, ['on a network (NFS)', 'locks there are not reliable, so the database may be damaged']],
  [0xff534d42, ['on a network (CIFS)', 'locks there are not reliable, so the database may be damaged']],
  [0xfe534d42, ['on a network (SMB)', 'locks there are not reliable, so the database may be damaged']],
  [0x01021994, ['in memory (tmpfs)', 'everything in it is gone when the computer restarts']],
]);

async function kindOfDisk(dataDir: string): Promise<readonly Finding[]> {
  const disk = process.platform === 'linux' ? disks.get((await statfs(dataDir)).type) : undefined;
  if (disk === undefined) return [];
  const [where, effect] = disk;
  return [
    warning(
      `${dataDir} lies ${where}: ${effect}.`,
      'Choose a folder on a disk of this computer (--data-dir).',
    ),
  ];
}
