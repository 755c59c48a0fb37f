import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { prepared, type Storage, utcText } from '../storage/service.ts';

const rowsPerTransaction = 1000;

/** What is kept for a while only, and since when a row of it is old. What was given up and has no flag stays remembered. */
const kept: readonly (readonly [table: string, old: string])[] = [
  ['sync_status', `status <> 'running' AND COALESCE(finished_at, last_sync_time, created_at) < ?`],
  ['sync_history', `status <> 'running' AND COALESCE(sync_timestamp, created_at) < ?`],
  [
    'sync_quarantine',
    `resolution <> 'open'
     AND NOT (resolution = 'discarded' AND (local_id IS NULL OR stream IN ('inventory_snapshots', 'sales_log')))
     AND COALESCE(resolved_at, first_seen, created_at) < ?`,
  ],
  ['rejected_lines', 'COALESCE(received_at, created_at) < ?'],
];

/**
 * Deletes bookkeeping that is past its days (SPEC 5.3).
 * @returns deleted rows by table
 */
export async function deleteOldRecords(
  storage: Storage,
  recordsDays: number,
  now: () => Date,
): Promise<Record<string, number>> {
  const cutoff = utcText(new Date(now().getTime() - recordsDays * 86_400_000));
  const deleted: Record<string, number> = {};
  for (const [table, old] of kept) deleted[table] = await deleteWhere(storage, table, old, cutoff);
  await deleteWhere(
    storage,
    'sync_marks',
    `stream = 'sync_status' AND synced_at < ?
     AND NOT EXISTS (SELECT 1 FROM sync_status s WHERE s.run_key = sync_marks.record_key)`,
    cutoff,
  );
  // Timers of zones whose session nobody has added a frame to for as long.
  const idle = 'SELECT session_id FROM frame_cursors WHERE COALESCE(updated_at, created_at) < ?';
  await deleteWhere(storage, 'zone_states', `session_id IN (${idle})`, cutoff);
  await deleteWhere(storage, 'frame_cursors', 'COALESCE(updated_at, created_at) < ?', cutoff);
  return deleted;
}

async function deleteWhere(
  storage: Storage,
  table: string,
  condition: string,
  cutoff: string,
): Promise<number> {
  const some = prepared(storage.reader, `SELECT 1 FROM ${table} WHERE ${condition} LIMIT 1`);
  const sql = `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT ${rowsPerTransaction})`;
  let total = 0;
  while (some.get(cutoff) !== undefined) {
    total += await storage.transaction((db) => prepared(db, sql).run(cutoff).changes);
    await yieldToLoop();
  }
  return total;
}
