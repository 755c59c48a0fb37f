import type { Database } from 'better-sqlite3';

/** Streams without a flag that are counted together, because they change together. */
export type ChangeGroup = 'parents' | 'inventory';

const parents = ['locations', 'cameras', 'camera_rois', 'videos', 'sessions'];
const inventory = ['product_freshness', 'alerts_log'];
/** rows of these belong to the stream that they name */
const bookkeeping = ['sync_marks', 'sync_quarantine'];

/**
 * Tells whether anything that the counts of a group depend on may have changed, without reading it: after years there
 * are thousands of sessions, and states are committed several times a second. Temporary triggers see the writes of
 * this connection, SQLite's data_version those of other programs; nothing of it is in the file.
 */
export function watchParents(db: Database): (group: ChangeGroup) => string {
  const changes = { parents: 0, inventory: 0 };
  db.function('backhaul_note_change', (stream) => {
    if (inventory.includes(String(stream))) changes.inventory += 1;
    // What only grows has many marks and is counted by itself.
    else if (!['inventory_snapshots', 'sales_log'].includes(String(stream))) changes.parents += 1;
    return null;
  });
  const isThere = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`);
  // A file that could not be brought forward is only read, and may lack those of the inventory.
  const watched = [...parents, ...inventory, ...bookkeeping].filter(
    (table) => isThere.get(table) !== undefined,
  );
  for (const table of watched) {
    for (const event of ['INSERT', 'UPDATE', 'DELETE']) {
      const row = event === 'DELETE' ? 'OLD' : 'NEW';
      const stream = bookkeeping.includes(table) ? `${row}.stream` : `'${table}'`;
      db.exec(
        `CREATE TEMP TRIGGER backhaul_${table}_${event} AFTER ${event} ON main.${table}
         BEGIN SELECT backhaul_note_change(${stream}); END`,
      );
    }
  }
  return (group) => `${changes[group]}:${String(db.pragma('data_version', { simple: true }))}`;
}
