import type { Client } from '../../contract/client.ts';
import type { InventoryNow } from '../../contract/inventory-shapes.ts';

/** What can be read at `/api/TOPIC`, and comes by `/ws` when it has changed (SPEC 9). */
export const topics = ['inventory', 'freshness', 'sales', 'alerts', 'stats', 'status'] as const;
export type Topic = (typeof topics)[number];

/** How many rows come unless more or fewer are asked for. */
export const usualLimits = { sales: 100, alerts: 20 } as const;

/** A product's freshness clock; `first_seen_utc` in epoch seconds. */
export interface Freshness {
  readonly first_seen_utc: number;
  readonly age_days: number;
  readonly is_expired: boolean;
}

/** Reads a topic, with the usual number of rows. @throws BackhaulError */
export function readTopic(client: Client, topic: Topic): Promise<unknown> {
  switch (topic) {
    case 'inventory':
      return client.call('inventory.get', {});
    case 'freshness':
      return client.call('inventory.get', {}).then(freshnessOf);
    case 'sales':
      return client.call('inventory.sales', { limit: usualLimits.sales });
    case 'alerts':
      return client.call('inventory.alerts', { limit: usualLimits.alerts });
    case 'stats':
      return client.call('inventory.stats', {});
    case 'status':
      return client.call('status.get', {});
  }
}

/** Products that were never seen have no clock. */
function freshnessOf({ products }: InventoryNow): Readonly<Record<string, Freshness>> {
  return Object.fromEntries(
    products.flatMap(({ product_name, first_seen_utc, age_days, is_expired }) => {
      if (first_seen_utc === null || age_days === null) return [];
      // A ten-thousandth of a day: nine seconds.
      const rounded = Math.round(age_days * 10_000) / 10_000;
      return [[product_name, { first_seen_utc, age_days: rounded, is_expired }]];
    }),
  );
}
