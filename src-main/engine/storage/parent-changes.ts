import type { Database } from 'better-sqlite3';

const watched = [
  'locations',
  'cameras',
  'camera_rois',
  'videos',
  'sessions',
  'sync_marks',
  'sync_quarantine',
];

/**
 * Tells whether anything that the parents' counts depend on may have changed, without reading it: after years there
 * are thousands of sessions, and states are committed several times a second. Temporary triggers see the writes of
 * this connection, SQLite's data_version those of other programs; nothing of it is in the file.
 */
export function watchParents(db: Database): () => string {
  let changes = 0;
  db.function('backhaul_note_parent_change', () => {
    changes += 1;
    return null;
  });
  for (const table of watched) {
    for (const event of ['INSERT', 'UPDATE', 'DELETE']) {
      db.exec(
        `CREATE TEMP TRIGGER backhaul_${table}_${event} AFTER ${event} ON main.${table}
         BEGIN SELECT backhaul_note_parent_change(); END`,
      );
    }
  }
  return () => `${changes}:${String(db.pragma('data_version', { simple: true }))}`;
}
