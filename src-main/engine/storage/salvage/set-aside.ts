import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../../files/sync-to-disk.ts';
import { stampedName } from '../stamped-name.ts';

const companions = ['-wal', '-shm', '-journal'] as const;
const mark = 'damaged';

/**
 * Renames a database and what lies beside it to `<name>.damaged-<UTC stamp>`; an older one is never overwritten and
 * nothing is deleted. Interrupted, it is completed by `completeSettingAside`. @returns the new path
 */
export function setAside(path: string, now: Date): string {
  const target = setAsidePath(path, now);
  if (existsSync(path)) renameSync(path, target);
  moveCompanions(path, target);
  syncFolder(dirname(path));
  return target;
}

/**
 * A journal without its database: either setting it aside was interrupted, then it follows the newest damaged file, or
 * the database was taken away from it. SQLite would delete it together with the only copy of what it holds.
 * @returns the path of the damaged file it belongs to now, null where there is none such
 */
export function completeSettingAside(path: string, now: Date): string | null {
  const main = statSync(path, { throwIfNoEntry: false });
  const journal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if ((main?.size ?? 0) > 0 || (journal?.size ?? 0) === 0) return null;
  const newest = setAsideNames(path).at(-1);
  const target = newest === undefined ? null : join(dirname(path), newest);
  const hasOwn = (statSync(`${target}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (target === null || hasOwn) return setAside(path, now);
  moveCompanions(path, target);
  syncFolder(dirname(path));
  return target;
}

/** What the database is called when it is set aside at that time. */
export function setAsidePath(path: string, now: Date): string {
  return stampedName(path, mark, now, companions);
}

function moveCompanions(path: string, target: string): void {
  for (const end of companions) if (existsSync(path + end)) renameSync(path + end, target + end);
}

/** Names of the damaged files beside a database, the oldest first. */
export function setAsideNames(path: string): string[] {
  const prefix = `${basename(path)}.${mark}-`;
  const names = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.replace(/-(wal|shm|journal)$/, ''));
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Sizes and times of a damaged file and its journal: the same as long as nobody writes to it. */
export function stateOfFile(path: string): string {
  return ['', '-wal']
    .map((end) => {
      const stats = statSync(path + end, { throwIfNoEntry: false });
      return (stats?.size ?? 0) === 0 || stats === undefined
        ? '-'
        : `${stats.size}@${Math.trunc(stats.mtimeMs)}`;
    })
    .join(' ');
}
