import { z } from 'zod';

/** The name of a product, or another name that a detector uses for it. */
export const productName = z.string().trim().min(1).max(200);

interface NamedProduct {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Names and aliases belong to one product each, however they are capitalised. */
export function eachNameOnce(products: readonly NamedProduct[], context: z.RefinementCtx): void {
  const owners = new Map<string, string>();
  products.forEach(({ name, aliases }, index) => {
    [name, ...aliases].forEach((word, place) => {
      const owner = owners.get(sameName(word));
      const path = place === 0 ? [index, 'name'] : [index, 'aliases', place - 1];
      if (owner !== undefined)
        context.addIssue({
          code: 'custom',
          path,
          message: `${JSON.stringify(word)} is a name of ${owner} already`,
        });
      owners.set(sameName(word), name);
    });
  });
}

/** Equal for names that mean the same product. */
export function sameName(name: string): string {
  return name.trim().toLowerCase();
}
