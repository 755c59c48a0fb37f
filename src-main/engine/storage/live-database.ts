import type { Database as Connection } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';
import type { Logger } from '../log/logger.ts';
import { compact } from './compact.ts';
import { isDamage, replaced, wordsOf } from './damage.ts';
import type { EngineLock } from './engine-lock.ts';
import type { FileTrouble } from './file-guard.ts';
import { noFileAt } from './file-identity.ts';
import { connectTo, giveJournalsItsMode, type OpenFile } from './open-file.ts';
import { openWhole, replaceDamaged, type WholeOptions } from './open-whole.ts';
import type { ChangeGroup } from './parent-changes.ts';
import { listenToFaults } from './reader-faults.ts';
import { keepWhatIsOpen } from './rescue-file.ts';
import { createSalvage, type SalvageWork } from './salvage/salvage.ts';
import { openStandIn } from './stand-in.ts';
import { mayPass, sqliteCode, storageError, writeTransaction } from './write-transaction.ts';

export interface LiveOptions {
  readonly now: () => Date;
  /** nothing is written while the directory is not this engine's; null where no other can be */
  readonly lock: EngineLock | null;
  /** before connections are closed to be opened anew */
  readonly beforeReopening: () => Promise<void>;
  /** what happened to the file while it was in use, and what became of it */
  readonly note: (message: string) => void;
  readonly log: Logger;
  /** the file was replaced, or records were brought back from a damaged one */
  readonly onRecovered: () => void;
}

const lookEveryMs = 1000;
const openedTooSoon =
  'The local database could not be written when it was opened. What was acknowledged is safe; it is opened anew now.';
const notOurs = 'The data directory belongs to another engine now. Nothing is written; end this one.';

/**
 * The two connections of the engine's own thread. While the file cannot be written (a full or read-only disk, a
 * permission that was lost, a file that is gone) `waitsFor` says why and questions are answered from what can be read;
 * it is tried again by itself, and the connections are made anew where the file at the path is another one. A damaged
 * file is set aside and a new one takes its place.
 */
export class LiveDatabase {
  readonly #path: string;
  readonly #options: LiveOptions;
  readonly #timer: NodeJS.Timeout;
  #file: OpenFile | null = null;
  #standIn: Connection | null = null;
  #waitsFor: string | null = null;
  #backup: string | null = null;
  #opened = 0;
  #commits = 0;
  #resuming: Promise<void> | null = null;
  #closed = false;
  readonly salvage: SalvageWork;
  /**
   * Connections that read files which were set aside. While one is open no other program's connection to that file is its
   * last, so that none removes the new file's journal by its old name when it closes.
   */
  readonly #keptOpen: Connection[] = [];

