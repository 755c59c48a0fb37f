import { base } from './0001-base.ts';
import { years } from './0002-years.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [base, years];
export const latestVersion = migrations.length;
