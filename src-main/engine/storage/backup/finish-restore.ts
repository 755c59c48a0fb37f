import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../files/sync-to-disk.ts';
import { completeSettingAside, setAside } from '../salvage/set-aside.ts';
import { removeUnfinished } from './backup-files.ts';

/** A whole copy of a backup on its way to the database's place; its time of change is when that was asked for. */
export const readyToRestore = (path: string): string => `${path}.restoring`;

/** A copy that is not whole yet. */
export const unfinishedRestore = (path: string): string => `${path}.unfinished-restore`;

/** Sets the database aside and puts the copy in its place; where none is ready only what a killed command left goes. The engine's lock is held. */
export function finishRestore(path: string): void {
  removeUnfinished(unfinishedRestore(path));
  const ready = readyToRestore(path);
  if (!existsSync(ready)) return;
  const now = statSync(ready).mtime;
  // Of a database that was renamed already the journal follows.
  completeSettingAside(path, now, 'replaced');
  if (['', '-wal', '-journal'].some((end) => existsSync(path + end))) setAside(path, now, 'replaced');
  renameSync(ready, path);
  syncFolder(dirname(path));
}
