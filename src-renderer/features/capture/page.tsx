import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import type { CaptureStore } from './store.ts';

export default function CapturePage(_props: { readonly store: CaptureStore }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHead title={t('navigation.capture')} />
    </div>
  );
}
