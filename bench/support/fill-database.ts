import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseFileName, openStorage, utcText } from '../../src-main/engine/storage/service.ts';
import { bareRows, insertSql } from './bare-inserts.ts';
import { makeRecording, type Recording } from './recording.ts';

export interface FillOptions {
  readonly locationId: string;
  /** a multiple of 100,000 */
  readonly records: number;
  readonly firstRound: number;
}

const recordsOfOne = 100_000;
const hourMs = 3_600_000;

/** Makes a data directory with so many pending records, an hour between each hundred thousand. */
export async function fillDataDir(dataDir: string, options: FillOptions): Promise<void> {
  const { locationId, records, firstRound } = options;
  const storage = await openStorage(dataDir, { locationId, timeZone: null, now: () => new Date() });
  await storage.close();
  const db = new Database(join(dataDir, databaseFileName));
  db.pragma('synchronous = OFF');
  withoutIndexes(db, () => {
    for (let from = 0; from < records; from += recordsOfOne) {
      const hoursAgo = 1 + (records - from) / recordsOfOne;
      const round = firstRound + from / recordsOfOne;
      const recording = makeRecording({ locationId, states: recordsOfOne, round });
      fillDatabase(db, recording, utcText(new Date(Date.now() - hoursAgo * hourMs)));
    }
  });
  db.close();
}

/** Writes a recording plainly, parents included, as pending rows. @param createdAt UTC text */
export function fillDatabase(db: Database.Database, recording: Recording, createdAt: string): void {
  const { locationId, sessions } = recording;
  const insert = { division: db.prepare(insertSql.division), table: db.prepare(insertSql.table) };
  const location = db.prepare(
    `INSERT OR IGNORE INTO locations (location_id, city, restaurant_name, commercial_area) VALUES (?, ?, ?, ?)`,
  );
  const camera = db.prepare(
    'INSERT OR IGNORE INTO cameras (camera_id, location_id, camera_name, camera_ip_address) VALUES (?, ?, ?, ?)',
  );
  const session = db.prepare(
    'INSERT INTO sessions (session_id, camera_id, location_id, start_time) VALUES (?, ?, ?, ?)',
  );
  db.transaction(() => {
    location.run(locationId, '上海', '野百灵·贵州酸汤', '静安');
    for (const { sessionId, cameraId, startTime } of sessions) {
      camera.run(cameraId, locationId, cameraId, '192.168.1.35');
      session.run(sessionId, cameraId, locationId, startTime);
    }
    for (const { kind, values } of bareRows(recording, createdAt)) insert[kind].run(...values);
  })();
}

/** Fills faster: indexes are left out and made again afterwards, as they were. */
function withoutIndexes(db: Database.Database, work: () => void): void {
  const indexes = db
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`)
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  work();
  for (const { sql } of indexes) db.exec(sql);
}
