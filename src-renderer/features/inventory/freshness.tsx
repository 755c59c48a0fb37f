import { useTranslation } from 'react-i18next';
import type { ProductStock } from '../../../src-main/contract/inventory-shapes.ts';
import type { Formats } from '../../ui/formats.ts';

interface FreshnessProps {
  readonly product: ProductStock;
  readonly formats: Formats;
}

const dayMs = 86_400_000;

/** How long a product keeps: in words, and as a bar that runs out. */
export function Freshness({ product, formats }: FreshnessProps) {
  const { t } = useTranslation();
  const { days_left: left, age_days: age, expiration_days: days, is_expired: isExpired } = product;
  // What is out has nothing that could expire.
  if (left === null || age === null || product.count === 0) return <span className="quiet-text">–</span>;
  const share = isExpired ? 0 : Math.min(1, Math.max(0, left / days));
  const words = isExpired
    ? t('inventory.freshness.expired', { age: formats.age(Math.max(0, -left) * dayMs) })
    : t('inventory.freshness.left', { age: formats.age(Math.max(0, left) * dayMs) });
  const state = isExpired ? 'expired' : left < 1 ? 'soon' : 'fresh';
  return (
    <span className={`freshness ${state}`}>
      <span className="freshness-bar" aria-hidden="true">
        <span style={{ inlineSize: `${share * 100}%` }} />
      </span>
      <span className="freshness-words">{words}</span>
    </span>
  );
}
