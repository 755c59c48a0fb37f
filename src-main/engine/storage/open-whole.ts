import Database, { type Database as Connection } from 'better-sqlite3';
import { finishRestore } from './backup/finish-restore.ts';
import { damageBeforeOpening, forbidsWriting, isDamage, wordsOf } from './damage.ts';
import { type OpenedDatabase, openDatabase } from './open-database.ts';
import { completeSettingAside, setAside } from './salvage/set-aside.ts';

export interface WholeOptions {
  readonly now: () => Date;
  readonly note: (message: string) => void;
  /** begins to bring back what can be read of a damaged file; resolves when capture can go on in a new one */
  readonly salvage: (damaged: string, reason: string) => Promise<void>;
}

/**
 * Opens the database, or a new one in its place where it is damaged (promise 5).
 * @throws BackhaulError `storage` when the file is newer than this version or the disk refuses: it is left as it is
 */
export async function openWhole(path: string, options: WholeOptions): Promise<OpenedDatabase> {
  finishRestore(path);
  const left = completeSettingAside(path, options.now(), 'damaged');
  if (left !== null) await options.salvage(left, 'its journal was left without it');
  const damage = (await damageBeforeOpening(path)) ?? (await tryToOpen(path, options.now));
  if (typeof damage !== 'string') return damage;
  await replaceDamaged(path, damage, options);
  return openDatabase(path, options.now);
}

/** Sets a damaged file aside that no connection for writing has open; a new one is made with what capture needs. */
export async function replaceDamaged(
  path: string,
  reason: string,
  { now, note, salvage }: WholeOptions,
): Promise<void> {
  const damaged = setAside(path, now(), 'damaged');
  note(
    `The local database was damaged (${reason}) and is set aside as ${damaged}. What can be read of it is brought into a new one.`,
  );
  await salvage(damaged, reason);
}

/** The database, or what is damaged in it. */
async function tryToOpen(path: string, now: () => Date): Promise<OpenedDatabase | string> {
  // Closing the last connection writes the journal into the file, which must stay as it is where it is damaged.
  const guard = openGuard(path);
  try {
    return await openDatabase(path, now);
  } catch (error) {
    if (isDamage(error) || forbidsWriting(path, error)) return wordsOf(error);
    throw error;
  } finally {
    guard?.close();
  }
}

function openGuard(path: string): Connection | null {
  let guard: Connection | null = null;
  try {
    guard = new Database(path, { readonly: true, timeout: 200, fileMustExist: true });
    guard.pragma('schema_version');
    return guard;
  } catch {
    guard?.close();
    return null;
  }
}
