import { Worker } from 'node:worker_threads';
import { BackhaulError } from '../../contract/errors.ts';
import { queryFault } from './reader-faults.ts';

/** Read-only queries that may take long: they run in a thread of their own, so that nothing waits for them. */
export interface BackgroundReader {
  all<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface BackgroundThread {
  /** null where a thread of its own cannot open the file, which the engine's connections may have open all the same */
  tryAll<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[] | null>;
  /** Ends the thread and with it its connection; the next query begins another. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly id: number;
  /** null: the file could not be opened */
  readonly rows?: unknown[] | null;
  readonly error?: string;
  /** SQLite's name of it */
  readonly code?: string;
}

interface Waiting {
  readonly resolve: (rows: unknown[] | null) => void;
  readonly reject: (error: Error) => void;
}

/** A thread holds its own heap and cache, so it does not outlive the questions by much. */
const idleMs = 15_000;

/** The thread starts with a query and ends when there was none for a while, or with `close`. */
export function createBackgroundReader(path: string): BackgroundThread {
  let worker: Worker | null = null;
  let closed = false;
  let nextId = 1;
  const waiting = new Map<number, Waiting>();
  let idle: NodeJS.Timeout | undefined;

  /** A thread that was ended for being idle may report so after the next has begun. */
  const failAll = (of: Worker, error: Error): void => {
    if (worker !== of) return;
    worker = null;
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };

  const idleAfter = (of: Worker): void => {
    of.unref();
    idle = setTimeout(() => {
      if (worker !== of || waiting.size > 0) return;
      worker = null;
      void of.terminate();
    }, idleMs);
    idle.unref();
  };

  const start = (): Worker => {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const made = new Worker(new URL(`./reader-worker.${extension}`, import.meta.url), {
      workerData: { path },
    });
    made.unref();
    made.on('message', (reply: Reply) => {
      const one = waiting.get(reply.id);
      waiting.delete(reply.id);
      // A thread that is being ended keeps the process until it has ended; its last answer may come meanwhile.
      if (waiting.size === 0 && !closed && made === worker) idleAfter(made);
      if (reply.rows !== undefined) one?.resolve(reply.rows);
      else one?.reject(queryFault(reply.error ?? '', reply.code));
    });
    made.on('error', (error) => failAll(made, error instanceof Error ? error : new Error(String(error))));
    made.on('exit', () =>
      failAll(made, new BackhaulError('storage', 'The reading thread of the local database ended.')),
    );
    return made;
  };

  return {
    tryAll<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[] | null> {
      if (closed) return Promise.reject(new BackhaulError('cancelled', 'The local database is closed.'));
      clearTimeout(idle);
      worker ??= start();
      const target = worker;
      const id = nextId;
      nextId += 1;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (rows: unknown[] | null) => void, reject });
        target.ref();
        target.postMessage({ id, sql, parameters });
      });
    },
    async rest() {
      const ended = worker;
      worker = null;
      for (const one of waiting.values()) one.resolve(null);
      waiting.clear();
      await ended?.terminate();
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      await worker?.terminate();
    },
  };
}
