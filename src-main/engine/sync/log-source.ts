import type { RefusalReason } from '../../contract/quarantine-shapes.ts';
import { prepared, type QuarantinedRecord, quarantine, type Storage, utcText } from '../storage/service.ts';
import { oweComparison } from './last-verification.ts';
import { contentColumns, type LogRow, type LogTable, selectLogRow, utcDay } from './log-table.ts';
import type { OutgoingValues } from './outgoing-row.ts';
import { sentenceOf } from './refusal-reasons.ts';
import {
  holesBetween,
  type IdRange,
  isSettled,
  joinSettled,
  rangesTouch,
  readSettled,
  settle,
} from './settled-ranges.ts';
import { type Batch, nothingSettled, type Settled, type Source } from './stream.ts';

export interface LogItem {
  readonly row: LogRow;
  readonly payload: OutgoingValues;
}

export interface LogSourceOptions {
  readonly storage: Storage;
  readonly table: LogTable;
  readonly locationId: string;
  readonly now: () => Date;
  /** the UTC day of a row that travels */
  readonly touched: (day: string) => void;
}

/**
 * Rows of a table that only grows, in the order of their ids, which are not known to be in the cloud. Neither planning
 * nor counting reads what is settled. Equal local copies of a key travel once.
 */
export function logSource({ storage, table, locationId, now, touched }: LogSourceOptions): Source<LogItem> {
  let dryRun = false;
  let holes: readonly IdRange[] = [];
  const waitingCopies: string[] = [];
  const stamp = (): string => utcText(now());

  async function* batches(size: () => number): AsyncGenerator<Batch<LogItem>> {
    const aside = asideIds(storage, table.name);
    const sql = `${selectLogRow(table)} WHERE s.rowid BETWEEN ? AND ? ORDER BY s.rowid LIMIT ?`;
    for (const hole of holes) {
      for (let from = hole.first; from <= hole.last; ) {
        const rows = prepared(storage.reader, sql).all(from, hole.last, size()) as LogRow[];
        const last = rows.at(-1);
        if (last === undefined) break;
        from = BigInt(last.id) + 1n;
        yield await sort(rows.filter(({ id }) => !aside.has(id)));
      }
    }
  }

  async function sort(rows: readonly LogRow[]): Promise<Batch<LogItem>> {
    if (!dryRun && !locationIsConfirmed(storage, locationId)) {
      const reason = 'Their location is not confirmed in the cloud yet; they wait for it.';
      return { items: [], settled: { ...nothingSettled, failed: rows.length, reason } };
    }
    const decisions = rows.map(decide);
    const items = decisions.filter((one) => 'payload' in one);
    for (const { row } of items) touched(utcDay(row.timestamp_utc));
    return { items, settled: await settleOthers(decisions.filter((one) => 'kind' in one)) };
  }

  function decide(row: LogRow): LogItem | Decision {
    const reason = table.faultOf(row) ?? faultOfBytes(storage, table, row);
    if (reason !== null) return { row, kind: 'aside', code: codeOf(reason), reason };
    const payload = table.toCloud(row, locationId);
    const first = row.first_id === row.id ? null : readRow(storage, table, row.first_id);
    if (first === null) return { row, payload };
    if (table.faultOf(first) !== null) return { row, payload };
    if (JSON.stringify(table.toCloud(first, locationId)) !== JSON.stringify(payload))
      return { row, kind: 'aside', code: 'conflict', reason: { kind: 'earlier_differs', values: {} } };
    if (asideIds(storage, table.name, first.id).size > 0)
      return { row, kind: 'aside', code: 'copy_of_quarantined', reason: { kind: 'copy', values: {} } };
    return { row, kind: dryRun || rowIsSettled(storage, table, first.id) ? 'copy' : 'waits' };
  }

  async function settleOthers(decisions: readonly Decision[]): Promise<Settled> {
    const copies = decisions.filter(({ kind }) => kind === 'copy');
    const aside = decisions.filter((one) => one.kind === 'aside');
    for (const { kind, row } of decisions) if (kind === 'waits') waitingCopies.push(row.id);
    if (!dryRun && copies.length + aside.length > 0) {
      await storage.transaction((db) => {
        settle(
          db,
          table.name,
          copies.map(({ row }) => BigInt(row.id)),
          stamp(),
        );
        for (const { row, code, reason } of aside) {
          const message = sentenceOf(reason.kind, reason.values);
          quarantine(db, { ...asideRecord(table, row), code, message }, stamp());
        }
      });
    }
    return { ...nothingSettled, duplicates: copies.length, quarantined: aside.length };
  }

  return {
    async plan(_window, dry) {
      dryRun = dry;
      if (!dry && rangesTouch(storage.reader, table.name))
        await storage.transaction((db) => joinSettled(db, table.name, stamp()));
      const settled = readSettled(storage.reader, table.name);
      holes = holesBetween(settled, newestId(storage, table.name));
      const planned = await countPending(storage, table.name, holes);
      return { planned, stranded: 0, settled: nothingSettled };
    },
    batches,
    async mark(items) {
      await storage.transaction((db) => {
        oweComparison(db);
        const same = prepared(db, `SELECT 1 FROM ${table.name} WHERE ${sameContent(table)}`);
        const unchanged = items.filter(({ row }) => same.get(row.id, ...contentOf(table, row)) !== undefined);
        settle(
          db,
          table.name,
          unchanged.map(({ row }) => BigInt(row.id)),
          stamp(),
        );
      });
    },
    async parentMissing() {
      const sql = `DELETE FROM sync_marks WHERE stream = 'locations' AND record_key = ?`;
      await storage.transaction((db) => prepared(db, sql).run(locationId));
    },
    setAside: ({ row }, { code, message }) =>
      storage.transaction((db) => {
        const sql = `SELECT 1 FROM ${table.name} WHERE ${sameContent(table)}`;
        if (prepared(db, sql).get(row.id, ...contentOf(table, row)) === undefined) return false;
        quarantine(db, { ...asideRecord(table, row), code, message }, stamp());
        return true;
      }),
    substitutes: () => Promise.resolve([]),
    /** Copies whose first row travelled in this run: settled with it, or waiting with it. */
    async finish() {
      const total = { duplicates: 0, quarantined: 0, failed: 0 };
      for (let from = 0; from < waitingCopies.length; from += 1000) {
        const decisions = waitingCopies.slice(from, from + 1000).flatMap((id): Decision[] => {
          const row = readRow(storage, table, id);
          const decision = row === null ? null : decide(row);
          const isDecided = decision !== null && 'kind' in decision && decision.kind !== 'waits';
          if (!isDecided) total.failed += 1;
          return isDecided ? [decision] : [];
        });
        const settled = await settleOthers(decisions);
        total.duplicates += settled.duplicates;
        total.quarantined += settled.quarantined;
      }
      const reason = total.failed > 0 ? 'The first local copy of their key did not arrive.' : null;
      return { ...total, reason };
    },
  };
}

