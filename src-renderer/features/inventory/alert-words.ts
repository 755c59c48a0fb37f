import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../src-main/contract/inventory-shapes.ts';
import type { Formats } from '../../ui/formats.ts';

/** An alert in the page's language; its stored message is English, for the tables and other programs. */
export function useAlertWords(formats: Formats): (alert: AlertRow) => string {
  const { t } = useTranslation();
  return (alert) => {
    const { alert_type: type, product_name: product, severity } = alert;
    if (type === 'expiration') return t('inventory.need.expired', { product });
    if (severity === 'critical') return t('inventory.need.out', { product });
    const count = countOf(alert);
    return count === null
      ? t('inventory.need.low', { product })
      : t('inventory.alerts.low', { product, left: formats.number(count) });
  };
}

/** What was left when it was raised; null where another program wrote the alert without. */
function countOf({ metadata }: AlertRow): number | null {
  const count = metadata.current_count ?? metadata.count;
  return typeof count === 'number' ? count : null;
}
