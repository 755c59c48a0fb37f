import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InventorySummary } from '../../../src-main/contract/inventory-shapes.ts';
import { Counts } from '../../ui/counts.tsx';
import { SwitchField } from '../../ui/field.tsx';
import type { Formats } from '../../ui/formats.ts';
import { Segments } from '../../ui/segments.tsx';
import { ProductChart, TimeChart } from './sales-chart.tsx';
import { busiest, dayBars, hourBars, productBars } from './sales-figures.ts';
import { ProductTable, TimeTable } from './sales-table.tsx';

interface SalesSectionProps {
  /** null while it is read for the first time */
  readonly summary: InventorySummary | null;
  readonly formats: Formats;
}

type Kind = 'time' | 'product';

const kinds: readonly Kind[] = ['time', 'product'];

/** What was sold, by hour or by product: a chart of one's choice, or the same as a table. */
export function SalesSection({ summary, formats }: SalesSectionProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>('time');
  const [asTable, setAsTable] = useState(false);
  const time = summary?.period === 'week' ? 'day' : 'hour';
  return (
    <>
      <div className="sales-choices">
        <Segments
          label={t('inventory.sales.what')}
          value={kind}
          choices={kinds.map((value) => ({
            value,
            label: t(`inventory.sales.by.${value === 'time' ? time : 'product'}`),
          }))}
          onChange={setKind}
          testId="sales-kind"
        />
        <SwitchField
          label={t('inventory.sales.asTable')}
          isSelected={asTable}
          onChange={setAsTable}
          testId="sales-as-table"
        />
      </div>
      <div className="sales-place">
        {summary !== null && <Shown {...{ summary, kind, asTable, formats }} />}
      </div>
      <p className="quiet-text" data-testid="sales-words">
        {summary === null ? t('common.loading') : <Words summary={summary} formats={formats} />}
      </p>
      {summary !== null && <Totals summary={summary} formats={formats} />}
    </>
  );
}

interface ShownProps {
  readonly summary: InventorySummary;
  readonly kind: Kind;
  readonly asTable: boolean;
  readonly formats: Formats;
}

function Shown({ summary, kind, asTable, formats }: ShownProps) {
  if (kind === 'product') {
    return asTable ? (
      <ProductTable summary={summary} formats={formats} />
    ) : (
      <ProductChart products={productBars(summary)} formats={formats} />
    );
  }
  const bars = summary.period === 'week' ? dayBars(summary, formats) : hourBars(summary, formats);
  return asTable ? (
    <TimeTable bars={bars} period={summary.period} formats={formats} />
  ) : (
    <TimeChart bars={bars} formats={formats} />
  );
}

/** The chart in one sentence, and whose hours they are. */
function Words({ summary, formats }: { readonly summary: InventorySummary; readonly formats: Formats }) {
  const { t } = useTranslation();
  const best = busiest(summary.period === 'week' ? dayBars(summary, formats) : hourBars(summary, formats));
  return formats.sentences(
    best === null
      ? t('inventory.sales.none')
      : t(`inventory.sales.summary.${summary.period}`, {
          count: summary.total_sold,
          when: best.name,
          most: formats.number(best.sold),
        }),
    t('inventory.sales.zone', { zone: formats.timeZone }),
  );
}

function Totals({ summary, formats }: { readonly summary: InventorySummary; readonly formats: Formats }) {
  const { t } = useTranslation();
  const { warning, critical, info } = summary.alerts;
  const turnovers = summary.products.flatMap(({ sold, average_stock: stock }) =>
    stock === null ? [] : [{ sold, stock }],
  );
  const stock = turnovers.reduce((sum, one) => sum + one.stock, 0);
  const sold = turnovers.reduce((sum, one) => sum + one.sold, 0);
  return (
    <Counts
      counts={[
        {
          name: t('inventory.totals.sold'),
          value: formats.number(summary.total_sold),
          testId: 'total-sold',
        },
        {
          name: t('inventory.totals.turnover'),
          value: stock === 0 ? '–' : formats.decimal(sold / stock),
        },
        {
          name: t('inventory.totals.expired'),
          value: formats.number(summary.expired.length),
          testId: 'total-expired',
        },
        { name: t('inventory.totals.alerts'), value: formats.number(warning + critical + info) },
      ]}
    />
  );
}