type Decision =
  | { readonly row: LogRow; readonly kind: 'copy' | 'waits' }
  | {
      readonly row: LogRow;
      readonly kind: 'aside';
      readonly code: string;
      readonly reason: RefusalReason;
    };

function codeOf({ kind }: RefusalReason): string {
  return kind === 'impossible_time' ? kind : 'invalid_shape';
}

/** Rows in the holes that are neither set aside nor given up; beside the engine's own thread. */
async function countPending(storage: Storage, stream: string, holes: readonly IdRange[]): Promise<number> {
  return (await countWithin(storage, stream, holes)) - (await countAside(storage, stream));
}

export async function countWithin(
  storage: Storage,
  stream: string,
  ranges: readonly IdRange[],
): Promise<number> {
  let rows = 0;
  for (const { first, last } of ranges) rows += await countBetween(storage, stream, first, last);
  return rows;
}

async function countBetween(storage: Storage, stream: string, first: bigint, last: bigint): Promise<number> {
  const sql = `SELECT count(*) AS n FROM ${stream} WHERE rowid BETWEEN ? AND ?`;
  const [row] = await storage.background.all<{ n: number }>(sql, [first, last]);
  return row?.n ?? 0;
}

/** Rows that are held and set aside or given up. */
export async function countAside(storage: Storage, stream: string): Promise<number> {
  const sql = `SELECT count(DISTINCT q.local_id) AS n FROM sync_quarantine q JOIN ${stream} s ON s.rowid = q.local_id
    WHERE q.stream = ? AND q.resolution IN ('open', 'discarded') AND NOT ${isSettled(stream, 's')}`;
  const [row] = await storage.background.all<{ n: number }>(sql, [stream]);
  return row?.n ?? 0;
}

