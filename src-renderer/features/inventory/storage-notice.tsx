import { useTranslation } from 'react-i18next';
import type { InventoryNow } from '../../../src-main/contract/inventory-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Notice } from '../../ui/notice.tsx';

/** What is seen is live; said where nothing of it is stored. */
export function StorageNotice({ now }: { readonly now: InventoryNow }) {
  const { t } = useTranslation();
  if (!now.persistence_enabled)
    return (
      <Notice tone="off" title={t('inventory.storage.off')} testId="storage-off">
        <p>
          {t('inventory.storage.offText')}{' '}
          <a href={routeLink('settings', { section: 'inventory' })}>{t('inventory.storage.toSettings')}</a>
        </p>
      </Notice>
    );
  if (now.persistence_fault === null) return null;
  return (
    <Notice tone="attention" title={t('inventory.storage.failing')} testId="storage-failing">
      <p>{t('inventory.storage.failingText')}</p>
      <p className="engine-words" lang="en">
        {now.persistence_fault}
      </p>
    </Notice>
  );
}
