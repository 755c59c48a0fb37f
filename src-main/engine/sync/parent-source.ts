import { createHash } from 'node:crypto';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { type Connection, prepared, quarantine, type Storage, utcText } from '../storage/service.ts';
import type { OutgoingRow, OutgoingValues } from './outgoing-row.ts';
import { type Batch, nothingSettled, type Source } from './stream.ts';

/** A stream without a flag: what the cloud has of it is remembered as content hashes in sync_marks (SPEC 5.1). */
export interface ParentTable {
  readonly name: string;
  /** all local rows of this box's location; one parameter, the location */
  readonly select: string;
  /** local columns of the natural key within the location; joined by '/' they are the record key */
  readonly key: readonly string[];
  /** cloud columns that a child's foreign key needs, null for what has no children */
  readonly bare: readonly string[] | null;
  /** a stub never overwrites a complete row in the cloud (SPEC 4.1) */
  isStub(row: ParentRow): boolean;
  /** what must be confirmed in the cloud first, as [stream, record key] */
  parents(row: ParentRow): readonly (readonly [stream: string, recordKey: string])[];
  toCloud(row: ParentRow, timeZone: string): OutgoingValues;
}

export type ParentRow = Readonly<Record<string, string | number | null>>;

export interface ParentItem {
  readonly recordKey: string;
  /** in the place of a parent whose content was refused: its bare key */
  readonly substitute: boolean;
  readonly hash: string;
  readonly outgoing: OutgoingRow;
  readonly parents: readonly (readonly [stream: string, recordKey: string])[];
}

/** The mark of a parent of which the cloud has the bare key only. */
const bareHash = 'bare';

/** What else belongs into the transaction that marks. */
export type Marking = (db: Connection, items: readonly ParentItem[]) => void;

/** Parents that the cloud does not have as they are now, in table order. */
export function parentSource(
  storage: Storage,
  table: ParentTable,
  locationId: string,
  now: () => Date,
  marking: Marking = () => undefined,
): Source<ParentItem> {
  let pending: readonly ParentItem[] = [];
  let substitutes: ParentItem[] = [];
  let dryRun = false;
  return {
    async plan(_window, dry) {
      dryRun = dry;
      const found = await pendingParents(storage, table, locationId);
      pending = found.filter((item) => !item.substitute);
      substitutes = found.filter((item) => item.substitute);
      return { planned: pending.length, stranded: 0, settled: nothingSettled };
    },
    async *batches(size) {
      for (let from = 0; from < pending.length; ) {
        const page = pending.slice(from, from + size());
        from += page.length;
        yield withoutHeldBack(page);
      }
    },
    mark: (items) =>
      storage.transaction((db) => {
        markParents(db, table.name, items, utcText(now()));
        marking(db, items);
      }),
    async parentMissing(items) {
      await storage.transaction((db) => {
        const forget = prepared(db, 'DELETE FROM sync_marks WHERE stream = ? AND record_key = ?');
        forget.run('locations', locationId);
        for (const item of items) for (const [stream, key] of item.parents) forget.run(stream, key);
      });
    },
    async setAside(item, { code, message }) {
      const payload = item.outgoing.row;
      const record = { stream: table.name, recordKey: item.recordKey, localId: null, payload, code, message };
      await storage.transaction((db) => quarantine(db, record, utcText(now())));
      if (readMark(storage, table.name, item.recordKey) === null) {
        const bare = substituteOf(table, item);
        if (bare !== null) substitutes.push(bare);
      }
      return true;
    },
    substitutes: () => Promise.resolve(dryRun ? [] : withoutHeldBack(substitutes).items),
    finish: () => Promise.resolve(nothingSettled),
  };

  function withoutHeldBack(page: readonly ParentItem[]): Batch<ParentItem> {
    const items = dryRun
      ? page
      : page.filter((item) => item.parents.every(([stream, key]) => isMarked(storage, stream, key)));
    const failed = page.length - items.length;
    const reason = failed > 0 ? 'Their parent is not confirmed in the cloud yet; they wait for it.' : null;
    return { items, settled: { ...nothingSettled, failed, reason } };
  }
}

/** Remembers what the cloud has now; content that a person or a message has put right needs no decision any more. */
function markParents(db: Connection, stream: string, items: readonly ParentItem[], at: string): void {
  const mark = prepared(
    db,
    `INSERT INTO sync_marks (stream, record_key, content_hash, synced_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (stream, record_key) DO UPDATE
       SET content_hash = excluded.content_hash, synced_at = excluded.synced_at`,
  );
  const resolve = prepared(
    db,
    `UPDATE sync_quarantine SET resolution = 'edited', resolved_at = ?
     WHERE stream = ? AND record_key = ? AND local_id IS NULL AND resolution = 'open'`,
  );
  for (const item of items) {
    mark.run(stream, item.recordKey, item.hash, at);
    if (!item.substitute) resolve.run(at, stream, item.recordKey);
  }
}

