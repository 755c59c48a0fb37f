import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';

const busyPauseMs = 8;

/** True for SQLITE_BUSY in all its forms: another process holds the file for now. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_BUSY') ?? false;
}

/** The SQLite error name (`SQLITE_FULL`, …) of anything thrown, undefined if it is none. */
export function sqliteCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code.startsWith('SQLITE_') ? error.code : undefined;
  }
  return undefined;
}

/**
 * One IMMEDIATE transaction: `work` is synchronous and reads only after BEGIN (SPEC 3). Another process that
 * holds the file is waited for without blocking the loop. Rolled back when `work` throws.
 */
export async function writeTransaction<T>(
  db: Database,
  work: (db: Database) => T,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    if (signal?.aborted) throw new BackhaulError('cancelled', 'The write was cancelled before it began.');
    try {
      return attempt(db, work);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    await delay(busyPauseMs + Math.trunc(performance.now() % 7));
  }
}

function attempt<T>(db: Database, work: (db: Database) => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work(db);
    db.exec('COMMIT');
    return value;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** A storage fault in words; the data that was acknowledged before is untouched. */
export function storageError(error: unknown, path: string): BackhaulError {
  const code = sqliteCode(error) ?? 'unknown';
  const reason = error instanceof Error ? error.message : String(error);
  const advice = adviceFor(code);
  return new BackhaulError(
    'storage',
    `The local database ${path} cannot be written: ${reason} (${code}). ${advice}`,
    {
      cause: error,
      details: { sqliteCode: code },
    },
  );
}

const passing = ['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_CANTOPEN', 'SQLITE_IOERR'];
const passingOfSystem = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'];

/** Whether the cause is outside the file and may go away: room, permission, the disk. */
export function mayPass(error: unknown): boolean {
  const cause = error instanceof BackhaulError ? error.cause : error;
  const code = sqliteCode(cause) ?? '';
  if (code === 'SQLITE_IOERR_SHORT_READ' || code === 'SQLITE_IOERR_CORRUPTFS') return false;
  const system = (cause as NodeJS.ErrnoException | null | undefined)?.code ?? '';
  return passing.some((one) => code.startsWith(one)) || passingOfSystem.includes(system);
}

function adviceFor(code: string): string {
  // The -shm file that could not be made as large as it must be.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE')
    return 'The disk is full. What was acknowledged is safe; free some space and it goes on.';
  // Also the journal that could not be made.
  if (code.startsWith('SQLITE_CANTOPEN'))
    return 'The file or its folder is read-only, or the disk takes no further file. What was acknowledged is safe; restore the write permission, or delete files that are not needed (df -i).';
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM')
    return 'The file or its folder is read-only. What was acknowledged is safe; restore the write permission.';
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return 'The file is damaged. It is set aside, never deleted; what can be read of it is brought into a new one.';
  if (code.startsWith('SQLITE_NOMEM'))
    return 'This process gets no more memory. What was acknowledged is safe; close other programs and it goes on.';
  return 'What was acknowledged before is safe; check the disk.';
}
