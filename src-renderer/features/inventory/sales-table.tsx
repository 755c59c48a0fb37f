import { useTranslation } from 'react-i18next';
import type { InventorySummary } from '../../../src-main/contract/inventory-shapes.ts';
import type { Formats } from '../../ui/formats.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { type SalesBar, shortName } from './sales-figures.ts';

/** Named in a row; the other view of the table has all of them. */
const namedProducts = 8;

interface TimeTableProps {
  readonly bars: readonly SalesBar[];
  readonly period: InventorySummary['period'];
  readonly formats: Formats;
}

/** The chart as a table: each hour or day, and what was sold in it. */
export function TimeTable({ bars, period, formats }: TimeTableProps) {
  const { t } = useTranslation();
  const by = t(`inventory.sales.by.${period === 'week' ? 'day' : 'hour'}`);
  return (
    <ScrollRegion className="sales-table" label={by} testId="time-table">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t(`inventory.sales.column.${period === 'week' ? 'day' : 'hour'}`)}</th>
            <th scope="col">{t('inventory.sales.column.sold')}</th>
            <th scope="col">{t('inventory.sales.column.products')}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ id, name, sold, products }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>{formats.number(sold)}</td>
              <td className="names">
                {formats.list(
                  products.slice(0, namedProducts).map((one) =>
                    t('inventory.sales.part', {
                      product: shortName(one.name, 60),
                      sold: formats.number(one.sold),
                    }),
                  ),
                )}
                {products.length > namedProducts && ' …'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

type Row = InventorySummary['products'][number];

/** Each product: what was sold of it, how much there was, how often that was turned over. */
export function ProductTable({
  summary,
  formats,
}: {
  readonly summary: InventorySummary;
  readonly formats: Formats;
}) {
  const { t } = useTranslation();
  const rows = summary.products.toSorted((one, other) => other.sold - one.sold);
  const number = (value: number | null): string => (value === null ? '–' : formats.number(value));
  const figure = (id: 'sold' | 'start' | 'end' | 'average' | 'turnover', of: (row: Row) => string) => ({
    id,
    header: t(`inventory.sales.column.${id}`),
    width: 'minmax(6rem, 1fr)',
    align: 'end' as const,
    cell: of,
  });
  const columns: readonly Column<Row>[] = [
    {
      id: 'product',
      header: t('inventory.stock.product'),
      width: 'minmax(9rem, 2fr)',
      cell: ({ product_name: name }) => (
        <span title={name} data-data="">
          {name}
        </span>
      ),
    },
    figure('sold', ({ sold }) => formats.number(sold)),
    figure('start', ({ stock_at_start: stock }) => number(stock)),
    figure('end', ({ stock_at_end: stock }) => number(stock)),
    figure('average', ({ average_stock: stock }) => (stock === null ? '–' : formats.decimal(stock))),
    figure('turnover', ({ turnover }) => (turnover === null ? '–' : formats.decimal(turnover))),
  ];
  return (
    <div className="product-table">
      <VirtualTable
        label={t('inventory.sales.by.product')}
        columns={columns}
        total={rows.length}
        rowAt={(index) => rows[index]}
        rowHeight={38}
        testId="product-table"
      />
    </div>
  );
}
