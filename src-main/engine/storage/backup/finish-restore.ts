import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../files/sync-to-disk.ts';
import { completeSettingAside, setAside } from '../salvage/set-aside.ts';

/** A whole copy of a backup on its way to the database's place; its time of change is when that was asked for. */
export const readyToRestore = (path: string): string => `${path}.restoring`;

/** Sets the database aside and puts the copy in its place; does nothing where none is ready. The engine's lock is held. */
export function finishRestore(path: string): void {
  const ready = readyToRestore(path);
  if (!existsSync(ready)) return;
  const now = statSync(ready).mtime;
  // Of a database that was renamed already the journal follows.
  completeSettingAside(path, now, 'replaced');
  if (['', '-wal', '-journal'].some((end) => existsSync(path + end))) setAside(path, now, 'replaced');
  renameSync(ready, path);
  syncFolder(dirname(path));
}
