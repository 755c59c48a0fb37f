import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import type { ErrorsStore } from './store.ts';

export default function ErrorsPage(_props: { readonly store: ErrorsStore }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t('navigation.errors')} />
    </div>
  );
}
