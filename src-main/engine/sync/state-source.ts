import type { RefusalReason } from '../../contract/quarantine-shapes.ts';
import { notQuarantined, prepared, quarantine, type Storage, unsynced, utcText } from '../storage/service.ts';
import { fingerprintOf } from './fingerprint.ts';
import { oweComparison } from './last-verification.ts';
import type { OutgoingValues } from './outgoing-row.ts';
import { sentenceOf } from './refusal-reasons.ts';
import { keyInSession, readSealed } from './sealed-records.ts';
import {
  asideRecord,
  type Cursor,
  contentOf,
  faultOfBytes,
  isQuarantined,
  readPage,
  readRow,
  sameContent,
} from './state-reading.ts';
import { faultOfShape } from './state-shape.ts';
import type { StateRow, StateTable } from './state-table.ts';
import { type Batch, nothingSettled, type Plan, type Settled, type Source, type Window } from './stream.ts';

/** What travels for one key: the row, its payload, and every local row that holds the same. */
export interface StateItem {
  readonly row: StateRow;
  readonly payload: OutgoingValues;
  /** local rows that are marked when it has arrived, the first of its key before a copy of it */
  readonly rows: readonly StateRow[];
}

export interface StateSourceOptions {
  readonly storage: Storage;
  readonly table: StateTable;
  readonly locationId: string;
  readonly now: () => Date;
  /** rows that preparing the run has set aside already; they count as planned and quarantined */
  readonly setAside: number;
  /** the newest local id of this run, null for the newest there is */
  readonly upTo: string | null;
  readonly touched: (sessionId: string) => void;
}

