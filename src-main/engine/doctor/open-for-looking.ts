import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { FileHeader } from '../storage/service.ts';

/**
 * Opens a database for reading and leaves no trace. An ordinary reader makes a -shm file beside a WAL database that
 * nobody uses; where there is no journal, the file is therefore read as one that does not change.
 */
export function openForLooking(path: string, { isWal }: FileHeader): DatabaseSync {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const isAtRest = isWal && (wal === undefined || wal.size === 0);
  if (!isAtRest) return openBeside(path);
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/** As any reader does, with locks: for a file that may be in use. */
export function openBeside(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 2000 });
}

const names: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** SQLite's name for an error of `node:sqlite`, '' where it is none. */
export function sqliteName(error: unknown): string {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return names[code] ?? '';
}
