import type { Database, Statement } from 'better-sqlite3';
import { withPlainNames } from './plain-names.ts';
import { withFaultsTold } from './reader-faults.ts';

const cache = new WeakMap<Database, Map<string, Statement<unknown[]>>>();

/** The prepared statement for this text on this connection, made once. */
export function prepared(db: Database, sql: string): Statement<unknown[]> {
  let statements = cache.get(db);
  if (statements === undefined) {
    statements = new Map();
    cache.set(db, statements);
  }
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = withFaultsTold(db, withPlainNames(db.prepare<unknown[]>(sql)));
    statements.set(sql, statement);
  }
  return statement;
}
