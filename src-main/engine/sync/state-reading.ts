import type { RefusalReason } from '../../contract/quarantine-shapes.ts';
import {
  notQuarantined,
  prepared,
  type QuarantinedRecord,
  type Storage,
  unsynced,
} from '../storage/service.ts';
import { type StateRow, type StateTable, sameKeyBySession } from './state-table.ts';
import type { Window } from './stream.ts';

/** Where a page of pending rows ended. */
export interface Cursor {
  readonly createdAt: string | null;
  readonly id: string;
}

/** What is set aside of a row, for sync_quarantine; the caller adds why. */
export function asideRecord(
  table: StateTable,
  row: Readonly<Record<string, unknown>>,
): Omit<QuarantinedRecord, 'code' | 'message'> {
  return {
    stream: table.name,
    recordKey: recordKey(table, row),
    localId: String(row.id),
    payload: Object.fromEntries(contentColumns(table).map((name) => [name, row[name]])),
  };
}

/** What of a row travels, as it is stored. */
function contentColumns(table: StateTable): string[] {
  return [...table.key, 'location_id', 'timestamp_video', 'timestamp_recorded', ...table.columns];
}

export function contentOf(table: StateTable, row: StateRow): unknown[] {
  return contentColumns(table).map((name) => row[name]);
}

/** SQL: the row of a local id, if it still holds the content that was read. Parameters: id, ...contentOf. */
export function sameContent(table: StateTable): string {
  const unchanged = contentColumns(table).map((name) => `${name} IS ?`);
  return ['rowid = CAST(? AS INTEGER)', ...unchanged].join(' AND ');
}

/** Bytes that are no UTF-8 (a lone surrogate, another encoding) are read as U+FFFD: what would be sent is not what is stored. */
export function faultOfBytes(storage: Storage, table: StateTable, row: StateRow): RefusalReason | null {
  const doubtful = contentColumns(table).some((name) => String(row[name]).includes('\uFFFD'));
  if (!doubtful) return null;
  const sql = `SELECT 1 FROM ${table.name} WHERE ${sameContent(table)}`;
  const same = prepared(storage.reader, sql).get(row.id, ...contentOf(table, row)) !== undefined;
  return same ? null : { kind: 'bad_bytes', values: {} };
}

/** The natural key in one text, for people and for sync_quarantine. */
export function recordKey(table: StateTable, row: Readonly<Record<string, unknown>>): string {
  return table.key.map((name) => String(row[name])).join('/');
}

/** SQL: a row with the lowest id of its key, and whether the cloud is known to have its session. */
function selectRow(table: StateTable): string {
  const sameKey = sameKeyBySession(table, 's');
  // A file of another make may have columns of these names; ours come last and win.
  return `SELECT s.*, CAST(s.rowid AS TEXT) AS id,
      CAST((SELECT min(b.rowid) FROM ${table.name} b WHERE ${sameKey}) AS TEXT) AS first_id,
      EXISTS (SELECT 1 FROM sync_marks m WHERE m.stream = 'sessions' AND m.record_key = s.session_id) AS parent_confirmed,
      (SELECT start_time FROM sessions p WHERE p.session_id = s.session_id) AS session_start
    FROM ${table.name} s`;
}

export interface PageRequest {
  readonly window: Window;
  readonly lastId: string;
  readonly cursor: Cursor | null;
  readonly limit: number;
}

export function readPage(
  storage: Storage,
  table: StateTable,
  { window, lastId, cursor, limit }: PageRequest,
): StateRow[] {
  const conditions = [unsynced, 's.rowid <= CAST(? AS INTEGER)', notQuarantined(table.name, 's')];
  const parameters: unknown[] = [lastId];
  if (window.createdAfter !== null) {
    conditions.push('s.created_at >= ?');
    parameters.push(window.createdAfter);
  }
  if (cursor !== null && cursor.createdAt !== null) {
    conditions.push('(s.created_at, s.rowid) > (?, CAST(? AS INTEGER))');
    parameters.push(cursor.createdAt, cursor.id);
  } else if (cursor !== null) {
    conditions.push('(s.created_at IS NOT NULL OR s.rowid > CAST(? AS INTEGER))');
    parameters.push(cursor.id);
  }
  const sql = `${selectRow(table)} WHERE ${conditions.join(' AND ')} ORDER BY s.created_at, s.rowid LIMIT ?`;
  return prepared(storage.reader, sql).all(...parameters, limit) as StateRow[];
}

export function readRow(storage: Storage, table: StateTable, id: string): StateRow | null {
  const row = prepared(storage.reader, `${selectRow(table)} WHERE s.rowid = CAST(? AS INTEGER)`).get(id) as
    | StateRow
    | undefined;
  return row ?? null;
}

export function isQuarantined(storage: Storage, table: StateTable, id: string): boolean {
  const sql = `SELECT 1 FROM sync_quarantine WHERE stream = ? AND local_id = CAST(? AS INTEGER) AND resolution = 'open'`;
  return prepared(storage.reader, sql).get(table.name, id) !== undefined;
}