export function newestId(storage: Storage, stream: string): bigint {
  const sql = `SELECT CAST(max(rowid) AS TEXT) AS id FROM ${stream}`;
  return BigInt((prepared(storage.reader, sql).get() as { id: string | null }).id ?? '0');
}

/** Local ids that are set aside or given up, or whether one of them is. */
function asideIds(storage: Storage, stream: string, id: string | null = null): ReadonlySet<string> {
  const sql = `SELECT CAST(local_id AS TEXT) AS id FROM sync_quarantine WHERE stream = ?
    AND resolution IN ('open', 'discarded') AND (? IS NULL OR local_id = CAST(? AS INTEGER))`;
  const rows = prepared(storage.reader, sql).all(stream, id, id) as { id: string }[];
  return new Set(rows.map((row) => row.id));
}

function readRow(storage: Storage, table: LogTable, id: string): LogRow | null {
  const sql = `${selectLogRow(table)} WHERE s.rowid = CAST(? AS INTEGER)`;
  return (prepared(storage.reader, sql).get(id) as LogRow | undefined) ?? null;
}

function rowIsSettled(storage: Storage, table: LogTable, id: string): boolean {
  const sql = `SELECT 1 FROM ${table.name} s WHERE s.rowid = CAST(? AS INTEGER) AND ${isSettled(table.name, 's')}`;
  return prepared(storage.reader, sql).get(id) !== undefined;
}

function locationIsConfirmed(storage: Storage, locationId: string): boolean {
  const sql = `SELECT 1 FROM sync_marks WHERE stream = 'locations' AND record_key = ?`;
  return prepared(storage.reader, sql).get(locationId) !== undefined;
}

function contentOf(table: LogTable, row: LogRow): unknown[] {
  return contentColumns(table).map((name) => row[name]);
}

/** SQL: the row of a local id, if it still holds the content that was read. Parameters: id, ...contentOf. */
function sameContent(table: LogTable): string {
  const unchanged = contentColumns(table).map((name) => `${name} IS ?`);
  return ['rowid = CAST(? AS INTEGER)', ...unchanged].join(' AND ');
}

/** Bytes that are no UTF-8 are read as U+FFFD: what would be sent is not what is stored. */
function faultOfBytes(storage: Storage, table: LogTable, row: LogRow): RefusalReason | null {
  if (!contentOf(table, row).some((value) => String(value).includes('\uFFFD'))) return null;
  const sql = `SELECT 1 FROM ${table.name} WHERE ${sameContent(table)}`;
  const same = prepared(storage.reader, sql).get(row.id, ...contentOf(table, row)) !== undefined;
  return same ? null : { kind: 'bad_bytes', values: {} };
}

function asideRecord(table: LogTable, row: LogRow): Omit<QuarantinedRecord, 'code' | 'message'> {
  return {
    stream: table.name,
    recordKey: table.key.map((name) => String(row[name])).join('/'),
    localId: row.id,
    payload: Object.fromEntries(contentColumns(table).map((name) => [name, row[name]])),
  };
}
