import type { Config } from '../config/load-config.ts';
import { sameName } from '../config/product-names.ts';

type InventoryConfig = Config['inventory'];

/** Which names count, and what holds for each product (SPEC 9). */
export interface TrackedProducts {
  /** counts by product: aliases are added up, what is not tracked is left out */
  countsOf(counts: Readonly<Record<string, number>>): ReadonlyMap<string, number>;
  /** the product that a name means; the name itself where it is none of the list */
  nameOf(name: string): string;
  /** every name by which rows may have the product that a name means, in capitals or not */
  namesOf(name: string): readonly string[];
  tracks(product: string): boolean;
  thresholdOf(product: string): number;
  expirationDaysOf(product: string): number;
  /** in the order of the configuration, then by name */
  compare(one: string, other: string): number;
}

export function trackedProducts(config: InventoryConfig): TrackedProducts {
  const all = config.products.length === 0;
  const names = new Map<string, string>();
  for (const { name, aliases } of config.products)
    for (const word of [name, ...aliases]) names.set(sameName(word), name);
  const own = new Map(config.products.map((product, index) => [product.name, { ...product, index }]));
  const canonical = (name: string): string | undefined =>
    names.get(sameName(name)) ?? (all ? name.trim() : undefined);
  return {
    countsOf(counts) {
      const found = new Map<string, number>();
      for (const [name, count] of Object.entries(counts)) {
        const product = canonical(name);
        if (product !== undefined) found.set(product, (found.get(product) ?? 0) + count);
      }
      return found;
    },
    nameOf: (name) => canonical(name) ?? name,
    namesOf(name) {
      const product = config.products.find((one) => one.name === canonical(name));
      return product === undefined ? [name.trim()] : [product.name, ...product.aliases];
    },
    tracks: (product) => all || own.has(product),
    thresholdOf: (product) => own.get(product)?.low_stock_threshold ?? config.low_stock_threshold,
    expirationDaysOf: (product) => own.get(product)?.expiration_days ?? config.expiration_days,
    compare(one, other) {
      const [first, second] = [one, other].map((name) => own.get(name)?.index ?? Number.MAX_SAFE_INTEGER);
      return (first ?? 0) - (second ?? 0) || (one < other ? -1 : Number(one !== other));
    },
  };
}
