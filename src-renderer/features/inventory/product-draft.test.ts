import { describe, expect, it } from 'vitest';
import {
  draftOf,
  emptyProduct,
  type Product,
  productFaults,
  withoutProduct,
  withProduct,
} from './product-draft.ts';

const mango: Product = { name: 'Mango', aliases: [], low_stock_threshold: 3, expiration_days: null };
const cake: Product = {
  name: 'Lemon Cake',
  aliases: ['Kilauea Lemon Cake'],
  low_stock_threshold: null,
  expiration_days: 2.5,
};
const products = [mango, cake];

describe('a product that is edited', () => {
  it('comes back as it was', () => {
    for (const [index, product] of products.entries())
      expect(withProduct(products, index, draftOf(product))).toEqual(products);
  });

  it('is put at its place, or at the end where it is new; the others stay', () => {
    const plum = { ...emptyProduct, name: ' Plum ', aliases: ' Prune\n\n', threshold: '0', days: '1.5' };
    const json = { name: 'Plum', aliases: ['Prune'], low_stock_threshold: 0, expiration_days: 1.5 };
    expect(withProduct(products, 2, plum)).toEqual([mango, cake, json]);
    expect(withProduct(products, 0, plum)).toEqual([json, cake]);
    expect(withoutProduct(products, 0)).toEqual([cake]);
  });

  it('sends a number that is none as it was typed, to be refused', () => {
    expect(withProduct([], 0, { ...emptyProduct, threshold: 'two', days: '-1' })).toEqual([
      { name: '', aliases: [], low_stock_threshold: 'two', expiration_days: '-1' },
    ]);
  });
});

describe('what the engine refuses', () => {
  const at = (...paths: string[]) => paths.map((path) => ({ path: `inventory.products${path}` }));

  it('is told at the field, and which of the other names is meant', () => {
    const draft = { ...emptyProduct, name: 'Plum', aliases: 'Prune\nMango' };
    expect(productFaults(at('[2].aliases[1]', '[2].low_stock_threshold'), 2, draft, products)).toEqual({
      aliases: { text: 'Mango' },
      threshold: { text: null },
    });
    expect(productFaults(at('[2].name', '[2].expiration_days'), 2, draft, products)).toEqual({
      name: { text: null },
      days: { text: null },
    });
  });

  it('at a later product, whose name this one took, is told here', () => {
    expect(productFaults(at('[1].name'), 0, { ...emptyProduct, name: 'lemon cake' }, products)).toEqual({
      name: { text: null },
    });
    const draft = { ...emptyProduct, name: 'Mango', aliases: 'kilauea lemon cake' };
    expect(productFaults(at('[1].aliases[0]'), 0, draft, products)).toEqual({
      aliases: { text: 'kilauea lemon cake' },
    });
  });

  it('elsewhere belongs to no field', () => {
    expect(productFaults([{ path: 'inventory.products' }], 0, emptyProduct, products)).toBeNull();
    expect(productFaults([], 0, emptyProduct, products)).toBeNull();
  });
});
