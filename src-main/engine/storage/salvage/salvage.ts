import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Database, { type Database as Connection } from 'better-sqlite3';
import type { Logger } from '../../log/logger.ts';
import { readSetting } from '../settings.ts';
import { changeSetAside, parseSetAside, type SetAsideFile, unreadYet } from './salvage-record.ts';
import { setAsideNames, stateOfFile, wasReplaced } from './set-aside.ts';

/** What becomes of damaged files that were set aside. */
export interface Salvage {
  /** every one that is known of, the oldest first, also one of which nothing has been read so far */
  list(): readonly SetAsideFile[];
  /** records are being brought back, or are yet to be: what is held here is not all there is */
  outstanding(): boolean;
  /** how many times records began to be brought back since the start: the same number, and nothing came in between */
  begun(): number;
  /** resolves when nothing is being brought back any more */
  settled(): Promise<void>;
  /** a person has taken note of what was lost and what was not; says of how many files they had not before */
  acknowledge(): Promise<number>;
}

export interface SalvageWork extends Salvage {
  /** Begins with a file that was just set aside; resolves when capture can go on, after some seconds at the latest. */
  begin(damaged: string, reason: string): Promise<void>;
  /**
   * Goes on with what an ended process left, and with files that another program has written to since; resolves like
   * `begin`.
   */
  resume(): Promise<void>;
  /** Stops where it is; the next start goes on. */
  close(): Promise<void>;
}

export interface SalvageOptions {
  readonly path: string;
  readonly now: () => Date;
  readonly log: Logger;
  readonly onRecovered: () => void;
  /** null while the file itself is not open */
  readonly database: () => { readonly reader: Connection } | null;
  readonly transaction: <T>(work: (db: Connection) => T) => Promise<T>;
}

const longestStartMs = 5000;
const lookAgainEveryMs = 60_000;
/** together shorter than what capture waits for a beginning */
const firstPauseMs = 250;
const longestPauseMs = 2000;

interface Fault {
  readonly reason: string;
  /** the disk refused */
  readonly mayPass: boolean;
}

interface Task {
  readonly file: string;
  readonly at: string;
  readonly reason: string;
}

export function createSalvage(options: SalvageOptions): SalvageWork {
  return new ThreadedSalvage(options);
}

/** One file after the other, each in a thread of its own. */
class ThreadedSalvage implements SalvageWork {
  readonly #options: SalvageOptions;
  #queue: Task[] = [];
  #worker: Worker | null = null;
  #work: Promise<void> | null = null;
  #closed = false;
  #begun = 0;
  readonly #closing = new AbortController();
  readonly #guards = new Map<string, Connection>();
  readonly #timer: NodeJS.Timeout;
  #last: { readonly text: string; readonly files: readonly SetAsideFile[] } = { text: '', files: [] };

