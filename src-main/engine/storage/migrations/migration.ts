import type { Database } from 'better-sqlite3';

/** Forward only. Runs inside one transaction; a shipped migration is never edited. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Database): void;
  /**
   * Statements that may take long on a big file, each in a transaction of its own after `up`, so that no other
   * program waits for all of them; each does nothing where it was done before.
   */
  readonly afterwards: readonly string[];
}
