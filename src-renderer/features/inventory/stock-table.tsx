import { useTranslation } from 'react-i18next';
import type { ProductStock } from '../../../src-main/contract/inventory-shapes.ts';
import { Chip } from '../../ui/chip.tsx';
import type { Formats } from '../../ui/formats.ts';
import type { Tone } from '../../ui/tone.ts';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { Freshness } from './freshness.tsx';

interface StockTableProps {
  readonly products: readonly ProductStock[];
  readonly formats: Formats;
}

const tones: Readonly<Record<ProductStock['level'], Tone>> = {
  enough: 'safe',
  low: 'off',
  out: 'attention',
};

/** Every product: how many there are, whether that is enough, and how long it keeps. */
export function StockTable({ products, formats }: StockTableProps) {
  const { t } = useTranslation();
  const columns: readonly Column<ProductStock>[] = [
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
    {
      id: 'count',
      header: t('inventory.stock.count'),
      width: 'minmax(8rem, 0.7fr)',
      align: 'end',
      cell: ({ count }) => <strong>{formats.number(count)}</strong>,
    },
    {
      id: 'level',
      header: t('inventory.stock.level'),
      width: 'minmax(8rem, 0.9fr)',
      cell: ({ level }) => <Chip tone={tones[level]}>{t(`inventory.level.${level}`)}</Chip>,
    },
    {
      id: 'threshold',
      header: t('inventory.stock.threshold'),
      width: 'minmax(6.5rem, 0.7fr)',
      align: 'end',
      cell: ({ low_stock_threshold: threshold }) => formats.number(threshold),
    },
    {
      id: 'freshness',
      header: t('inventory.stock.freshness'),
      width: 'minmax(14rem, 2fr)',
      cell: (product) => <Freshness product={product} formats={formats} />,
    },
  ];
  return (
    <section className="stock" aria-labelledby="stock-heading">
      <h2 id="stock-heading">{t('inventory.stock.title')}</h2>
      <VirtualTable
        label={t('inventory.stock.title')}
        columns={columns}
        total={products.length}
        rowAt={(index) => products[index]}
        testId="stock-table"
      />
    </section>
  );
}
