import { stat } from 'node:fs/promises';
import type { InventoryStats } from '../../contract/inventory-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { alertIsOpen } from './read-rows.ts';

export interface StatsOptions {
  readonly storage: Storage;
  /** milliseconds that only ever grow */
  readonly monotonicMs?: () => number;
}

type Stored = Omit<InventoryStats, 'persistence_enabled' | 'readings_received'>;

/** A count and, from both ends of an index, what it reaches over; of one moment, since of one statement. */
interface Found {
  readonly first: number | null;
  readonly last: number | null;
  readonly oldest: unknown;
  readonly newest: unknown;
  readonly count: number;
}

interface Counted extends Found {
  readonly opened: number;
  readonly atMs: number;
}

const megabyte = 1_048_576;

/** A year holds 6.3 million snapshots: they are counted anew so often, and whenever the oldest are gone. */
const countedForMs = 60_000;

const ends = `(SELECT MIN(id) FROM inventory_snapshots) AS first,
  (SELECT MAX(id) FROM inventory_snapshots) AS last,
  (SELECT MIN(timestamp_utc) FROM inventory_snapshots) AS oldest,
  (SELECT MAX(timestamp_utc) FROM inventory_snapshots) AS newest`;
const allQuery = `SELECT ${ends}, COUNT(*) AS count FROM inventory_snapshots`;
const moreQuery = `${allQuery} WHERE id > ?`;

const othersQuery = `SELECT (SELECT COUNT(*) FROM product_freshness) AS freshness_count,
  (SELECT COUNT(*) FROM sales_log) AS sales_count, (SELECT COUNT(*) FROM alerts_log) AS alerts_count,
  (SELECT COUNT(*) FROM alerts_log WHERE ${alertIsOpen}) AS open_alerts`;

/**
 * Sizes and counts of what is kept, read beside the engine's own thread. New snapshots are in the count at once; it is
 * taken anew when the oldest went, and every minute for what went from the middle.
 */
export function createStats({
  storage,
  monotonicMs = () => performance.now(),
}: StatsOptions): () => Promise<Stored> {
  let counted: Counted | null = null;

  async function snapshots(): Promise<Counted> {
    const { opened } = storage;
    const known = counted;
    if (known !== null && known.opened === opened && monotonicMs() - known.atMs < countedForMs) {
      const more = await one<Found>(storage, moreQuery, [known.last ?? 0]);
      if (more.first === known.first) return { ...known, ...more, count: known.count + more.count };
    }
    const all = await one<Found>(storage, allQuery);
    counted = { ...all, opened, atMs: monotonicMs() };
    return counted;
  }

  return async () => {
    const [kept, others, bytes] = await Promise.all([
      snapshots(),
      one<Pick<Stored, 'freshness_count' | 'sales_count' | 'alerts_count' | 'open_alerts'>>(
        storage,
        othersQuery,
      ),
      sizeOf(storage.path),
    ]);
    return {
      database_path: storage.path,
      database_size_mb: Math.round((bytes / megabyte) * 100) / 100,
      snapshot_count: kept.count,
      ...others,
      oldest_snapshot_utc: numberOrNull(kept.oldest),
      newest_snapshot_utc: numberOrNull(kept.newest),
    };
  };
}

async function one<Row>(storage: Storage, sql: string, parameters: readonly unknown[] = []): Promise<Row> {
  const [row] = await storage.background.all<Row>(sql, parameters);
  return row as Row;
}

/** Another program may have written anything there. */
function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** The file and its journal; 0 where there is none. */
async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
