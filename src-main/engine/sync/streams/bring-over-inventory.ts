import { z } from 'zod';
import { type Connection, insertRow, prepared, utcText } from '../../storage/service.ts';
import { sameLogKey } from '../log-table.ts';
import { type BringOverOptions, readCloudPage } from './read-cloud-page.ts';

const cloudRow = z.looseObject({ row_key: z.union([z.string(), z.number()]), created_at: z.string() });
type CloudRow = z.infer<typeof cloudRow>;
type LocalRow = Readonly<Record<string, string | number | null>>;

interface BroughtTable {
  readonly name: string;
  readonly id: string;
  readonly columns: readonly string[];
  /** the natural key, by local columns */
  readonly key: readonly string[];
  toLocal(row: CloudRow): LocalRow;
}

const tables: readonly BroughtTable[] = [
  {
    name: 'inventory_snapshots',
    id: 'snapshot_id',
    columns: ['timestamp_utc', 'frame_number', 'total_items', 'inventory_json'],
    key: ['timestamp_utc', 'frame_number'],
    toLocal: (row) => ({
      timestamp_utc: secondsOf(row.timestamp_utc),
      frame_number: plain(row.frame_number),
      total_items: plain(row.total_items),
      inventory_json: jsonText(row.inventory_json),
    }),
  },
  {
    name: 'product_freshness',
    id: 'product_name',
    columns: ['first_seen_utc', 'last_seen_utc', 'is_expired', 'expiration_days'],
    key: ['product_name'],
    toLocal: (row) => ({
      product_name: row.row_key,
      first_seen_utc: secondsOf(row.first_seen_utc),
      last_seen_utc: secondsOf(row.last_seen_utc),
      is_expired: plain(row.is_expired),
      expiration_days: plain(row.expiration_days),
    }),
  },
  {
    name: 'sales_log',
    id: 'sale_id',
    columns: [
      'timestamp_utc',
      'timestamp_est',
      'product_name',
      'quantity_delta',
      'inventory_before',
      'inventory_after',
    ],
    key: ['timestamp_utc', 'product_name', 'inventory_before', 'inventory_after', 'quantity_delta'],
    toLocal: (row) => ({
      timestamp_utc: secondsOf(row.timestamp_utc),
      timestamp_est: plain(row.timestamp_est) ?? '',
      product_name: plain(row.product_name),
      quantity_delta: plain(row.quantity_delta),
      inventory_before: plain(row.inventory_before),
      inventory_after: plain(row.inventory_after),
    }),
  },
  {
    name: 'alerts_log',
    id: 'alert_id',
    columns: [
      'timestamp_utc',
      'timestamp_est',
      'alert_type',
      'product_name',
      'severity',
      'message',
      'metadata_json',
      'acknowledged',
    ],
    key: ['timestamp_utc', 'alert_type', 'product_name', 'severity'],
    toLocal: (row) => ({
      timestamp_utc: secondsOf(row.timestamp_utc),
      timestamp_est: plain(row.timestamp_est) ?? '',
      alert_type: plain(row.alert_type),
      product_name: plain(row.product_name),
      severity: plain(row.severity),
      message: plain(row.message) ?? '',
      metadata_json: row.metadata_json === null ? null : jsonText(row.metadata_json),
      acknowledged: plain(row.acknowledged),
    }),
  },
];

/**
 * Reads back what of the inventory only the cloud that is left still holds. What is held here is left alone, so a call
 * that was interrupted is simply made again.
 * @returns how many rows came back
 */
export async function bringOverInventory(options: BringOverOptions): Promise<number> {
  let total = 0;
  for (const table of tables) {
    const { name, id } = table;
    const page = { ...options, table: name, id, columns: [...table.columns, 'created_at'] };
    for (let after: string | number | null = null; ; ) {
      const rows: CloudRow[] = await readCloudPage(page, cloudRow, after);
      const last = rows.at(-1);
      if (last === undefined) break;
      total += await options.storage.transaction((db) => restore(db, table, rows));
      after = last.row_key;
    }
  }
  return total;
}

/** Before all that is held, so that the newest by their ids stay the newest. */
function restore(db: Connection, table: BroughtTable, rows: readonly CloudRow[]): number {
  let lowest =
    (prepared(db, `SELECT min(rowid) AS id FROM ${table.name}`).get() as { id: number | null }).id ?? 1;
  let restored = 0;
  for (const row of rows) {
    const local = table.toLocal(row);
    if (isHeld(db, table, local)) continue;
    lowest = Math.min(lowest, 1) - 1;
    insertRow(db, table.name, { rowid: lowest, ...local, created_at: utcText(new Date(row.created_at)) });
    restored += 1;
  }
  return restored;
}

function isHeld(db: Connection, { name, key }: BroughtTable, row: LocalRow): boolean {
  const columns = key.map((column) => `? AS ${column}`).join(', ');
  const same = key.includes('timestamp_utc') ? sameLogKey({ key }, 's') : 'b.product_name = s.product_name';
  const sql = `SELECT 1 FROM (SELECT ${columns}) s WHERE EXISTS (SELECT 1 FROM ${name} b WHERE ${same})`;
  return prepared(db, sql).get(...key.map((column) => row[column])) !== undefined;
}

/** Epoch seconds of an instant as the cloud writes it, to the microsecond. */
function secondsOf(instant: unknown): number {
  const text = String(instant);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const whole = Date.parse(text.replace(/\.\d+/, '')) / 1000;
  return whole + Number(`0.${fraction.padEnd(1, '0')}`);
}

function plain(value: unknown): string | number | null {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** A JSON string is text that was no JSON (parsedJson). */
function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
