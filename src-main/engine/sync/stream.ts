/** Which pending records a run takes: all, or those created at or after a UTC text (SPEC 5.1). */
export interface Window {
  readonly createdAfter: string | null;
}

/** What a stream will do in a run. */
export interface Plan {
  readonly planned: number;
  /** pending, outside the window and not quarantined */
  readonly stranded: number;
  /** of the planned: already settled at planning, before anything is sent */
  readonly settled: Settled;
}

/** Records that need not travel, by how they were settled. */
export interface Settled {
  readonly duplicates: number;
  readonly quarantined: number;
  /** held back: a parent is not confirmed in the cloud */
  readonly failed: number;
  readonly reason: string | null;
}

export const nothingSettled: Settled = { duplicates: 0, quarantined: 0, failed: 0, reason: null };

/** A page of one stream: what is to be sent, and what reading it settled. */
export interface Batch<Item> {
  readonly items: readonly Item[];
  readonly settled: Settled;
}

/** Why the other side does not take a record, in its own words. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** All items of a batch are in the cloud with the content that was sent; so many of them are new there. */
export interface Receipt {
  readonly sent: number;
  readonly duplicates: number;
  /** of the request bodies */
  readonly bytes: number;
}

/** Where a stream's records come from and where it is remembered what the cloud has. */
export interface Source<Item> {
  /** Counts and prepares; with `dryRun` changes nothing. */
  plan(window: Window, dryRun: boolean): Promise<Plan>;
  /** Pages of at most `size()` items; asks for the size anew each time. */
  batches(size: () => number): AsyncIterable<Batch<Item>>;
  /** Marks the items as being in the cloud, each only if it still holds the content that was sent. */
  mark(items: readonly Item[]): Promise<void>;
  /** The cloud lacks a parent of these: forget that the parents are there, so that they go again. */
  parentMissing(items: readonly Item[]): Promise<void>;
  /**
   * The item was refused for its content: sets it aside until a person decides. False when it has changed since it
   * was read; then it goes again.
   */
  setAside(item: Item, refusal: Refusal): Promise<boolean>;
  /**
   * What goes in the place of items that were set aside, in no figure: the bare key of a parent, so that no child
   * waits for its parent's bad content.
   */
  substitutes(): Promise<readonly Item[]>;
  /** After the last batch: settles what had to wait for others (further local copies of one key). */
  finish(): Promise<Settled>;
}

/** Takes items to their place, idempotent per key. Resolves only when all are there; throws otherwise. */
export interface Sink<Item> {
  send(items: readonly Item[], signal: AbortSignal): Promise<Receipt>;
}

/** One kind of record with one way to the cloud. Direction is no concept here: a sink may be local. */
export interface SyncStream<Item> {
  readonly name: string;
  readonly source: Source<Item>;
  readonly sink: Sink<Item>;
  /** requests under way at once */
  readonly lanes: number;
}

/** A stream whose item type its reader does not care about. */
export interface AnyStream {
  readonly name: string;
  use<Result>(visitor: <Item>(stream: SyncStream<Item>) => Result): Result;
}

export function anyStream<Item>(stream: SyncStream<Item>): AnyStream {
  return { name: stream.name, use: (visitor) => visitor(stream) };
}
