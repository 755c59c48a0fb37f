import { moreIndexes, tables } from '../tables.ts';
import { createOrComplete } from './0001-base.ts';
import type { Migration } from './migration.ts';

/** What a file needs to be kept for years: the newest time of a sealed session, error groups, lookups by record. */
export const years: Migration = {
  version: 2,
  name: 'years',
  up(db) {
    for (const table of tables) if (table.keeper === 'backhaul') createOrComplete(db, table);
  },
  afterwards: moreIndexes,
};
