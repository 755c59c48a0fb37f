import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** A lock that the kernel frees when its process dies, however it dies (SPEC 3, "One engine"). */
export interface SupervisorLock {
  release(): void;
}

/** Takes the lock, or answers null when another supervisor holds it. */
export function takeSupervisorLock(path: string): SupervisorLock | null {
  const database = new Database(path, { timeout: 0 });
  try {
    // A journal on the disk would need room there.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { release: () => database.close() };
}

/** Tries for a moment longer, because someone who only looks at the lock holds it shared meanwhile. */
export async function takeSupervisorLockWithin(
  path: string,
  withinMs: number,
): Promise<SupervisorLock | null> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const lock = takeSupervisorLock(path);
    if (lock !== null || Date.now() >= deadline) return lock;
    await delay(20);
  }
}

/** Whether a supervisor lives. Looks with a shared lock, so that two who look never see each other. */
export function supervisorLockIsHeld(path: string): boolean {
  if (!existsSync(path)) return false;
  const database = new Database(path, { timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

export async function supervisorLockFreed(path: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (supervisorLockIsHeld(path)) {
    if (Date.now() >= deadline) return false;
    await delay(25);
  }
  return true;
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
