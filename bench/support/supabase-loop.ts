import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../e2e/support/temporary-folder.ts';
import type { TestCloud } from '../../e2e/support/test-cloud.ts';
import { databaseFileName, openStorage, utcText } from '../../src-main/engine/storage/service.ts';
import { expectInCloud, insertCloudParents } from './bare-requests.ts';
import { fillDatabase } from './fill-database.ts';
import type { Recording } from './recording.ts';

const tables = [
  {
    local: 'division_states',
    id: 'division_state_id',
    rest: 'walking_area_waiters, service_area_waiters, total_staff',
    key: 'location_id,session_id,camera_id,frame_number',
  },
  {
    local: 'table_states',
    id: 'table_state_id',
    rest: 'table_id, customers_count, waiters_count',
    key: 'location_id,session_id,camera_id,frame_number,table_id',
  },
] as const;

/**
 * The same work as most write it by hand: a thousand unsynced rows, supabase-js upserts them, the flag is set, and again.
 * It verifies nothing. @returns milliseconds until the last mark
 */
export async function supabaseLoop(cloud: TestCloud, recording: Recording, url = cloud.url): Promise<number> {
  await insertCloudParents(cloud, recording);
  const folder = temporaryFolder('bench-loop');
  const now = (): Date => new Date();
  const storage = await openStorage(folder.path, { locationId: recording.locationId, timeZone: null, now });
  await storage.close();
  const db = new Database(join(folder.path, databaseFileName));
  db.pragma('synchronous = FULL');
  try {
    fillDatabase(db, recording, utcText(now()));
    const token = await cloud.token(recording.locationId);
    const client = createClient(url, cloud.apiKey, { accessToken: async () => token });
    const began = performance.now();
    for (const table of tables) {
      const read = db.prepare<[], Record<string, unknown>>(`SELECT ${table.id} AS local_id, location_id,
        session_id, camera_id, frame_number, timestamp_video, timestamp_recorded, state, ${table.rest}
        FROM ${table.local} WHERE synced_to_cloud = 0 LIMIT 1000`);
      const mark = db.prepare(`UPDATE ${table.local} SET synced_to_cloud = 1 WHERE ${table.id} = ?`);
      const markAll = db.transaction((ids: unknown[]) => {
        for (const id of ids) mark.run(id);
      });
      for (let rows = read.all(); rows.length > 0; rows = read.all()) {
        const payload = rows.map(({ local_id: _, ...row }) => row);
        const { error } = await client
          .from(`ASE_${table.local}`)
          .upsert(payload, { onConflict: table.key, ignoreDuplicates: true });
        if (error) throw new Error(`The loop failed: ${error.message}`);
        markAll(rows.map((row) => row.local_id));
      }
    }
    const milliseconds = performance.now() - began;
    await expectInCloud(cloud, recording);
    return milliseconds;
  } finally {
    db.close();
    folder.remove();
  }
}
