import type { Database, Statement } from 'better-sqlite3';
import { BackhaulError } from '../../contract/errors.ts';
import { sqliteCode } from './write-transaction.ts';

/** A fault of the storage where it is none of the statement. */
export function faultOf(error: unknown): unknown {
  const code = sqliteCode(error);
  return code === undefined || code === 'SQLITE_ERROR' ? error : queryFault((error as Error).message, code);
}

const listeners = new WeakMap<Database, (error: unknown) => void>();

/** What a question to the local database met; `code` is SQLite's name of it. */
export function queryFault(message: string, code: string | undefined): BackhaulError {
  const details = code === undefined ? {} : { details: { sqliteCode: code } };
  return new BackhaulError('storage', `A query of the local database failed: ${message}`, details);
}

/** What statements of this connection throw is told, and thrown as `faultOf` gives it. */
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
        throw faultOf(error);
      }
    };
  return Object.assign(statement, { get: telling(get), all: telling(all) });
}
