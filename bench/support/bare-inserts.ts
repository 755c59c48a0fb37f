import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseFileName, openStorage } from '../../src-main/engine/storage/service.ts';
import type { RecordedState, Recording } from './recording.ts';

/** The least that can be done: prepared inserts of finished values into the product's own tables. */
export interface BareInserts {
  readonly path: string;
  readonly db: Database.Database;
  /** one transaction a batch */
  insert(rows: BareRows, batchSize: number): void;
  close(): void;
}

/** Values in the order of the statement's columns, made before the clock starts. */
export type BareRows = readonly { readonly kind: RecordedState['kind']; readonly values: unknown[] }[];

const head = `session_id, camera_id, location_id, frame_number, timestamp_video, timestamp_recorded, state,
  screenshot_path, synced_to_cloud, created_at`;
export const insertSql = {
  division: `INSERT INTO division_states (${head}, walking_area_waiters, service_area_waiters, total_staff)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  table: `INSERT INTO table_states (${head}, table_id, customers_count, waiters_count)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
};

/** A file with the product's tables and indexes, in the given journal mode, every commit synced. */
export async function openBareInserts(dataDir: string, journal: 'WAL' | 'DELETE'): Promise<BareInserts> {
  const storage = await openStorage(dataDir, { locationId: null, timeZone: null, now: () => new Date() });
  await storage.close();
  const path = join(dataDir, databaseFileName);
  const db = new Database(path);
  db.pragma(`journal_mode = ${journal}`);
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -16000');
  db.pragma('journal_size_limit = 67108864');
  const statements = { division: db.prepare(insertSql.division), table: db.prepare(insertSql.table) };
  return {
    path,
    db,
    insert(rows, batchSize) {
      for (let from = 0; from < rows.length; from += batchSize) {
        db.exec('BEGIN IMMEDIATE');
        for (const row of rows.slice(from, from + batchSize)) statements[row.kind].run(...row.values);
        db.exec('COMMIT');
      }
    },
    close: () => db.close(),
  };
}

/** @param createdAt UTC text */
export function bareRows({ locationId, states }: Recording, createdAt: string): BareRows {
  return states.map((one) => {
    const [first, second] = one.counts;
    const values = [
      ...[one.sessionId, one.cameraId, locationId, one.frameNumber, one.timestampVideo],
      ...[one.timestampRecorded, one.state, one.screenshotPath, 0, createdAt],
    ];
    const rest = one.kind === 'division' ? [first, second, first + second] : [one.tableId, first, second];
    return { kind: one.kind, values: [...values, ...rest] };
  });
}
