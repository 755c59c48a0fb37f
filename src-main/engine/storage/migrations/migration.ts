import type { Database } from 'better-sqlite3';

/** Forward only. Runs inside one transaction; a shipped migration is never edited. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Database): void;
}
