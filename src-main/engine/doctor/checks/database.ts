import { constants, type Stats } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { DatabaseFacts } from '../database-look.ts';
import { critical, errorCode, type Finding, fine, info, sizeText, warning } from '../finding.ts';
import { applicationId, latestSchema } from '../known-schema.ts';
import type { Patient } from '../patient.ts';
import { freeBytes } from './free-bytes.ts';
import { unreadable } from './unreadable-database.ts';

/** Whether the database file can be opened and written, and whether this version can use it. */
export async function database(patient: Patient): Promise<readonly Finding[]> {
  const path = patient.databasePath;
  const stats = await stat(path).catch((error: unknown) => errorCode(error) || 'unknown');
  if (typeof stats === 'string') return [await absent(path, stats)];
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'no ordinary file';
    return [
      critical(
        `${path} is ${what}, where the database should be. No record can be stored.`,
        'Move it away; the database is made by itself.',
      ),
    ];
  }
  if (stats.size === 0) return [fine(`${path} is still empty; the first record makes it a database.`)];
  const look = await patient.database();
  if (look.state === 'unreadable') return [unreadable(path, look, await backupsBeside(path))];
  const { bufferMegabytes } = patient.configuration.usable.health;
  const findings = [
    ...(await writable(path, stats)),
    ...(look.state === 'read' ? await versionOf(path, look.facts, stats.size) : []),
    ...tooLarge(path, stats.size, bufferMegabytes),
  ];
  return findings.length > 0 ? findings : [fine(`${path} can be read and written, ${sizeText(stats.size)}.`)];
}

async function absent(path: string, code: string): Promise<Finding> {
  if (code !== 'ENOENT') {
    return critical(
      `${path} cannot be looked at (${code}), so no record can be stored or sent. It is untouched.`,
      'Mend what "data-directory" says first.',
    );
  }
  const journal = await stat(`${path}-wal`).catch(() => null);
  if (journal !== null && journal.size > 0) {
    return critical(
      `${path} is gone, but its journal ${basename(path)}-wal is still there: the file was moved or removed while it was in use. Records may be in that journal only.`,
      'Start nothing. Put the database back beside its journal, then run "backhaul doctor" again.',
    );
  }
  const [backup] = await backupsBeside(path);
  if (backup === undefined) return fine('There is no database yet; the first record makes it.');
  return warning(
    `There is no database, but there is a backup of one (${backup}): someone may have moved it. A new, empty one would be made.`,
    `Put the database back, or copy the backup to ${path}, before anything is started.`,
  );
}

async function backupsBeside(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => name.startsWith(`${basename(path)}.backup-`))
    .sort()
    .reverse();
}

async function writable(path: string, { mode, uid }: Stats): Promise<readonly Finding[]> {
  for (const name of [path, `${path}-wal`, `${path}-shm`]) {
    const code = await access(name, constants.R_OK | constants.W_OK).then(() => null, errorCode);
    if (code === null || code === 'ENOENT') continue;
    return [
      critical(
        `${name} may not be written by this user (${code}). No new record can be stored; what is in it is safe.`,
        `Give it back its permission: sudo chown "$(id -un)" ${path}* && chmod 600 ${path}*`,
      ),
    ];
  }
  if (process.getuid?.() !== 0 || (mode & 0o200) !== 0) return [];
  return [
    warning(
      `${path} is marked read-only (mode ${(mode & 0o777).toString(8)}, user ${uid}). Root can write it all the same, the store's own user cannot: then no new record is stored. What is in it is safe.`,
      `chmod u+w ${path}`,
    ),
  ];
}

async function versionOf(path: string, facts: DatabaseFacts, size: number): Promise<readonly Finding[]> {
  const version = facts.applicationId === applicationId ? facts.userVersion : 0;
  if (version > latestSchema) {
    return [
      critical(
        `${path} was written by a newer version of Backhaul (schema ${version}, this version knows ${latestSchema}). This version leaves it alone, so nothing is taken or sent.`,
        'Install the newer version again.',
      ),
    ];
  }
  if (version === latestSchema) return [];
  const free = await freeBytes(dirname(path));
  const needed = size + ((await stat(`${path}-wal`).catch(() => null))?.size ?? 0);
  if (free > needed) {
    return [
      info(
        `${path} is of an earlier version. The next start makes a backup beside it (${sizeText(needed)}) and brings it forward; nothing is lost.`,
      ),
    ];
  }
  return [
    critical(
      `${path} is of an earlier version and must be backed up before it is brought forward; that needs ${sizeText(needed)} and ${sizeText(free)} are free. Until then it is opened for reading only: no new record is stored, what is in it is safe.`,
      'Free some space on this disk and start again.',
    ),
  ];
}

function tooLarge(path: string, size: number, bufferMegabytes: number): readonly Finding[] {
  if (size <= bufferMegabytes * 1024 * 1024) return [];
  return [
    warning(
      `${path} has ${sizeText(size)}, more than ${sizeText(bufferMegabytes * 1024 * 1024)}: records are not being sent or not being deleted afterwards. Nothing is lost.`,
      'See "backhaul status" for what waits, sync it (backhaul sync --mode full), then "backhaul cleanup"; or raise health.bufferMegabytes.',
    ),
  ];
}
