import type { Database } from 'better-sqlite3';
import type { StoreTime } from '../time/store-time.ts';
import { createFreshKeys } from './fresh-keys.ts';
import type { Refusal } from './messages.ts';
import { createStateInserter } from './state-inserter.ts';
import type { StateRow } from './state-row.ts';
import { findState } from './state-rows.ts';

/** The two state tables inside one transaction. */
export interface StateStore {
  /** Null when the key is new, 'duplicate' when this content is stored, a refusal when other content is. */
  find(row: StateRow, time: StoreTime): null | 'duplicate' | Refusal;
  /** Stores a state whose key is new. */
  insert(row: StateRow): void;
  /** The last thing in the transaction. */
  flush(): void;
}

/** @param singly each row by a statement of its own, which tells what a constraint is about */
export function createStateStore(db: Database, createdAt: string, singly: boolean): StateStore {
  const fresh = createFreshKeys(db);
  const inserter = createStateInserter(db, createdAt, singly);
  return {
    find(row, time) {
      if (fresh.isFresh(row)) return null;
      inserter.flush();
      return findState(db, row, time);
    },
    insert: inserter.add,
    flush: inserter.flush,
  };
}
