import type { Database } from 'better-sqlite3';
import { insertRow, prepared } from '../storage/service.ts';
import type { Columns } from './messages.ts';

export interface Merge {
  readonly table: string;
  readonly key: Columns;
  /** a null never erases a known value */
  readonly values: Columns;
  /** taken only where the row has nothing yet */
  readonly whereEmpty?: Columns;
  /** set when anything changed */
  readonly stamp?: Columns;
}

/** Inserts the row or completes it; 'same' when it already said all of this. */
export function mergeRow(db: Database, merge: Merge): 'inserted' | 'updated' | 'same' {
  const { table, key, values, whereEmpty = {}, stamp = {} } = merge;
  const where = Object.keys(key)
    .map((name) => `${name} = ?`)
    .join(' AND ');
  const row = prepared(db, `SELECT * FROM ${table} WHERE ${where}`).get(...Object.values(key)) as
    | Columns
    | undefined;
  if (row === undefined) {
    insertRow(db, table, { ...key, ...known(whereEmpty), ...known(values), ...stamp });
    return 'inserted';
  }
  const empty = Object.keys(whereEmpty).filter((name) => row[name] == null || row[name] === '');
  const changes = [
    ...empty.map((name) => [name, whereEmpty[name] ?? null] as const),
    ...Object.entries(known(values)).filter(([name, value]) => !same(row[name], value)),
  ];
  if (changes.length === 0) return 'same';
  const assigned = [...changes, ...Object.entries(stamp)];
  const sets = assigned.map(([name]) => `${name} = ?`).join(', ');
  prepared(db, `UPDATE ${table} SET ${sets} WHERE ${where}`).run(
    ...assigned.map(([, value]) => value),
    ...Object.values(key),
  );
  return 'updated';
}

function known(values: Columns): Columns {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Older files hold some numbers as text. */
function same(stored: unknown, value: unknown): boolean {
  return stored === value || (typeof value === 'number' && stored !== null && Number(stored) === value);
}
