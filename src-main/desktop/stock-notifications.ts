import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import type { InventoryNow } from '../contract/inventory-shapes.ts';
import type { ShownNotification } from './health-notifications.ts';
import type { NotificationWords } from './notification-words.ts';

export interface StockNotificationOptions {
  readonly engine: Port;
  readonly words: () => NotificationWords;
  /** whether the person wants to be told now */
  readonly wanted: () => boolean;
  readonly show: (notification: ShownNotification) => void;
  /** opens the console at the inventory */
  readonly openInventory: () => void;
}

const namedProducts = 3;
const longestName = 60;

/**
 * A desktop notification when a critical stock alert opens; none repeated, also not when the engine was started
 * again. What was open before the console was is on the page, not news.
 */
export function notifyOfStock({
  engine,
  words,
  wanted,
  show,
  openInventory,
}: StockNotificationOptions): void {
  let known: ReadonlySet<string> | null = null;

  function look(now: InventoryNow): void {
    const critical = now.alerts.filter(isUrgent);
    const news = critical.filter((alert) => known?.has(nameOf(alert)) === false);
    known = new Set([...(known ?? []), ...critical.map(nameOf)]);
    const products = [...new Set(news.map((alert) => alert.product_name))];
    if (products.length > 0 && wanted())
      show({ ...words().outOfStock(products.length, named(products)), onClick: openInventory });
  }

  engine.subscribe('inventory.changed', (payload) => {
    const parsed = contract['inventory.changed'].payload.safeParse(payload);
    if (parsed.success) look(parsed.data);
  });
  void engine
    .call('inventory.get', {})
    .then((answer) => {
      const parsed = contract['inventory.get'].output.safeParse(answer.ok ? answer.value : null);
      if (known === null && parsed.success) look(parsed.data);
    })
    .catch(() => undefined);
}

type Alert = InventoryNow['alerts'][number];

/** An engine that stores nothing counts its alerts anew. */
function nameOf({ id, timestamp_utc, product_name }: Alert): string {
  return `${id} ${timestamp_utc} ${product_name}`;
}

function isUrgent(alert: Alert): boolean {
  const isNew = !alert.acknowledged && alert.resolved_utc === null;
  return isNew && alert.severity === 'critical' && alert.alert_type === 'low_stock';
}

function named(products: readonly string[]): readonly string[] {
  const names = products.map((name) => (name.length > longestName ? `${name.slice(0, longestName)}…` : name));
  return names.length > namedProducts ? [...names.slice(0, namedProducts), '…'] : names;
}