/** The rows whose content hash differs from the mark; yields to the loop between chunks. */
export async function pendingParents(
  storage: Storage,
  table: ParentTable,
  locationId: string,
): Promise<ParentItem[]> {
  const zone = storage.location.timeZone();
  const pending: ParentItem[] = [];
  const refused = refusedContents(storage, table.name);
  const rows = prepared(storage.reader, table.select).all(locationId) as ParentRow[];
  for (const [index, row] of rows.entries()) {
    if (index % 500 === 499) await yieldToLoop();
    const { mark, ...item } = readItem(storage, table, row, zone);
    if (mark === item.hash) continue;
    if (refused.get(item.recordKey) !== JSON.stringify(item.outgoing.row)) pending.push(item);
    else if (mark === null) {
      const bare = substituteOf(table, item);
      if (bare !== null) pending.push(bare);
    }
  }
  return pending;
}

/** A row whose present content the cloud is known to have. */
export interface SettledParent {
  readonly row: ParentRow;
  readonly recordKey: string;
  /** as it was sent */
  readonly sent: OutgoingValues;
}

export async function settledParents(
  storage: Storage,
  table: ParentTable,
  locationId: string,
): Promise<SettledParent[]> {
  const zone = storage.location.timeZone();
  const settled: SettledParent[] = [];
  const rows = prepared(storage.reader, table.select).all(locationId) as ParentRow[];
  for (const [index, row] of rows.entries()) {
    if (index % 500 === 499) await yieldToLoop();
    const { mark, hash, recordKey, outgoing } = readItem(storage, table, row, zone);
    if (mark === hash) settled.push({ row, recordKey, sent: outgoing.row });
  }
  return settled;
}

/** A row as it would travel, and what is remembered of its key: the hash of what the cloud has. */
function readItem(
  storage: Storage,
  table: ParentTable,
  row: ParentRow,
  timeZone: string,
): ParentItem & { readonly mark: string | null } {
  const recordKey = parentKey(table, row);
  const cloudRow = table.toCloud(row, timeZone);
  const hash = contentHash(cloudRow);
  const mark = readMark(storage, table.name, recordKey);
  const onConflict = table.isStub(row) ? 'keep' : mark === null ? 'settle' : 'update';
  const outgoing: OutgoingRow = { row: cloudRow, onConflict };
  return { mark, recordKey, substitute: false, hash, outgoing, parents: table.parents(row) };
}

/** The natural key in one text. */
export function parentKey(table: ParentTable, row: ParentRow): string {
  return table.key.map((name) => String(row[name])).join('/');
}

function substituteOf(table: ParentTable, item: ParentItem): ParentItem | null {
  if (table.bare === null) return null;
  const row = Object.fromEntries(table.bare.map((name) => [name, item.outgoing.row[name] ?? null]));
  const parents = item.parents.filter(([stream]) => stream !== 'videos');
  return { ...item, substitute: true, hash: bareHash, parents, outgoing: { row, onConflict: 'keep' } };
}

/** Contents that are set aside or given up, by record key: they are not sent again as they are. */
function refusedContents(storage: Storage, stream: string): ReadonlyMap<string, string> {
  const sql = `SELECT record_key, payload FROM sync_quarantine
    WHERE stream = ? AND local_id IS NULL AND resolution IN ('open', 'discarded') ORDER BY id`;
  const rows = prepared(storage.reader, sql).all(stream) as { record_key: string; payload: string }[];
  return new Map(rows.map((row) => [row.record_key, row.payload]));
}

/** Over the business columns as they are sent, so that an edit of anything else sends nothing. */
function contentHash(row: OutgoingValues): string {
  return createHash('sha1').update(JSON.stringify(row)).digest('base64');
}

function readMark(storage: Storage, stream: string, recordKey: string): string | null {
  const sql = 'SELECT content_hash FROM sync_marks WHERE stream = ? AND record_key = ?';
  const row = prepared(storage.reader, sql).get(stream, recordKey) as { content_hash: string } | undefined;
  return row?.content_hash ?? null;
}

function isMarked(storage: Storage, stream: string, recordKey: string): boolean {
  return readMark(storage, stream, recordKey) !== null;
}
