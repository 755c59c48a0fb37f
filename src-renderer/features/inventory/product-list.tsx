import { useTranslation } from 'react-i18next';
import type { ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import { useFormats } from '../../console/console-context.tsx';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { type Product, sharedValue } from './product-draft.ts';

interface ProductListProps {
  readonly products: readonly Product[];
  readonly config: ConfigReport;
  /** left out where the products cannot be changed here */
  readonly onOpen: ((index: number) => void) | undefined;
}

/** The tracked products, each with what counts for it. */
export function ProductList({ products, config, onOpen }: ProductListProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const ofAll = (value: number): string => t('inventory.products.ofAll', { value: formats.decimal(value) });
  const columns: readonly Column<Product>[] = [
    {
      id: 'name',
      header: t('inventory.stock.product'),
      width: 'minmax(8rem, 1.4fr)',
      cell: ({ name }) => (
        <span title={name} data-data="">
          {name}
        </span>
      ),
    },
    {
      id: 'aliases',
      header: t('inventory.products.aliases'),
      width: 'minmax(8rem, 1.6fr)',
      cell: ({ aliases }) => (aliases.length === 0 ? '–' : formats.list(aliases)),
    },
    {
      id: 'threshold',
      header: t('inventory.stock.threshold'),
      width: 'minmax(6.5rem, 0.8fr)',
      align: 'end',
      cell: ({ low_stock_threshold: own }) =>
        own === null ? ofAll(sharedValue(config, 'low_stock_threshold')) : formats.number(own),
    },
    {
      id: 'days',
      header: t('inventory.products.days'),
      width: 'minmax(6.5rem, 0.8fr)',
      align: 'end',
      cell: ({ expiration_days: own }) =>
        own === null ? ofAll(sharedValue(config, 'expiration_days')) : formats.decimal(own),
    },
  ];
  if (products.length === 0) return <p className="section-note">{t('inventory.products.none')}</p>;
  return (
    <div className="product-list">
      <VirtualTable
        label={t('inventory.products.title')}
        columns={columns}
        total={products.length}
        rowAt={(index) => products[index]}
        {...(onOpen ? { onOpen: (product: Product) => onOpen(products.indexOf(product)) } : {})}
        testId="product-list"
      />
    </div>
  );
}
