import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import '../../ui/chart.css';
import type { Formats } from '../../ui/formats.ts';
import { type ProductSales, type SalesBar, shortName } from './sales-figures.ts';

const height = 258;
/** As many names as can be read; the table has all of them. */
const mostProducts = 10;
const tipProducts = 6;
const grid = <CartesianGrid stroke="var(--line)" vertical={false} />;

interface TimeChartProps {
  readonly bars: readonly SalesBar[];
  readonly formats: Formats;
}

/** A bar an hour or a day. The table beside it tells the same, so it is hidden from screen readers. */
export function TimeChart({ bars, formats }: TimeChartProps) {
  const names = new Map(bars.map(({ id, name }) => [id, name]));
  return (
    <div className="chart" aria-hidden="true" data-testid="time-chart">
      <ResponsiveContainer width="100%" height={height}>
        <BarChart
          data={[...bars]}
          margin={{ top: 8, right: 16, bottom: 0, left: 0 }}
          accessibilityLayer={false}
          barCategoryGap="18%"
        >
          {grid}
          <XAxis
            dataKey="id"
            tickFormatter={(id: string) => names.get(id) ?? id}
            tickLine={false}
            stroke="var(--edge)"
            minTickGap={20}
          />
          <Amounts formats={formats} />
          <Tooltip
            content={<BarTip formats={formats} />}
            cursor={{ fill: 'var(--sunk)' }}
            isAnimationActive={false}
          />
          <Bar dataKey="sold" fill="var(--safe)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** The best sellers, the best one first. */
export function ProductChart({
  products,
  formats,
}: {
  readonly products: readonly ProductSales[];
  readonly formats: Formats;
}) {
  const { t } = useTranslation();
  const shown = products.slice(0, mostProducts);
  if (shown.length === 0) return <p className="section-note">{t('inventory.sales.none')}</p>;
  return (
    <div className="chart" aria-hidden="true" data-testid="product-chart">
      <ResponsiveContainer width="100%" height={height}>
        <BarChart
          data={shown}
          layout="vertical"
          margin={{ top: 4, right: 24, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" horizontal={false} />
          <XAxis
            type="number"
            allowDecimals={false}
            tickFormatter={formats.number}
            tickLine={false}
            stroke="var(--edge)"
          />
          <YAxis
            type="category"
            dataKey="name"
            width={170}
            interval={0}
            tickLine={false}
            axisLine={false}
            tickFormatter={(name: string) => shortName(name, 22)}
          />
          <Tooltip
            content={<BarTip formats={formats} />}
            cursor={{ fill: 'var(--sunk)' }}
            isAnimationActive={false}
          />
          <Bar dataKey="sold" fill="var(--safe)" radius={[0, 3, 3, 0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
      {products.length > shown.length && (
        <p className="section-note">
          {t('inventory.sales.moreProducts', { count: products.length - shown.length })}
        </p>
      )}
    </div>
  );
}

function Amounts({ formats }: { readonly formats: Formats }) {
  return (
    <YAxis
      tickFormatter={formats.number}
      tickLine={false}
      axisLine={false}
      width={56}
      allowDecimals={false}
    />
  );
}

interface BarTipProps {
  readonly formats: Formats;
  /** put in by the chart: what lies under the pointer */
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: SalesBar | ProductSales }[];
}

/** What the bar under the pointer stands for, in words. */
function BarTip({ formats, active, payload }: BarTipProps) {
  const { t } = useTranslation();
  const bar = payload?.[0]?.payload;
  if (!active || bar === undefined) return null;
  const products = 'products' in bar ? bar.products : [];
  return (
    <div className="chart-tip">
      <strong>{shortName(bar.name, 60)}</strong>
      <span>{t('inventory.sales.sold', { count: bar.sold })}</span>
      {products.slice(0, tipProducts).map(({ name, sold }) => (
        <span key={name}>
          {t('inventory.sales.part', { product: shortName(name, 40), sold: formats.number(sold) })}
        </span>
      ))}
    </div>
  );
}
