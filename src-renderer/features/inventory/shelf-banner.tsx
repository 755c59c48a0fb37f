import { useTranslation } from 'react-i18next';
import type { InventoryNow } from '../../../src-main/contract/inventory-shapes.ts';
import type { Formats } from '../../ui/formats.ts';
import { Mark } from '../../ui/mark.tsx';
import { shortName } from './sales-figures.ts';
import { judgeShelf } from './shelf.ts';

interface ShelfBannerProps {
  readonly now: InventoryNow;
  readonly instant: Date;
  readonly formats: Formats;
}

/** Products named one by one; the rest is counted. */
const namedProducts = 3;
const longestName = 40;

/** How the shelf stands, in one line. */
export function ShelfBanner({ now, instant, formats }: ShelfBannerProps) {
  const { t } = useTranslation();
  const { tone, needs, silentMs } = judgeShelf(now, instant);
  const named = needs
    .slice(0, namedProducts)
    .map(({ product, need }) => t(`inventory.need.${need}`, { product: shortName(product, longestName) }));
  const more = needs.length - named.length;
  const what = formats.list(more > 0 ? [...named, t('inventory.shelf.more', { count: more })] : named);
  const age = now.read_at_utc === null ? null : instant.getTime() - now.read_at_utc * 1000;
  return (
    <section className="shelf-banner" aria-label={t('inventory.shelf.label')}>
      <Mark tone={tone} />
      <div className="words">
        <p className="shelf-title" role="status" data-testid="shelf" data-tone={tone}>
          {needs.length === 0
            ? t('inventory.shelf.good')
            : t('inventory.shelf.needs', { count: needs.length, what })}
        </p>
        <p className="shelf-detail numbers" data-testid="shelf-detail">
          {formats.sentences(
            t('inventory.shelf.pieces', {
              count: now.total_items,
              products: formats.number(now.products.filter((product) => product.count > 0).length),
            }),
            silentMs !== null
              ? t('inventory.shelf.silent', { age: formats.age(silentMs) })
              : age !== null && t('inventory.shelf.counted', { ago: formats.ago(age) }),
          )}
        </p>
      </div>
    </section>
  );
}
