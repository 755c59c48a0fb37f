import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import type { CloudStore } from './store.ts';

export default function CloudPage(_props: { readonly store: CloudStore }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t('navigation.cloud')} />
    </div>
  );
}
