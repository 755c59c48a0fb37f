import { tables } from '../tables.ts';
import { createOrComplete } from './0001-base.ts';
import type { Migration } from './migration.ts';

/** Which run set a record aside, so that a run leads to its records. */
export const runsOfEntries: Migration = {
  version: 3,
  name: 'runs-of-entries',
  up(db) {
    for (const table of tables) if (table.name === 'sync_quarantine') createOrComplete(db, table);
  },
  afterwards: [],
};
