import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../../files/sync-to-disk.ts';
import { stampedName } from '../stamped-name.ts';

const companions = ['-wal', '-shm', '-journal'] as const;

/** Why a database is no longer in its place: it was damaged, or a backup took it. */
export type SetAsideMark = 'damaged' | 'replaced';
const marks: readonly SetAsideMark[] = ['damaged', 'replaced'];

/**
 * Renames a database and what lies beside it to `<name>.<mark>-<UTC stamp>`; an older one is never overwritten and
 * nothing is deleted. Interrupted, it is completed by `completeSettingAside`. @returns the new path
 */
export function setAside(path: string, now: Date, mark: SetAsideMark): string {
  const target = setAsidePath(path, now, mark);
  if (existsSync(path)) renameSync(path, target);
  moveCompanions(path, target);
  syncFolder(dirname(path));
  return target;
}

/**
 * A journal without its database: either setting it aside was interrupted, then it follows the newest file that was, or
 * the database was taken away from it. SQLite would delete it together with the only copy of what it holds.
 * @returns the path of the file it belongs to now, null where there is none such
 */
export function completeSettingAside(path: string, now: Date, mark: SetAsideMark): string | null {
  const main = statSync(path, { throwIfNoEntry: false });
  const journal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if ((main?.size ?? 0) > 0 || (journal?.size ?? 0) === 0) return null;
  const newest = setAsideNames(path).at(-1);
  const target = newest === undefined ? null : join(dirname(path), newest);
  const hasOwn = (statSync(`${target}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (target === null || hasOwn) return setAside(path, now, mark);
  moveCompanions(path, target);
  syncFolder(dirname(path));
  return target;
}

/** What the database is called when it is set aside at that time. */
export function setAsidePath(path: string, now: Date, mark: SetAsideMark): string {
  return stampedName(path, mark, now, companions);
}

function moveCompanions(path: string, target: string): void {
  for (const end of companions) if (existsSync(path + end)) renameSync(path + end, target + end);
}

/** Names of the files beside a database that were set aside, the oldest first. */
export function setAsideNames(path: string): string[] {
  const prefixes = marks.map((mark) => `${basename(path)}.${mark}-`);
  const stampOf = (name: string): string =>
    prefixes.reduce((rest, prefix) => (rest.startsWith(prefix) ? rest.slice(prefix.length) : rest), name);
  const names = readdirSync(dirname(path))
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .map((name) => name.replace(/-(wal|shm|journal)$/, ''));
  return [...new Set(names)].sort((a, b) => stampOf(a).localeCompare(stampOf(b), 'en', { numeric: true }));
}

/** A file of that name was set aside for a backup, not for damage. */
export function wasReplaced(name: string): boolean {
  return /\.replaced-[^-]+(-\d+)?$/.test(name);
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