  private constructor(path: string, options: LiveOptions) {
    this.#path = path;
    this.#options = options;
    this.salvage = createSalvage({
      ...{ path, now: options.now, log: options.log, onRecovered: options.onRecovered },
      database: () => (this.hasFile ? this : null),
      transaction: (work) => this.transaction(work),
    });
    this.#timer = setInterval(() => {
      if (this.#waitsFor !== null || this.#trouble() !== null) this.#resume().catch(() => undefined);
    }, lookEveryMs);
    this.#timer.unref();
  }

  /** @throws BackhaulError `storage` for what does not pass by itself: a newer version */
  static async open(path: string, options: LiveOptions): Promise<LiveDatabase> {
    const live = new LiveDatabase(path, options);
    try {
      await live.#openFile();
      await live.salvage.resume();
      return live;
    } catch (error) {
      await live.close();
      throw error;
    }
  }

  get waitsFor(): string | null {
    return this.#waitsFor;
  }

  get backup(): string | null {
    return this.#backup;
  }

  get reader(): Connection {
    const reader = this.#file?.reader ?? this.#standIn ?? this.#keptOpen.at(-1) ?? null;
    if (reader === null) throw new BackhaulError('storage', 'The local database is closed.');
    return reader;
  }

  /** whether the file itself is open, not what stands in for it */
  get hasFile(): boolean {
    return this.#file !== null;
  }

  /** changes when the connections were made anew: nothing that was read before can be relied on */
  get opened(): number {
    return this.#opened;
  }

  changeMark(): string {
    const seen = String(this.reader.pragma('data_version', { simple: true }));
    return `${this.#opened}:${this.#commits}:${seen}`;
  }

  changeMarkOf(group: ChangeGroup): string {
    return `${this.#opened}:${this.#file?.changeMarkOf(group) ?? 'stand-in'}`;
  }

  /** Resolves only when what `work` wrote is in the file that the next start will find. */
  async transaction<T>(work: (db: Connection) => T, signal?: AbortSignal): Promise<T> {
    if (this.#waitsFor !== null) await this.#resume();
    else await this.#resuming;
    const file = this.#file;
    if (file === null || this.#waitsFor !== null) throw new BackhaulError('storage', this.#waitsFor ?? '');
    try {
      const value = await writeTransaction(file.db, work, signal);
      const trouble = file.guard.look();
      if (trouble !== null) {
        this.#waitsFor = trouble.reason;
        throw new BackhaulError('storage', trouble.reason);
      }
      this.#commits += 1;
      return value;
    } catch (error) {
      if (isDamage(error)) {
        await this.#replaceFile(file, error);
        throw replaced();
      }
      if (!file.db.open) throw new BackhaulError('storage', this.#waitsFor ?? String(error));
      throw sqliteCode(error) === undefined ? error : storageError(error, this.#path);
    }
  }

  /** What was read of the file that was open then says that it is damaged; another fault is nobody's business here. */
  async noteFault(error: unknown, opened: number): Promise<void> {
    if (isDamage(error)) await this.replace(error, opened);
  }

  /** Replaces the file that was open then, once, whatever shows first that it is damaged. */
  async replace(damage: unknown, opened: number): Promise<void> {
    if (this.#file !== null && this.#opened === opened) await this.#replaceFile(this.#file, damage);
    else await this.#resuming;
  }

  compact(signal: AbortSignal): Promise<number> {
    const file = this.#waitsFor === null ? this.#file : null;
    return file === null ? Promise.resolve(0) : compact(file.db, this.#path, signal);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed = true;
    await this.#resuming?.catch(() => undefined);
    await this.salvage.close();
    this.#closeFile();
    this.#standIn?.close();
    this.#standIn = null;
    for (const one of this.#keptOpen.splice(0)) one.close();
  }

  get #owns(): boolean {
    return this.#options.lock?.holds() ?? true;
  }

  #trouble(): FileTrouble | null {
    return this.#file?.guard.look() ?? null;
  }

  #resume(): Promise<void> {
    this.#resuming ??= this.#mend().finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  get #whole(): WholeOptions {
    const { now, note } = this.#options;
    return { now, note, salvage: (damaged, reason) => this.salvage.begin(damaged, reason) };
  }

  #replaceFile(of: OpenFile, damage: unknown): Promise<void> {
    if (this.#closed || this.#file !== of) return this.#resuming ?? Promise.resolve();
    this.#resuming ??= this.#goOnInNewFile(of, wordsOf(damage)).finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  async #goOnInNewFile({ db, reader }: OpenFile, reason: string): Promise<void> {
    this.#waitsFor = `The local database is damaged (${reason}); a new one is being made.`;
    // The one that may write first: the reader is then still there, so that nothing is written at closing.
    db.close();
    this.#keptOpen.push(reader);
    this.#file = null;
    await this.#options.beforeReopening();
    if (!this.#owns) return;
    try {
      await replaceDamaged(this.#path, reason, this.#whole);
      await this.#openFile();
    } catch (error) {
      this.#lookOnly(wordsOf(error));
    }
    this.#options.onRecovered();
  }

  async #mend(): Promise<void> {
    giveJournalsItsMode(this.#path);
    const trouble = this.#trouble();
    if (this.#file?.readOnly === false && trouble === null) {
      this.#waitsFor = null;
      return;
    }
    if (trouble !== null) {
      this.#waitsFor = trouble.reason;
      if (trouble.kind === 'unreachable') return;
    }
    if (!this.#owns) return;
    if (trouble !== null && !this.#keepWhatIsOpen(trouble)) return;
    if (this.#file !== null) {
      await this.#options.beforeReopening();
      this.#closeFile();
    }
    try {
      await this.#openFile();
    } catch (error) {
      this.#lookOnly(wordsOf(error));
    }
    // Nothing is written before what capture needs of a file that was set aside is there.
    await this.salvage.resume();
  }

  /** Nothing that was acknowledged may go with the connection that is about to be closed. */
  #keepWhatIsOpen(trouble: FileTrouble): boolean {
    const db = this.#file?.db;
    if (db === undefined) return true;
    try {
      this.#options.note(keepWhatIsOpen(db, this.#path, trouble, this.#options.now()));
      return true;
    } catch (error) {
      this.#waitsFor = `${trouble.reason} It is still open here and must be written once more, which failed: ${wordsOf(error)}. Do not stop this engine before there is room.`;
      return false;
    }
  }

  /** @throws what does not pass by itself */
  async #openFile(): Promise<void> {
    if (!this.#owns) return this.#lookOnly(this.#options.lock?.refusal ?? notOurs);
    const inItsPlace = noFileAt(this.#path);
    if (inItsPlace !== null) return this.#lookOnly(inItsPlace);
    try {
      const { db, readOnlyReason, backup } = await openWhole(this.#path, this.#whole);
      this.#backup = backup ?? this.#backup;
      if (readOnlyReason === null) this.#use(db);
      else this.#lookOnly(readOnlyReason, db);
    } catch (error) {
      if (!mayPass(error)) throw error;
      this.#lookOnly(wordsOf(error));
    }
  }

  #use(db: Connection): void {
    const file = connectTo(this.#path, db);
    const opened = this.#opened + 1;
    listenToFaults(file.reader, (error) => void this.noteFault(error, opened).catch(() => undefined));
    this.#standIn?.close();
    this.#standIn = null;
    this.#file = file;
    this.#opened += 1;
    this.#waitsFor = this.#trouble()?.reason ?? (file.readOnly ? openedTooSoon : null);
  }

  #lookOnly(reason: string, standIn?: Connection): void {
    this.#waitsFor = reason;
    if (standIn === undefined && this.#standIn !== null) return;
    this.#standIn?.close();
    this.#standIn = standIn ?? openStandIn(this.#path);
    this.#opened += 1;
  }

  /** A file that lost its name is left as it is; SQLite notices that by itself. */
  #closeFile(): void {
    this.#file?.reader.close();
    this.#file?.db.close();
    this.#file = null;
  }
}
