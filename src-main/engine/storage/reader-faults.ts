import type { Database, Statement } from 'better-sqlite3';

const listeners = new WeakMap<Database, (error: unknown) => void>();

/** What statements of this connection throw is told as well as thrown. */
export function listenToFaults(db: Database, listener: (error: unknown) => void): void {
  listeners.set(db, listener);
}

/** The statement, telling its faults where somebody listens on its connection. */
export function withFaultsTold<Of extends Statement<unknown[]>>(db: Database, statement: Of): Of {
  const listener = listeners.get(db);
  if (listener === undefined) return statement;
  const { get, all } = statement;
  const telling =
    <Result>(work: (...values: unknown[]) => Result) =>
    (...values: unknown[]): Result => {
      try {
        return work.apply(statement, values);
      } catch (error) {
        listener(error);
        throw error;
      }
    };
  return Object.assign(statement, { get: telling(get), all: telling(all) });
}
