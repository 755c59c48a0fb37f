import { prepared, readSetting, type Storage, writeSetting } from '../storage/service.ts';

const rowsPerTransaction = 2000;

/**
 * Marks every held row pending again and remembers the new cloud (SPEC 3). The setting changes last, so that
 * a switch that was interrupted is refused by the next run and simply done again.
 */
export async function switchCloud(
  storage: Storage,
  identity: string,
): Promise<{ from: string | null; to: string; marked: number }> {
  const from = readSetting(storage.reader, 'cloud');
  if (from === identity) return { from, to: identity, marked: 0 };
  let marked = 0;
  for (const table of ['division_states', 'table_states']) {
    for (let upTo = 0; ; ) {
      const sql = `SELECT max(id) AS id FROM (SELECT rowid AS id FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?)`;
      const next = (prepared(storage.reader, sql).get(upTo, rowsPerTransaction) as { id: number | null }).id;
      if (next === null) break;
      const after = upTo;
      marked += await storage.transaction(
        (db) =>
          prepared(
            db,
            `UPDATE ${table} SET synced_to_cloud = 0 WHERE rowid > ? AND rowid <= ? AND synced_to_cloud = 1`,
          ).run(after, next).changes,
      );
      upTo = next;
    }
  }
  await storage.transaction((db) => {
    db.exec('DELETE FROM sync_marks');
    db.exec(`DELETE FROM backhaul_settings WHERE name = 'last_verification'`);
    writeSetting(db, 'cloud', identity);
  });
  return { from, to: identity, marked };
}
