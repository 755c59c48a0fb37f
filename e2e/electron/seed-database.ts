import Database from 'better-sqlite3';
import { insertManyRuns } from '../../src-main/engine/reports/report-fixture.ts';
import { databaseFileName, openStorage } from '../../src-main/engine/storage/service.ts';

/** What lies in a box before its console opens. */
export interface Seed {
  /** runs of seven streams each, one every ten minutes, each sixth of them failed */
  readonly runs?: number;
  /** division states that were set aside, each with its row */
  readonly setAside?: number;
  readonly refusedLines?: number;
}

/** Makes a box's database and fills it, as if it had been in use for long. */
export async function seedDatabase(dataDir: string, seed: Seed): Promise<void> {
  const now = (): Date => new Date();
  const storage = await openStorage(dataDir, { locationId: null, timeZone: 'Asia/Shanghai', now });
  await storage.transaction((transaction) => storage.location.fix(transaction, 'store_window'));
  await storage.close();
  const db = new Database(`${dataDir}/${databaseFileName}`, { timeout: 5000 });
  insertManyRuns(db, seed.runs ?? 0, Date.now());
  db.transaction(() => {
    setAside(db, seed.setAside ?? 0);
    refuse(db, seed.refusedLines ?? 0);
  })();
  db.close();
}

function setAside(db: Database.Database, entries: number): void {
  const state = db.prepare(
    `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video, timestamp_recorded, state)
     VALUES ('20251213_143500_camera_35', 'camera_35', 'store_window', ?, ?, '2025-12-13 14:35:00+08:00', 'PURPLE')`,
  );
  const entry = db.prepare(
    `INSERT INTO sync_quarantine (stream, record_key, local_id, payload, code, message, first_seen, attempts, resolution, run_id)
     VALUES ('division_states', ?, ?, ?, '23514', ?, datetime('now', ?), 1, 'open', (SELECT max(sync_id) FROM sync_status))`,
  );
  const message =
    'new row for relation "ASE_division_states" violates check constraint "ASE_division_states_state_check"';
  for (let frame = 1; frame <= entries; frame += 1) {
    const id = state.run(frame, frame / 25).lastInsertRowid;
    const payload = {
      ...{ location_id: 'store_window', session_id: '20251213_143500_camera_35', camera_id: 'camera_35' },
      ...{ frame_number: frame, timestamp_video: frame / 25, state: 'PURPLE', total_staff: 2 },
    };
    const key = `20251213_143500_camera_35/${frame}/camera_35`;
    entry.run(key, id, JSON.stringify(payload), message, `-${entries - frame} seconds`);
  }
}

function refuse(db: Database.Database, lines: number): void {
  const insert = db.prepare(
    `INSERT INTO rejected_lines (received_at, source, line, code, message)
     VALUES (datetime('now', ?), 'bridge', ?, 'invalid_json', 'the line is no JSON')`,
  );
  for (let line = 1; line <= lines; line += 1)
    insert.run(`-${lines - line} seconds`, `{"frame": ${line}, broken`);
}
