import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../console/console-context.tsx';
import HomePage from '../features/home/page.tsx';
import { Loading } from '../ui/empty-state.tsx';
import type { Stores } from './stores.ts';

const HistoryPage = lazy(() => import('../features/history/page.tsx'));
const ErrorsPage = lazy(() => import('../features/errors/page.tsx'));
const CapturePage = lazy(() => import('../features/capture/page.tsx'));
const InventoryPage = lazy(() => import('../features/inventory/page.tsx'));
const FindPage = lazy(() => import('../features/find/page.tsx'));
const CloudPage = lazy(() => import('../features/cloud/page.tsx'));
const SettingsPage = lazy(() => import('../features/settings/page.tsx'));

/** The view that the address names; all but Home are read when they are first opened. */
export function View({ stores }: { readonly stores: Stores }) {
  const { t } = useTranslation();
  return (
    <Suspense fallback={<Loading label={t('common.loading')} />}>
      <Chosen stores={stores} />
    </Suspense>
  );
}

function Chosen({ stores }: { readonly stores: Stores }) {
  const view = useRoute((route) => route.view);
  switch (view) {
    case 'history':
      return <HistoryPage store={stores.history} />;
    case 'errors':
      return <ErrorsPage store={stores.errors} />;
    case 'capture':
      return <CapturePage store={stores.capture} />;
    case 'inventory':
      return <InventoryPage store={stores.inventory} settings={stores.settings} />;
    case 'find':
      return <FindPage store={stores.find} />;
    case 'cloud':
      return <CloudPage store={stores.cloud} />;
    case 'settings':
      return <SettingsPage store={stores.settings} />;
    case 'home':
      return <HomePage store={stores.home} capture={stores.capture} />;
  }
}
