import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import type { HistoryStore } from './store.ts';

export default function HistoryPage(_props: { readonly store: HistoryStore }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t('navigation.history')} />
    </div>
  );
}
