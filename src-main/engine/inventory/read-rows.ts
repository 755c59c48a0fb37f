import type {
  AlertRow,
  AlertSelection,
  SaleRow,
  SaleSelection,
  SnapshotRow,
  SnapshotSelection,
} from '../../contract/inventory-shapes.ts';
import type { Storage } from '../storage/service.ts';
import type { TrackedProducts } from './tracked-products.ts';

interface Span {
  readonly from_utc?: number | undefined;
  readonly to_utc?: number | undefined;
  readonly product_name?: string | undefined;
}

type Names = Pick<TrackedProducts, 'namesOf'>;

/** Sales, newest first; of a product also those that an older program wrote by another of its names. */
export function readSales(storage: Storage, names: Names, selection: SaleSelection): Promise<SaleRow[]> {
  const { where, parameters } = within(selection, names, isOneOf('product_name'));
  const sql = `SELECT id, timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before,
    inventory_after, created_at FROM sales_log ${where} ORDER BY timestamp_utc DESC, id DESC LIMIT ?`;
  return storage.background.all<SaleRow>(sql, [...parameters, selection.limit]);
}

interface StoredAlert extends Omit<AlertRow, 'metadata' | 'acknowledged' | 'resolved_utc'> {
  readonly metadata_json: string | null;
  readonly acknowledged: number | null;
}

/** Another program may have written anything there, which json_each would refuse for every row. */
export function validJson(column: string): string {
  return `CASE WHEN json_valid(${column}) THEN ${column} ELSE '{}' END`;
}

/** The condition of an alert whose cause lasts. */
export const alertIsOpen = `json_extract(${validJson('metadata_json')}, '$.resolved_utc') IS NULL`;

/** Alerts, newest first. */
export async function readAlerts(
  storage: Storage,
  names: Names,
  selection: AlertSelection,
): Promise<AlertRow[]> {
  const open = selection.open ? [alertIsOpen] : [];
  const { where, parameters } = within(selection, names, isOneOf('product_name'), open);
  const sql = `SELECT ${alertColumns} FROM alerts_log ${where} ORDER BY timestamp_utc DESC, id DESC LIMIT ?`;
  const rows = await storage.background.all<StoredAlert>(sql, [...parameters, selection.limit]);
  return rows.map(toAlert);
}

export const alertColumns =
  'id, timestamp_utc, timestamp_est, alert_type, product_name, severity, message, metadata_json, acknowledged, created_at';

export function toAlert({ metadata_json, acknowledged, ...row }: StoredAlert): AlertRow {
  const metadata = parsed(metadata_json) as AlertRow['metadata'];
  const resolved = metadata.resolved_utc;
  return {
    ...row,
    metadata,
    acknowledged: acknowledged === 1,
    resolved_utc: typeof resolved === 'number' ? resolved : null,
  };
}

interface StoredSnapshot extends Omit<SnapshotRow, 'inventory'> {
  readonly inventory_json: string;
}

/** Snapshots, newest first; with a product only those that know it. */
export async function readSnapshots(
  storage: Storage,
  names: Names,
  selection: SnapshotSelection,
): Promise<SnapshotRow[]> {
  const knows = `EXISTS (SELECT 1 FROM json_each(${validJson('inventory_json')}) AS item WHERE ${isOneOf('item.key')})`;
  const { where, parameters } = within(selection, names, knows);
  const sql = `SELECT id, timestamp_utc, frame_number, total_items, inventory_json, created_at
    FROM inventory_snapshots ${where} ORDER BY timestamp_utc DESC, id DESC LIMIT ?`;
  const rows = await storage.background.all<StoredSnapshot>(sql, [...parameters, selection.limit]);
  return rows.map(({ inventory_json, ...row }) => ({
    ...row,
    inventory: parsed(inventory_json) as SnapshotRow['inventory'],
  }));
}

/** Its parameter is a JSON array of names. */
function isOneOf(column: string): string {
  return `trim(${column}) COLLATE NOCASE IN (SELECT value FROM json_each(?))`;
}

function within(
  { from_utc, to_utc, product_name }: Span,
  names: Names,
  isOfProduct: string,
  more: readonly string[] = [],
): { readonly where: string; readonly parameters: readonly unknown[] } {
  const conditions = [...more];
  const parameters: unknown[] = [];
  for (const [condition, value] of [
    ['timestamp_utc >= ?', from_utc],
    ['timestamp_utc < ?', to_utc],
    [isOfProduct, product_name === undefined ? undefined : JSON.stringify(names.namesOf(product_name))],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(condition);
    parameters.push(value);
  }
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, parameters };
}

/** What another program wrote there may be anything. */
function parsed(text: string | null): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
