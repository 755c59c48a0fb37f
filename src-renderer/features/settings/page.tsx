import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import type { SettingsStore } from './store.ts';

export default function SettingsPage(_props: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t('navigation.settings')} />
    </div>
  );
}