/** Pending rows of a state table, oldest first; equal local copies travel once (SPEC 4.1, 5.1). */
export function stateSource(options: StateSourceOptions): Source<StateItem> {
  const { storage, table } = options;
  let window: Window = { createdAfter: null };
  let lastId = '0';
  let dryRun = false;
  let timeZone = storage.location.timeZone();
  const waitingCopies: string[] = [];
  /** keys whose first row goes with a copy, since it lies outside the window itself */
  const takenFirsts = new Set<string>();
  /** fingerprints of sealed records by session; most sessions have none */
  const sealedPrints = new Map<string, ReadonlyMap<string, number>>();

  async function count(condition: string, parameters: readonly unknown[]): Promise<number> {
    const sql = `SELECT count(*) AS n FROM ${table.name} s
      WHERE ${unsynced} AND s.rowid <= CAST(? AS INTEGER) AND ${notQuarantined(table.name, 's')} ${condition}`;
    const rows = await storage.background.all<{ n: number }>(sql, [lastId, ...parameters]);
    return rows[0]?.n ?? 0;
  }

  function newestId(): string {
    const sql = `SELECT CAST(max(rowid) AS TEXT) AS id FROM ${table.name}`;
    return (prepared(storage.reader, sql).get() as { id: string | null }).id ?? '0';
  }

  async function plan(of: Window, dry: boolean): Promise<Plan> {
    window = of;
    dryRun = dry;
    timeZone = storage.location.timeZone();
    lastId = options.upTo ?? newestId();
    const all = await count('', []);
    const planned = of.createdAfter === null ? all : await count('AND s.created_at >= ?', [of.createdAfter]);
    return {
      planned: planned + options.setAside,
      stranded: all - planned,
      settled: { ...nothingSettled, quarantined: options.setAside },
    };
  }

  async function* batches(size: () => number): AsyncGenerator<Batch<StateItem>> {
    let cursor: Cursor | null = null;
    for (;;) {
      const rows: StateRow[] = readPage(storage, table, { window, lastId, cursor, limit: size() });
      const last = rows.at(-1);
      if (last === undefined) return;
      cursor = { createdAt: last.created_at, id: last.id };
      yield await sort(rows);
    }
  }

  /** Decides for each row of a page whether it travels, waits, is a copy, or is set aside. */
  async function sort(rows: readonly StateRow[]): Promise<Batch<StateItem>> {
    const items: StateItem[] = [];
    const copies: CopyDecision[] = [];
    let heldBack = 0;
    for (const row of rows) {
      const decision = decide(row);
      if (decision === 'held back') heldBack += 1;
      else if (isCopyDecision(decision)) copies.push(decision);
      else items.push(decision);
    }
    const settled = await settle(copies);
    return {
      items,
      settled: {
        ...settled,
        failed: settled.failed + heldBack,
        reason: heldBack > 0 ? 'Their session is not confirmed in the cloud yet; they wait for it.' : null,
      },
    };
  }

  function decide(row: StateRow): StateItem | CopyDecision | 'held back' {
    const fault = faultOfShape(table, row) ?? faultOfBytes(storage, table, row);
    if (fault !== null) return { row, kind: 'invalid_shape', reason: fault };
    const payload = payloadOf(row);
    if (payload === null) return { row, kind: 'impossible_time' };
    if (row.parent_confirmed === 0 && !dryRun) return 'held back';
    options.touched(row.session_id);
    if (contradictsSealed(row))
      return { row, kind: 'conflict', reason: { kind: 'cloud_differs', values: {} } };
    if (row.first_id === row.id) return { row, payload, rows: [row] };
    const first = readRow(storage, table, row.first_id);
    if (first === null) return { row, payload, rows: [row] };
    if (JSON.stringify(payloadOf(first)) !== JSON.stringify(payload)) return { row, kind: 'conflict' };
    if (first.synced_to_cloud === 1) return { row, kind: 'copy' };
    if (first.synced_to_cloud === -1) return { row, kind: 'discarded' };
    if (isQuarantined(storage, table, first.id)) return { row, kind: 'copy_of_quarantined' };
    if (window.createdAfter === null || (first.created_at ?? '') >= window.createdAfter)
      return { row, kind: 'waits' };
    if (takenFirsts.has(first.id)) return { row, kind: 'waits' };
    takenFirsts.add(first.id);
    return { row, payload, rows: [first, row] };
  }

  /** The same key was confirmed with other content before, and deleted here since. */
  function contradictsSealed(row: StateRow): boolean {
    let prints = sealedPrints.get(row.session_id);
    if (prints === undefined) {
      prints = readSealed(storage, table.name, row.session_id).prints;
      if (sealedPrints.size > 2000) sealedPrints.clear();
      sealedPrints.set(row.session_id, prints);
    }
    if (prints.size === 0) return false;
    const print = prints.get(keyInSession(row.camera_id, String(row.table_id ?? ''), row.frame_number));
    return print !== undefined && print !== fingerprintOf(table.name, row);
  }

  function payloadOf(row: StateRow): OutgoingValues | null {
    const payload = table.toCloud(row, timeZone);
    return payload.timestamp_recorded === null ? null : payload;
  }

  async function settle(decisions: readonly CopyDecision[]): Promise<Settled> {
    const marked = decisions.filter((one) => one.kind === 'copy' || one.kind === 'discarded');
    const aside = decisions.filter((one) => isSetAside(one.kind));
    for (const one of decisions) if (one.kind === 'waits') waitingCopies.push(one.row.id);
    if (!dryRun && marked.length + aside.length > 0) {
      await storage.transaction((db) => {
        const update = prepared(
          db,
          `UPDATE ${table.name} SET synced_to_cloud = ? WHERE ${sameContent(table)} AND ${unsynced}`,
        );
        for (const { kind, row } of marked)
          update.run(kind === 'copy' ? 1 : -1, row.id, ...contentOf(table, row));
        for (const { row, kind, reason = usualReasons[kind] } of aside) {
          const message = reason === undefined ? kind : sentenceOf(reason.kind, reason.values);
          quarantine(db, { ...asideRecord(table, row), code: kind, message }, utcText(options.now()));
        }
      });
    }
    return { ...nothingSettled, duplicates: marked.length, quarantined: aside.length };
  }

  return {
    plan,
    batches,
    async mark(items) {
      const sql = `UPDATE ${table.name} SET synced_to_cloud = 1 WHERE ${sameContent(table)} AND ${unsynced}`;
      await storage.transaction((db) => {
        oweComparison(db);
        const update = prepared(db, sql);
        for (const { rows } of items) {
          // A first row that was changed beside us goes again, and what is to become of its copy shows then.
          rows.every((row) => update.run(row.id, ...contentOf(table, row)).changes > 0);
        }
      });
    },
    async setAside(item, { code, message }) {
      const sql = `SELECT 1 FROM ${table.name} WHERE ${sameContent(table)} AND ${unsynced}`;
      return storage.transaction((db) => {
        if (prepared(db, sql).get(item.row.id, ...contentOf(table, item.row)) === undefined) return false;
        quarantine(db, { ...asideRecord(table, item.row), code, message }, utcText(options.now()));
        return true;
      });
    },
    substitutes: () => Promise.resolve([]),
    async parentMissing(items) {
      await storage.transaction((db) => {
        const forget = prepared(db, 'DELETE FROM sync_marks WHERE stream = ? AND record_key = ?');
        forget.run('locations', options.locationId);
        for (const camera of new Set(items.map((item) => item.row.camera_id))) forget.run('cameras', camera);
        const forgetVideo = prepared(
          db,
          `DELETE FROM sync_marks WHERE stream = 'videos' AND record_key IN (
             SELECT v.camera_id || '/' || v.video_filename FROM sessions p JOIN videos v ON v.video_id = p.video_id
             WHERE p.session_id = ?)`,
        );
        for (const session of new Set(items.map((item) => item.row.session_id))) {
          forget.run('sessions', session);
          forgetVideo.run(session);
        }
      });
    },
    /** Copies whose first row travelled in this run: marked with it if they still are copies, or waiting with it. */
    async finish() {
      const total = { duplicates: 0, quarantined: 0, failed: 0 };
      for (let from = 0; from < waitingCopies.length; from += 1000) {
        const decisions: CopyDecision[] = [];
        for (const id of waitingCopies.slice(from, from + 1000)) {
          const row = readRow(storage, table, id);
          const decision = row === null ? null : dryRun ? { row, kind: 'copy' as const } : decide(row);
          if (decision !== null && isCopyDecision(decision) && decision.kind !== 'waits')
            decisions.push(decision);
          else total.failed += 1;
        }
        const settled = await settle(decisions);
        total.duplicates += settled.duplicates;
        total.quarantined += settled.quarantined;
      }
      return {
        ...total,
        reason: total.failed > 0 ? 'The first local copy of their key did not arrive.' : null,
      };
    },
  };
}

type CopyKind =
  | 'copy'
  | 'waits'
  | 'discarded'
  | 'conflict'
  | 'copy_of_quarantined'
  | 'impossible_time'
  | 'invalid_shape';

interface CopyDecision {
  readonly row: StateRow;
  readonly kind: CopyKind;
  readonly reason?: RefusalReason;
}

function isCopyDecision(decision: StateItem | CopyDecision | 'held back'): decision is CopyDecision {
  return decision !== 'held back' && 'kind' in decision;
}

function isSetAside(kind: CopyKind): boolean {
  return !['copy', 'waits', 'discarded'].includes(kind);
}

const usualReasons: Readonly<Record<string, RefusalReason>> = {
  conflict: { kind: 'earlier_differs', values: {} },
  copy_of_quarantined: { kind: 'copy', values: {} },
  impossible_time: { kind: 'impossible_time', values: {} },
};
