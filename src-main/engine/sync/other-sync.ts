import { prepared, readSetting, type Storage, writeSetting } from '../storage/service.ts';
import type { StateTable } from './state-table.ts';

/**
 * Rows that came after the last run's plan can be marked by nobody but another program: an old sync script that still
 * works on the file. What it marks may not be in the cloud, so it is noted for health (SPEC 6).
 * @returns up to which local id this run plans, by table
 */
export async function noteOtherSync(
  storage: Storage,
  tables: readonly StateTable[],
  now: () => Date,
): Promise<ReadonlyMap<string, string>> {
  const text = readSetting(storage.reader, 'planned_rows');
  const before = (text === null ? {} : JSON.parse(text)) as Record<string, string>;
  const upTo = new Map<string, string>();
  let foreign = 0;
  for (const { name } of tables) {
    const newest = prepared(storage.reader, `SELECT CAST(max(rowid) AS TEXT) AS id FROM ${name}`).get();
    const id = (newest as { id: string | null }).id ?? '0';
    const known = before[name];
    if (known !== undefined) foreign += await markedAfter(storage, name, known, id);
    upTo.set(name, known !== undefined && BigInt(known) > BigInt(id) ? known : id);
  }
  const planned = JSON.stringify(Object.fromEntries(upTo));
  if (planned === text && foreign === 0) return upTo;
  await storage.transaction((db) => {
    writeSetting(db, 'planned_rows', planned);
    if (foreign > 0)
      writeSetting(db, 'other_sync', JSON.stringify({ at: now().toISOString(), rows: foreign }));
  });
  return upTo;
}

async function markedAfter(storage: Storage, table: string, after: string, upTo: string): Promise<number> {
  const rows = await storage.background.all<{ n: number }>(
    `SELECT count(*) AS n FROM ${table} WHERE synced_to_cloud = 1
       AND rowid > CAST(? AS INTEGER) AND rowid <= CAST(? AS INTEGER)`,
    [after, upTo],
  );
  return rows[0]?.n ?? 0;
}
