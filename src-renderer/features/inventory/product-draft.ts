import type { ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import type { Json } from '../settings/draft.ts';

/** A product of the configuration, as it is typed. */
export interface ProductDraft {
  readonly name: string;
  /** one a line */
  readonly aliases: string;
  /** empty takes the one of all products */
  readonly threshold: string;
  readonly days: string;
}

export const emptyProduct: ProductDraft = { name: '', aliases: '', threshold: '', days: '' };

/** A product as config.json holds it. */
export interface Product {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly low_stock_threshold: number | null;
  readonly expiration_days: number | null;
}

export type ProductField = keyof ProductDraft;

/** What the engine refused at a field, and the text that is meant where it is one of several. */
export type ProductFaults = Readonly<Partial<Record<ProductField, { readonly text: string | null }>>>;

export const productsKey = 'inventory.products';

/** The products that are saved, whatever the running engine still has. */
export function savedProducts(config: ConfigReport): readonly Product[] {
  const value = config.entries.find(({ key }) => key === productsKey)?.value;
  return Array.isArray(value) ? value.map(readProduct) : [];
}

function readProduct(value: Json): Product {
  const group = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const { name, aliases, low_stock_threshold: threshold, expiration_days: days } = group;
  return {
    name: String(name ?? ''),
    aliases: Array.isArray(aliases) ? aliases.map(String) : [],
    low_stock_threshold: typeof threshold === 'number' ? threshold : null,
    expiration_days: typeof days === 'number' ? days : null,
  };
}

export function draftOf(product: Product): ProductDraft {
  return {
    name: product.name,
    aliases: product.aliases.join('\n'),
    threshold: product.low_stock_threshold === null ? '' : String(product.low_stock_threshold),
    days: product.expiration_days === null ? '' : String(product.expiration_days),
  };
}

/** What is sent; a number that is none goes as it was typed, to be refused. */
function toJson({ name, aliases, threshold, days }: ProductDraft): Json {
  return {
    name: name.trim(),
    aliases: aliasLines(aliases),
    low_stock_threshold: typedNumber(threshold),
    expiration_days: typedNumber(days),
  };
}

/** The list with a product changed, or with one more where `index` is its end. */
export function withProduct(products: readonly Product[], index: number, draft: ProductDraft): Json {
  const kept: Json[] = products.map((product) => ({ ...product, aliases: [...product.aliases] }));
  kept[index] = toJson(draft);
  return kept;
}

export function withoutProduct(products: readonly Product[], index: number): Json {
  return products
    .filter((_product, place) => place !== index)
    .map((product) => ({ ...product, aliases: [...product.aliases] }));
}

/**
 * Which fields of the product at `index` a refusal means; null where it means anything else as well. A name that this
 * one takes from a later product is refused there and told here.
 */
export function productFaults(
  faults: readonly { readonly path: string }[],
  index: number,
  draft: ProductDraft,
  products: readonly Product[],
): ProductFaults | null {
  const fields: Partial<Record<ProductField, { text: string | null }>> = {};
  for (const { path } of faults) {
    const at = /^inventory\.products\[(\d+)\]\.(\w+)(?:\[(\d+)\])?$/u.exec(path);
    const field = fieldNames[at?.[2] ?? ''];
    if (at === null || field === undefined) return null;
    const alias = at[3] === undefined ? null : Number(at[3]);
    if (Number(at[1]) === index)
      fields[field] = { text: alias === null ? null : (aliasLines(draft.aliases)[alias] ?? null) };
    else {
      const other = products[Number(at[1])];
      const taken = (alias === null ? other?.name : other?.aliases[alias]) ?? '';
      const ours = aliasLines(draft.aliases).find((line) => line.toLowerCase() === taken.toLowerCase());
      if (ours !== undefined) fields.aliases = { text: ours };
      else fields.name = { text: null };
    }
  }
  return Object.keys(fields).length === 0 ? null : fields;
}

const fieldNames: Readonly<Record<string, ProductField | undefined>> = {
  name: 'name',
  aliases: 'aliases',
  low_stock_threshold: 'threshold',
  expiration_days: 'days',
};

function aliasLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function typedNumber(text: string): Json {
  const typed = text.trim();
  if (typed === '') return null;
  return /^\d+(\.\d+)?$/u.test(typed) ? Number(typed) : typed;
}

/** What counts for a product without a value of its own. */
export function sharedValue(config: ConfigReport, key: 'low_stock_threshold' | 'expiration_days'): number {
  return Number(config.entries.find((entry) => entry.key === `inventory.${key}`)?.value ?? 0);
}
