import { inventoryIndexes, inventoryTables } from '../tables.ts';
import { createOrComplete } from './0001-base.ts';
import type { Migration } from './migration.ts';

/** Stock, freshness, sales and alerts (SPEC 9); tables of these names that a store already has are completed. */
export const inventory: Migration = {
  version: 4,
  name: 'inventory',
  up(db) {
    for (const table of inventoryTables) createOrComplete(db, table);
  },
  afterwards: inventoryIndexes,
};
