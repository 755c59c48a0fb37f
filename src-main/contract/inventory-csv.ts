import { type CsvValue, csvLine } from './csv.ts';
import type { InventorySummary } from './inventory-shapes.ts';

const columns = [
  'part',
  'first_day',
  'last_day',
  'hour',
  'product_name',
  'sold',
  'sales',
  'stock_at_start',
  'stock_at_end',
  'average_stock',
  'turnover',
  'is_expired',
  'expired_since',
] as const;

type Cells = Partial<Record<(typeof columns)[number], CsvValue>>;

/**
 * A day or week as one table that a spreadsheet can filter by `part`: `product` has a line a product, `hour` one for each
 * product that was sold in an hour (and one without a product for an hour without a sale), `expired` one a product that
 * was found expired.
 */
export function summaryCsv(summary: InventorySummary): string {
  const { first_day, last_day } = summary;
  const line = (cells: Cells): string => {
    const all: Cells = { first_day, last_day, ...cells };
    return csvLine(columns.map((column) => all[column] ?? null));
  };
  return [
    csvLine(columns),
    ...summary.products.map((product) => line({ part: 'product', ...product })),
    ...summary.hours.flatMap(({ label, by_product }) => {
      const sold = Object.entries(by_product);
      if (sold.length === 0) return [line({ part: 'hour', hour: label, sold: 0 })];
      return sold.map(([product_name, sold]) => line({ part: 'hour', hour: label, product_name, sold }));
    }),
    ...summary.expired.map(({ product_name, label }) =>
      line({ part: 'expired', product_name, expired_since: label }),
    ),
  ].join('');
}
