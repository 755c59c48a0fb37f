import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import type { FindStore } from './store.ts';

export default function FindPage(_props: { readonly store: FindStore }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t('navigation.find')} />
    </div>
  );
}
