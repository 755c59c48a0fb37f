import { BackhaulError } from '../../contract/errors.ts';
import type {
  EditField,
  QuarantineEntry,
  QuarantineOutcome,
  QuarantinePage,
  QuarantinePageSelection,
} from '../../contract/quarantine-shapes.ts';
import { type Connection, prepared, type Storage, unsynced, utcText } from '../storage/service.ts';
import { fieldsOf } from './edit-fields.ts';
import { editRecord } from './edit-record.ts';
import type { LogTable } from './log-table.ts';
import type { ParentTable } from './parent-source.ts';
import { type OpenEntry, withCopies } from './quarantine-entries.ts';
import { pageQuarantine } from './quarantine-page.ts';
import { type EntryRow, entryCode, entryColumns, toEntry } from './quarantine-rows.ts';
import type { StateTable } from './state-table.ts';

/** Which entries a person means: some by id, a group, or all that are open. */
export interface QuarantineSelection {
  readonly ids?: readonly number[] | undefined;
  readonly stream?: string | undefined;
  readonly code?: string | undefined;
}

/** What people do with records that were set aside (SPEC 5.1). */
export interface Quarantine {
  /** open entries, newest first; with `resolved` those that were decided, too */
  list(options: { readonly resolved: boolean; readonly limit: number }): QuarantineEntry[];
  /** a page of entries, newest first, and how many match */
  page(selection: QuarantinePageSelection): Promise<QuarantinePage>;
  /** what `edit` takes for an open entry, with what the record holds now. @throws BackhaulError `not_found` */
  fields(id: number): EditField[];
  /** they are pending again; refused once more, they come back with one attempt more */
  retry(selection: QuarantineSelection): Promise<QuarantineOutcome>;
  /** given up: they stay here, marked -1, and are never sent */
  discard(selection: QuarantineSelection): Promise<QuarantineOutcome>;
  /**
   * Changes the local row, too, never its key; then it is pending again.
   * @throws BackhaulError `invalid_input` naming the column, `not_found`
   */
  edit(id: number, values: Readonly<Record<string, string | number | null>>): Promise<QuarantineEntry>;
}

export interface QuarantineOptions {
  readonly storage: Storage;
  readonly stateTables: readonly StateTable[];
  readonly logTables: readonly LogTable[];
  readonly parentTables: readonly ParentTable[];
  readonly now: () => Date;
}

const entriesPerTransaction = 500;

export function createQuarantine(options: QuarantineOptions): Quarantine {
  const { storage, stateTables, now } = options;
  const isState = (stream: string): boolean => stateTables.some((table) => table.name === stream);

  async function resolve(
    selection: QuarantineSelection,
    resolution: 'retried' | 'discarded',
  ): Promise<QuarantineOutcome> {
    const entries = findOpen(storage, selection);
    if (selection.ids !== undefined && entries.length === 0) throw notFound(selection.ids);
    for (let from = 0; from < entries.length; from += entriesPerTransaction) {
      await storage.transaction((db) => {
        for (const entry of entries.slice(from, from + entriesPerTransaction)) {
          const closed = close(db, entry, resolution, utcText(now()));
          if (resolution === 'discarded' && isState(entry.stream)) for (const one of closed) giveUp(db, one);
        }
      });
    }
    const stillOpen = findOpen(storage, { ids: entries.map((entry) => entry.id) }).length;
    return { matched: entries.length, done: entries.length - stillOpen, stillOpen };
  }

  return {
    list({ resolved, limit }) {
      const sql = `SELECT ${entryColumns} FROM sync_quarantine ${resolved ? '' : `WHERE resolution = 'open'`} ORDER BY id DESC LIMIT ?`;
      return (prepared(storage.reader, sql).all(limit) as EntryRow[]).map(toEntry);
    },
    page: (selection) => pageQuarantine(storage, selection, options),
    fields(id) {
      const [entry] = findOpen(storage, { ids: [id] });
      if (entry === undefined) throw notFound([id]);
      return fieldsOf(storage.reader, entry, options);
    },
    retry: (selection) => resolve(selection, 'retried'),
    discard: (selection) => resolve(selection, 'discarded'),
    async edit(id, values) {
      const [entry] = findOpen(storage, { ids: [id] });
      if (entry === undefined) throw notFound([id]);
      await storage.transaction((db) => {
        editRecord(db, entry, values, options);
        close(db, entry, 'edited', utcText(now()));
      });
      const sql = `SELECT ${entryColumns} FROM sync_quarantine WHERE id = ?`;
      return toEntry(prepared(storage.reader, sql).get(id) as EntryRow);
    },
  };
}

function findOpen(storage: Storage, { ids, stream, code }: QuarantineSelection): OpenEntry[] {
  const conditions = [`resolution = 'open'`];
  const parameters: unknown[] = [];
  for (const [expression, value] of [
    ['stream', stream],
    [entryCode, code],
  ]) {
    if (value === undefined) continue;
    conditions.push(`${expression} = ?`);
    parameters.push(value);
  }
  if (ids !== undefined) {
    conditions.push('id IN (SELECT value FROM json_each(?))');
    parameters.push(JSON.stringify(ids));
  }
  const sql = `SELECT id, stream, record_key, CAST(local_id AS TEXT) AS local_id FROM sync_quarantine
    WHERE ${conditions.join(' AND ')} ORDER BY id`;
  return prepared(storage.reader, sql).all(...parameters) as OpenEntry[];
}

/** The entry and its equal copies are decided together. */
function close(
  db: Connection,
  entry: OpenEntry,
  resolution: 'retried' | 'discarded' | 'edited',
  at: string,
): OpenEntry[] {
  const sql = `UPDATE sync_quarantine SET resolution = ?, resolved_at = ? WHERE id = ? AND resolution = 'open'`;
  const closed = withCopies(db, entry);
  for (const one of closed) prepared(db, sql).run(resolution, at, one.id);
  return closed;
}

function giveUp(db: Connection, { stream, local_id }: OpenEntry): void {
  const sql = `UPDATE ${stream} SET synced_to_cloud = -1 WHERE rowid = CAST(? AS INTEGER) AND ${unsynced}`;
  prepared(db, sql).run(local_id);
}

function notFound(ids: readonly number[]): BackhaulError {
  return new BackhaulError(
    'not_found',
    `No open record in quarantine has the id ${ids.join(', ')}. Nothing was changed; "backhaul quarantine list" shows what is there.`,
  );
}
