import type { InventoryNow, ProductStock } from '../../../src-main/contract/inventory-shapes.ts';
import type { Tone } from '../../ui/tone.ts';

/** What is wrong with a product, the worst first. */
export type Need = 'out' | 'expired' | 'low';

export interface Shelf {
  readonly tone: Tone;
  /** products that someone must do something about, the worst first, else in their order */
  readonly needs: readonly { readonly product: string; readonly need: Need }[];
  /** how long no count has come, milliseconds; null while counts come */
  readonly silentMs: number | null;
}

const rank: Readonly<Record<Need, number>> = { out: 0, expired: 1, low: 2 };

/** A detector that sends nothing for so long is said to be silent, milliseconds. */
const silentAfterMs = 60_000;

/** What is to be said of the shelf in one line. */
export function judgeShelf(now: InventoryNow, instant: Date): Shelf {
  const needs = now.products
    .flatMap((product) => {
      const need = needOf(product);
      return need === null ? [] : [{ product: product.product_name, need }];
    })
    .toSorted((one, other) => rank[one.need] - rank[other.need]);
  const [worst] = needs;
  const age = instant.getTime() - (now.read_at_utc ?? 0) * 1000;
  const silentMs = now.read_at_utc === null || age < silentAfterMs ? null : age;
  const tone = worst === undefined ? 'safe' : worst.need === 'low' ? 'off' : 'attention';
  return { tone: tone === 'safe' && silentMs !== null ? 'off' : tone, needs, silentMs };
}

/** Null for a product that needs nothing. */
function needOf(product: ProductStock): Need | null {
  if (product.level === 'out') return 'out';
  if (product.is_expired) return 'expired';
  return product.level === 'low' ? 'low' : null;
}

/** Whether a detector has ever counted anything on this box. */
export function hasReadings(now: InventoryNow): boolean {
  return now.read_at_utc !== null || now.snapshot_at_utc !== null || now.products.length > 0;
}
