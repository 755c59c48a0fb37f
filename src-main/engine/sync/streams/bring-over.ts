import { z } from 'zod';
import { type Connection, insertRow, notQuarantined, prepared, utcText } from '../../storage/service.ts';
import { storeTime } from '../../time/store-time.ts';
import type { StateTable } from '../state-table.ts';
import { bringOverInventory } from './bring-over-inventory.ts';
import { stateTables } from './list.ts';
import { type BringOverOptions, readCloudPage } from './read-cloud-page.ts';

const cloudRow = z.looseObject({
  row_key: z.number(),
  created_at: z.string(),
  timestamp_recorded: z.string().nullable(),
});

/**
 * Reads back, as pending rows, what only the cloud that is left still holds: retention has deleted it here (SPEC 3).
 * A key that a held row carries to the cloud is left alone, so a call that was interrupted is simply made again.
 * @returns how many rows came back
 */
export async function bringOver(options: BringOverOptions): Promise<number> {
  let total = 0;
  for (const table of stateTables) {
    for (let after: number | null = null; ; ) {
      const rows: CloudRow[] = await readPage(options, table, after);
      const last = rows.at(-1);
      if (last === undefined) break;
      total += await restore(options, table, rows);
      after = last.row_key;
    }
  }
  return total + (await bringOverInventory(options));
}

type CloudRow = z.infer<typeof cloudRow>;

function readPage(options: BringOverOptions, table: StateTable, after: number | null): Promise<CloudRow[]> {
  const columns = [...table.key, 'timestamp_video', 'timestamp_recorded', 'created_at', ...table.columns];
  const id = `${table.name.slice(0, -1)}_id`;
  return readCloudPage({ ...options, table: table.name, id, columns }, cloudRow, after);
}

async function restore(
  { storage, locationId }: BringOverOptions,
  table: StateTable,
  rows: readonly CloudRow[],
): Promise<number> {
  const zone = storeTime(storage.location.timeZone());
  return storage.transaction((db) => {
    let restored = 0;
    for (const { row_key: _key, created_at, timestamp_recorded, ...row } of rows) {
      const holders = holdersOf(
        db,
        table,
        table.key.map((name) => row[name]),
        locationId,
      );
      if (holders.some((holder) => holder.goes === 1)) continue;
      insertRow(db, table.name, {
        ...(holders.length === 0 ? {} : { rowid: lowestFreeId(db, table) }),
        ...row,
        location_id: locationId,
        timestamp_recorded: timestamp_recorded === null ? null : zone.toLocal(timestamp_recorded),
        created_at: utcText(new Date(created_at)),
        synced_to_cloud: 0,
      });
      restored += 1;
    }
    return restored;
  });
}

/** Held rows of a key; `goes` is 1 for one that will be sent, 0 for one that was given up or set aside. */
function holdersOf(
  db: Connection,
  table: StateTable,
  key: readonly unknown[],
  locationId: string,
): { readonly goes: number }[] {
  const sameKey = table.key.map((name) => `s.${name} = ?`).join(' AND ');
  const sql = `SELECT COALESCE(s.synced_to_cloud, 0) <> -1 AND ${notQuarantined(table.name, 's')} AS goes
    FROM ${table.name} s WHERE s.location_id = ? AND ${sameKey}`;
  return prepared(db, sql).all(locationId, ...key) as { goes: number }[];
}

/** Of equal keys the row with the lowest id goes to the cloud: what comes back was confirmed before the others came. */
function lowestFreeId(db: Connection, table: StateTable): number {
  const sql = `SELECT min(rowid) AS id FROM ${table.name}`;
  const { id } = prepared(db, sql).get() as { id: number | null };
  return Math.min(id ?? 0, 0) - 1;
}
