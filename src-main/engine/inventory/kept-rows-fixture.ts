import Database from 'better-sqlite3';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { databaseFileName, openStorage, type Storage } from '../storage/service.ts';

/** A real file whose inventory the test writes as another program would. */
export interface KeptRows {
  readonly storage: Storage;
  readonly db: Database.Database;
  snapshot(timestampUtc: number, inventory: Readonly<Record<string, number>> | string): void;
  sale(timestampUtc: number, product: string, quantity: number): void;
  alert(timestampUtc: number, product: string, values?: Readonly<Record<string, string | null>>): void;
  freshness(product: string, firstSeenUtc: number, isExpired: boolean): void;
  close(): Promise<void>;
}

export async function openKeptRows(now: () => Date): Promise<KeptRows> {
  const folder = temporaryFolder('inventory');
  const storage = await openStorage(folder.path, { locationId: 'store_1', timeZone: 'Asia/Shanghai', now });
  const db = new Database(`${folder.path}/${databaseFileName}`, { timeout: 5000 });
  const insert = (table: string, row: Readonly<Record<string, unknown>>): void => {
    const names = Object.keys(row);
    db.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map(() => '?')})`).run(Object.values(row));
  };
  return {
    storage,
    db,
    snapshot(timestamp_utc, inventory) {
      const inventory_json = typeof inventory === 'string' ? inventory : JSON.stringify(inventory);
      insert('inventory_snapshots', { timestamp_utc, total_items: 0, inventory_json });
    },
    sale(timestamp_utc, product_name, quantity_delta) {
      const shelf = { inventory_before: 20, inventory_after: 20 - quantity_delta };
      insert('sales_log', { timestamp_utc, timestamp_est: '', product_name, quantity_delta, ...shelf });
    },
    alert(timestamp_utc, product_name, values = {}) {
      const alert = { alert_type: 'low_stock', severity: 'warning', message: '', ...values };
      insert('alerts_log', { timestamp_utc, timestamp_est: '', product_name, ...alert });
    },
    freshness(product_name, first_seen_utc, isExpired) {
      const times = { first_seen_utc, last_seen_utc: first_seen_utc };
      insert('product_freshness', {
        product_name,
        ...times,
        is_expired: Number(isExpired),
        expiration_days: 5,
      });
    },
    async close() {
      db.close();
      await storage.close();
      folder.remove();
    },
  };
}
