import type { Client } from '../../../contract/client.ts';

/** What was sold of a product since the engine began. */
export interface Sold {
  readonly sales: number;
  readonly items: number;
}

/** Counts sales once each, whatever retention deletes afterwards. */
export interface SalesTally {
  /** @throws BackhaulError where the log cannot be read */
  read(): Promise<ReadonlyMap<string, Sold>>;
}

/** A sale may be written a while after it happened. */
const latenessSeconds = 3600;
const mostBetweenTwoReadings = 1000;

export function createSalesTally(client: Client): SalesTally {
  const sold = new Map<string, Sold>();
  let last: { readonly id: number; readonly at: number } | null = null;
  let reading: Promise<void> | null = null;
  // What was sold before the start is not counted.
  void catchUp().catch(() => undefined);

  function catchUp(): Promise<void> {
    reading ??= readAnew().finally(() => {
      reading = null;
    });
    return reading;
  }

  async function readAnew(): Promise<void> {
    const from = last;
    const rows = await client.call(
      'inventory.sales',
      from === null ? { limit: 1 } : { limit: mostBetweenTwoReadings, from_utc: from.at - latenessSeconds },
    );
    const newest = Math.max(0, ...rows.map((row) => row.id));
    if (from !== null) {
      for (const row of rows) {
        if (row.id <= from.id) continue;
        const before = sold.get(row.product_name) ?? { sales: 0, items: 0 };
        const items = before.items + Math.max(0, row.quantity_delta);
        sold.set(row.product_name, { sales: before.sales + 1, items });
      }
    }
    const at = Math.max(from?.at ?? 0, ...rows.map((row) => row.timestamp_utc));
    last = { id: Math.max(from?.id ?? 0, newest), at };
  }

  return {
    async read() {
      await catchUp();
      return sold;
    },
  };
}
