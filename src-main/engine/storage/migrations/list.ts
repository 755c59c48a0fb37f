import { base } from './0001-base.ts';
import { years } from './0002-years.ts';
import { runsOfEntries } from './0003-runs-of-entries.ts';
import { inventory } from './0004-inventory.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [base, years, runsOfEntries, inventory];
export const latestVersion = migrations.length;
