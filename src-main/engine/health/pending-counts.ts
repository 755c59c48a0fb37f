import { streamNames } from '../../contract/run-shapes.ts';
import type { StreamStatus } from '../../contract/status-shapes.ts';
import { notQuarantined, oddFlag, prepared, type Storage, unsynced } from '../storage/service.ts';
import { changingTables, parentTables, pendingParents, stateTables } from '../sync/service.ts';
import { createLogCounts, tableIsThere } from './count-logs.ts';

/** Counts per stream, at most a second old; asking costs nothing while nothing has changed (SPEC 15). */
export interface PendingCounts {
  get(): Promise<readonly StreamStatus[]>;
  /** something was just decided: the next answer is counted anew, however young the last one is */
  forget(): void;
}

/** A refresh begins this early, so that it is done before the counts are a second old. */
const refreshAfterMs = 400;
const staleAfterMs = 1000;

interface Counted {
  readonly mark: string;
  readonly at: number;
  readonly streams: readonly StreamStatus[];
}

export function createPendingCounts(storage: Storage, now: () => number): PendingCounts {
  let last: Counted | null = null;
  const hashed = new Map<ChangeGroup, { readonly mark: string; readonly streams: readonly StreamStatus[] }>();
  const logs = createLogCounts(storage, now);
  let refreshing: Promise<readonly StreamStatus[]> | null = null;
  let forgotten = 0;

  async function refresh(): Promise<readonly StreamStatus[]> {
    const mark = storage.changeMark();
    const asOf = forgotten;
    const counted = [
      ...(await countHashed('parents', parentTables)),
      ...(await countAllStates(storage)),
      ...(await logs.count()),
      ...(await countHashed('inventory', changingTables)),
    ];
    const streams = counted.toSorted((a, b) => placeOf(a.stream) - placeOf(b.stream));
    if (asOf !== forgotten) return refresh();
    last = { mark, at: now(), streams };
    return streams;
  }

  /** Counted again only where something of the group may have changed. */
  async function countHashed(
    group: ChangeGroup,
    tables: typeof parentTables,
  ): Promise<readonly StreamStatus[]> {
    const { location } = storage;
    const mark = `${storage.changeMarkOf(group)} ${location.id()} ${location.timeZone()}`;
    const before = hashed.get(group);
    if (before?.mark === mark) return before.streams;
    const streams: StreamStatus[] = [];
    for (const table of tables)
      if (tableIsThere(storage, table.name)) streams.push(await countParents(storage, table));
    hashed.set(group, { mark, streams });
    return streams;
  }

  return {
    get() {
      if (last !== null && last.mark === storage.changeMark()) return Promise.resolve(last.streams);
      const age = last === null ? Number.POSITIVE_INFINITY : now() - last.at;
      if (age > refreshAfterMs) {
        refreshing ??= refresh().finally(() => {
          refreshing = null;
        });
        refreshing.catch(() => undefined);
      }
      return last !== null && age <= staleAfterMs ? Promise.resolve(last.streams) : (refreshing ?? refresh());
    },
    forget() {
      forgotten += 1;
      last = null;
    },
  };
}

type ChangeGroup = Parameters<Storage['changeMarkOf']>[0];

function placeOf(name: string): number {
  return (streamNames as readonly string[]).indexOf(name);
}

function countAllStates(storage: Storage): Promise<readonly StreamStatus[]> {
  return Promise.all(stateTables.map((table) => countStates(storage, table.name)));
}

async function countParents(storage: Storage, table: (typeof parentTables)[number]): Promise<StreamStatus> {
  const locationId = storage.location.id();
  const found = locationId === null ? [] : await pendingParents(storage, table, locationId);
  const pending = found.filter((item) => !item.substitute);
  const sql = 'SELECT count(*) AS n FROM sync_marks WHERE stream = ?';
  const marked = (prepared(storage.reader, sql).get(table.name) as { n: number }).n;
  const updates = pending.filter((item) => item.outgoing.onConflict === 'update').length;
  return {
    stream: table.name,
    pending: pending.length,
    synced: Math.max(0, marked - updates),
    quarantined: countResolution(storage, table.name, 'open'),
    discarded: countResolution(storage, table.name, 'discarded'),
    oldestPendingAt: null,
  };
}

function countResolution(storage: Storage, stream: string, resolution: string): number {
  const sql = `SELECT count(DISTINCT record_key) AS n FROM sync_quarantine
    WHERE stream = ? AND local_id IS NULL AND resolution = ?`;
  return (prepared(storage.reader, sql).get(stream, resolution) as { n: number }).n;
}

interface StateCounts {
  readonly all_rows: number;
  readonly unsynced: number;
  readonly quarantined: number;
  readonly discarded: number;
  readonly deleted: number;
  readonly oldest: string | null;
}

async function countStates(storage: Storage, name: string): Promise<StreamStatus> {
  const sql = `SELECT
    (SELECT count(*) FROM ${name}) AS all_rows,
    (SELECT count(*) FROM ${name} WHERE ${unsynced}) + (SELECT count(*) FROM ${name} WHERE ${oddFlag}) AS unsynced,
    (SELECT count(*) FROM sync_quarantine q JOIN ${name} s ON s.rowid = q.local_id
      WHERE q.stream = '${name}' AND q.resolution = 'open' AND ${unsynced}) AS quarantined,
    (SELECT count(*) FROM ${name} WHERE synced_to_cloud = -1) AS discarded,
    (SELECT COALESCE(sum(row_count), 0) FROM verified_tallies WHERE stream = '${name}') AS deleted,
    (SELECT s.created_at FROM ${name} s WHERE ${unsynced} AND ${notQuarantined(name, 's')}
      ORDER BY s.created_at LIMIT 1) AS oldest`;
  const [row] = await storage.background.all<StateCounts>(sql);
  if (row === undefined) throw new Error('A count without a row.');
  return {
    stream: name,
    pending: row.unsynced - row.quarantined,
    synced: row.all_rows - row.unsynced - row.discarded + row.deleted,
    quarantined: row.quarantined,
    discarded: row.discarded,
    oldestPendingAt: row.oldest,
  };
}