  constructor(options: SalvageOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.resume(), lookAgainEveryMs);
    this.#timer.unref();
  }

  list(): readonly SetAsideFile[] {
    const recorded = this.#recorded();
    const unread = this.#queue.filter(({ file }) => !recorded.some((one) => one.file === file));
    return [...recorded, ...unread.map(unreadYet)];
  }

  #recorded(): readonly SetAsideFile[] {
    const open = this.#options.database();
    if (open === null) return this.#last.files;
    const text = readSetting(open.reader, 'salvage') ?? '[]';
    if (this.#last.text !== text) this.#last = { text, files: parseSetAside(text) };
    return this.#last.files;
  }

  outstanding(): boolean {
    if (this.#work !== null) return true;
    const folder = dirname(this.#options.path);
    return this.#recorded().some(
      ({ file, state }) =>
        (state === 'running' || (state === 'failed' && wasReplaced(file))) && existsSync(join(folder, file)),
    );
  }

  begun(): number {
    return this.#begun;
  }

  async settled(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  acknowledge(): Promise<number> {
    return this.#options.transaction((db) => {
      const open = parseSetAside(readSetting(db, 'salvage') ?? '[]').filter(
        (one) => one.acknowledgedAt === null,
      );
      const at = this.#options.now().toISOString();
      for (const { file } of open) changeSetAside(db, file, (one) => ({ ...one, acknowledgedAt: at }));
      return open.length;
    });
  }

  begin(damaged: string, reason: string): Promise<void> {
    return this.#start({ file: basename(damaged), at: this.#options.now().toISOString(), reason });
  }

  #start(task: Task): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, longestStartMs);
      this.#add(task, () => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  async resume(): Promise<void> {
    if (this.#closed || this.#work !== null || this.#options.database() === null) return;
    try {
      await Promise.all(this.#unfinished().map((task) => this.#start(task)));
    } catch (error) {
      this.#options.log.warn('damaged files that were set aside cannot be looked at', {
        error: String(error),
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.abort();
    clearInterval(this.#timer);
    this.#queue = [];
    await this.#worker?.terminate();
    await this.#work;
    for (const guard of this.#guards.values()) guard.close();
  }

  /** A file that this database has never heard of was set aside by a process that ended right after. */
  #unfinished(): Task[] {
    const known = new Map(this.#recorded().map((one) => [one.file, one]));
    const folder = dirname(this.#options.path);
    return setAsideNames(this.#options.path).flatMap((file) => {
      const one = known.get(file);
      const why = wasReplaced(file) ? 'it was replaced by a backup' : 'it was damaged';
      const { at, reason } = one ?? { at: this.#options.now().toISOString(), reason: why };
      const isRead = one?.state === 'done' && one.readAs === stateOfFile(join(folder, file));
      return isRead ? [] : [{ file, at, reason }];
    });
  }

  #add(task: Task, ready: () => void): void {
    this.#queue.push(task);
    this.#begun += 1;
    const before = this.#work;
    const work = (before ?? Promise.resolve()).then(() => this.#recover(task, ready)).finally(ready);
    this.#work = work.finally(() => {
      this.#queue = this.#queue.filter((one) => one !== task);
      if (this.#queue.length === 0) this.#work = null;
    });
  }

  async #recover(task: Task, ready: () => void): Promise<void> {
    if (this.#closed) return;
    const { path, log, onRecovered } = this.#options;
    const damaged = join(dirname(path), task.file);
    const fault = await this.#readPatiently({ path, damaged, ...task }, ready);
    if (this.#closed) return;
    ready();
    this.#guard(damaged);
    const what = wasReplaced(task.file) ? 'a database that a backup replaced' : 'a damaged database';
    if (fault === null) log.info(`what could be read of ${what} was brought back`, { file: task.file });
    else {
      log.error(`${what} could not be read to its end`, { file: task.file, reason: fault });
      await this.#noteFailure(task, fault);
    }
    onRecovered();
  }

  /** What capture needs is not there yet when the disk refuses for a moment, so it is tried again before giving up. */
  async #readPatiently(workerData: object, ready: () => void): Promise<string | null> {
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      const fault = await this.#runThread(workerData, ready);
      this.#worker = null;
      if (this.#closed || !fault?.mayPass || pauseMs > longestPauseMs) return fault?.reason ?? null;
      await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#closed) return null;
    }
  }

  #runThread(workerData: object, ready: () => void): Promise<Fault | null> {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./salvage-worker.${extension}`, import.meta.url), { workerData });
    this.#worker = worker;
    return new Promise((resolve) => {
      worker.on('message', (said: { kind: 'ready' | 'done' } | ({ kind: 'failed' } & Fault)) => {
        if (said.kind === 'ready') ready();
        else resolve(said.kind === 'failed' ? said : null);
      });
      worker.on('error', (error) =>
        resolve({ reason: error instanceof Error ? error.message : String(error), mayPass: false }),
      );
      worker.on('exit', () => resolve({ reason: 'the thread ended', mayPass: false }));
    });
  }

  /** Tried again by the next look: a disk may have been full. */
  async #noteFailure({ file, at, reason }: Task, fault: string): Promise<void> {
    const note = (db: Connection): void =>
      changeSetAside(db, file, (one) => ({ ...one, state: 'failed', error: fault }), { at, reason });
    await this.#options.transaction(note).catch(() => undefined);
  }

  /** See DatabaseKeeper: the thread's own reading has let go of every lock that this process had on the file. */
  #guard(damaged: string): void {
    this.#guards.get(damaged)?.close();
    this.#guards.delete(damaged);
    // Beside an empty file SQLite deletes the journal.
    if ((statSync(damaged, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
    try {
      const guard = new Database(damaged, { readonly: true, timeout: 0, fileMustExist: true });
      this.#guards.set(damaged, guard);
      guard.pragma('schema_version');
    } catch {
      // A file that SQLite cannot even open is held by no other program for long.
    }
  }
}
