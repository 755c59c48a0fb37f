import type { StreamStatus } from '../../contract/status-shapes.ts';
import { prepared, type Storage } from '../storage/service.ts';
import {
  countAside,
  countWithin,
  holesBetween,
  logTables,
  newestId,
  readSettled,
  settledCount,
} from '../sync/service.ts';

/** Counts of the tables that only grow, without reading again what was counted. */
export interface LogCounts {
  count(): Promise<readonly StreamStatus[]>;
}

/** Rows that another program deletes or puts between others show after so long at the latest. */
const countAnewAfterMs = 600_000;

interface Counted {
  readonly opened: number;
  readonly at: number;
  readonly newest: bigint;
  readonly settled: number;
  /** held rows that are not known to be in the cloud, those set aside included */
  readonly unsettled: number;
}

/** A year of snapshots is millions of rows: only those that came since the last count are counted. */
export function createLogCounts(storage: Storage, now: () => number): LogCounts {
  const last = new Map<string, Counted>();

  async function countOne(stream: string): Promise<StreamStatus> {
    const ranges = readSettled(storage.reader, stream);
    const settled = settledCount(ranges);
    const newest = newestId(storage, stream);
    const aside = await countAside(storage, stream);
    const before = last.get(stream);
    const usable =
      before !== undefined &&
      before.opened === storage.opened &&
      now() - before.at < countAnewAfterMs &&
      settled >= before.settled &&
      newest >= before.newest;
    let unsettled = -1;
    if (usable) {
      const come = { first: before.newest + 1n, last: newest };
      unsettled =
        before.unsettled + (await countWithin(storage, stream, [come])) - (settled - before.settled);
    }
    const anew = unsettled < aside;
    if (anew) unsettled = await countWithin(storage, stream, holesBetween(ranges, newest));
    const at = anew || before === undefined ? now() : before.at;
    last.set(stream, { opened: storage.opened, at, newest, settled, unsettled });
    return {
      stream,
      pending: Math.max(0, unsettled - aside),
      synced: settled,
      ...(await decided(stream)),
      oldestPendingAt: unsettled > aside ? await oldestPending(stream) : null,
    };
  }

  async function decided(stream: string): Promise<{ quarantined: number; discarded: number }> {
    const sql = `SELECT count(DISTINCT CASE WHEN q.resolution = 'open' THEN q.local_id END) AS quarantined,
        count(DISTINCT CASE WHEN q.resolution = 'discarded' THEN q.local_id END) AS discarded
      FROM sync_quarantine q JOIN ${stream} s ON s.rowid = q.local_id WHERE q.stream = ?`;
    const [row] = await storage.background.all<{ quarantined: number; discarded: number }>(sql, [stream]);
    return row ?? { quarantined: 0, discarded: 0 };
  }

  /** When the first row was made that waits: ids grow with time, so the first in the first hole. */
  async function oldestPending(stream: string): Promise<string | null> {
    const sql = `SELECT created_at FROM ${stream} s WHERE rowid BETWEEN ? AND ? AND NOT EXISTS (
        SELECT 1 FROM sync_quarantine q WHERE q.stream = ? AND q.local_id = s.rowid
          AND q.resolution IN ('open', 'discarded'))
      ORDER BY rowid LIMIT 1`;
    const holes = holesBetween(readSettled(storage.reader, stream), newestId(storage, stream));
    for (const { first, last: end } of holes) {
      const [row] = await storage.background.all<{ created_at: string | null }>(sql, [first, end, stream]);
      if (row !== undefined) return row.created_at;
    }
    return null;
  }

  return { count: () => Promise.all(logTables.filter(isThere).map(({ name }) => countOne(name))) };

  /** A file that could not be brought forward is only read, and may lack them. */
  function isThere({ name }: { readonly name: string }): boolean {
    return tableIsThere(storage, name);
  }
}

export function tableIsThere(storage: Storage, name: string): boolean {
  const sql = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`;
  return prepared(storage.reader, sql).get(name) !== undefined;
}
