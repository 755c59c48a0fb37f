import { createHash } from 'node:crypto';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { prepared, type Storage, utcText } from '../storage/service.ts';
import type { OutgoingRow, OutgoingValues } from './outgoing-row.ts';
import { type Batch, nothingSettled, type Source } from './stream.ts';

/** A stream without a flag: what the cloud has of it is remembered as content hashes in sync_marks (SPEC 5.1). */
export interface ParentTable {
  readonly name: string;
  /** all local rows of this box's location; one parameter, the location */
  readonly select: string;
  recordKey(row: ParentRow): string;
  /** a stub never overwrites a complete row in the cloud (SPEC 4.1) */
  isStub(row: ParentRow): boolean;
  /** what must be confirmed in the cloud first, as [stream, record key] */
  parents(row: ParentRow): readonly (readonly [stream: string, recordKey: string])[];
  toCloud(row: ParentRow, timeZone: string): OutgoingValues;
}

export type ParentRow = Readonly<Record<string, string | number | null>>;

export interface ParentItem {
  readonly recordKey: string;
  readonly hash: string;
  readonly outgoing: OutgoingRow;
  readonly parents: readonly (readonly [stream: string, recordKey: string])[];
}

/** Parents that the cloud does not have as they are now, in table order. */
export function parentSource(
  storage: Storage,
  table: ParentTable,
  locationId: string,
  now: () => Date,
): Source<ParentItem> {
  let pending: readonly ParentItem[] = [];
  let dryRun = false;
  return {
    async plan(_window, dry) {
      dryRun = dry;
      pending = await pendingParents(storage, table, locationId);
      return { planned: pending.length, stranded: 0, settled: nothingSettled };
    },
    async *batches(size) {
      for (let from = 0; from < pending.length; ) {
        const page = pending.slice(from, from + size());
        from += page.length;
        yield withoutHeldBack(page);
      }
    },
    async mark(items) {
      const at = utcText(now());
      await storage.transaction((db) => {
        const mark = prepared(
          db,
          `INSERT INTO sync_marks (stream, record_key, content_hash, synced_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (stream, record_key) DO UPDATE
             SET content_hash = excluded.content_hash, synced_at = excluded.synced_at`,
        );
        for (const item of items) mark.run(table.name, item.recordKey, item.hash, at);
      });
    },
    async parentMissing(items) {
      await storage.transaction((db) => {
        const forget = prepared(db, 'DELETE FROM sync_marks WHERE stream = ? AND record_key = ?');
        forget.run('locations', locationId);
        for (const item of items) for (const [stream, key] of item.parents) forget.run(stream, key);
      });
    },
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

/** The rows whose content hash differs from the mark; yields to the loop between chunks. */
export async function pendingParents(
  storage: Storage,
  table: ParentTable,
  locationId: string,
): Promise<ParentItem[]> {
  const zone = storage.location.timeZone();
  const pending: ParentItem[] = [];
  const rows = prepared(storage.reader, table.select).all(locationId) as ParentRow[];
  for (const [index, row] of rows.entries()) {
    if (index % 500 === 499) await yieldToLoop();
    const recordKey = table.recordKey(row);
    const cloudRow = table.toCloud(row, zone);
    const hash = contentHash(cloudRow);
    const mark = readMark(storage, table.name, recordKey);
    if (mark === hash) continue;
    const onConflict = table.isStub(row) ? 'keep' : mark === null ? 'settle' : 'update';
    pending.push({ recordKey, hash, outgoing: { row: cloudRow, onConflict }, parents: table.parents(row) });
  }
  return pending;
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
