import type { Database } from 'better-sqlite3';
import type { InventoryMessage } from './messages.ts';

/** `new`: taken into account; `conflict`: its time and frame were there with other counts. */
export type ReadingOutcome = 'new' | 'duplicate' | 'conflict';

/** Where readings of stock go; the inventory area brings it (SPEC 9). */
export interface ReadingKeeper {
  /** As soon as it was read, whether or not it can be stored: the live view never stops. */
  seen(message: InventoryMessage): void;
  /** Inside capture's transaction. `sender` is the connection that it came by. */
  apply(db: Database, sender: object, message: InventoryMessage, nowMs: number): ReadingOutcome;
  /** The last thing in a transaction. */
  save(db: Database): void;
  /** after a commit */
  committed(): void;
  /** after a rollback: what was applied since the last commit is not there */
  forget(): void;
  /** why nothing is committed any more; null when it is again */
  stopped(reason: string | null): void;
}

/** Keeps nothing: where capture runs without the inventory. */
export const noReadings: ReadingKeeper = {
  seen: () => undefined,
  apply: () => 'new',
  save: () => undefined,
  committed: () => undefined,
  forget: () => undefined,
  stopped: () => undefined,
};
