import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BackupFile } from '../../../contract/backup-calls.ts';
import { readFileHeader } from '../file-header.ts';
import { applicationId } from '../open-database.ts';

/** Where the backups of a database lie. */
export function backupFolder(databasePath: string): string {
  return join(dirname(databasePath), 'backups');
}

/** One is made each day: older than this and something keeps it from being made. */
export const backupIsStaleAfterMs = 3 * 24 * 60 * 60_000;

/** What every name in the folder begins with: `<folder>/detection_data.db`. */
export function backupStem(databasePath: string): string {
  return join(backupFolder(databasePath), basename(databasePath));
}

/** Whole backups of a database of ours, the newest first; an unfinished one has another name. */
export function listBackups(databasePath: string): readonly BackupFile[] {
  const folder = backupFolder(databasePath);
  if (!existsSync(folder)) return [];
  const prefix = `${basename(databasePath)}.backup-`;
  return readdirSync(folder)
    .flatMap((name) => {
      const stamp = name.startsWith(prefix)
        ? /^(\d{8}T\d{6}Z)(-\d+)?$/.exec(name.slice(prefix.length))
        : null;
      const path = join(folder, name);
      const bytes = stamp === null ? null : sizeOfBackup(path);
      return bytes === null ? [] : [{ name, path, bytes, createdAt: isoOf(stamp?.[1] ?? '') }];
    })
    .sort((a, b) => b.name.localeCompare(a.name, 'en', { numeric: true }));
}

/** Null for what cannot be one, whatever its name says: another file, or the beginning of one. */
function sizeOfBackup(path: string): number | null {
  try {
    const { size } = statSync(path);
    const { isSqlite, applicationId: ownedBy, pages, pageSize } = readFileHeader(path);
    return isSqlite && ownedBy === applicationId && size >= pages * (pageSize ?? Infinity) ? size : null;
  } catch {
    return null;
  }
}

export const unfinishedBackup = (databasePath: string): string =>
  `${backupStem(databasePath)}.unfinished-backup`;

/** What a process that ended in mid-backup left would take the room that the next one needs. */
export function removeUnfinished(path: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(path + end, { force: true });
}

/** `20260110T153000Z` */
function isoOf(stamp: string): string {
  return stamp.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6.000Z');
}
