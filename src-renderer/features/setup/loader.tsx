import { lazy, Suspense } from 'react';
import type { SetupStore } from './store.ts';

const SetupPage = lazy(() => import('./page.tsx'));

/** The set-up, read only where it is shown. */
export function SetupPageLoader(props: { readonly store: SetupStore; readonly onDone: () => void }) {
  return (
    <Suspense fallback={null}>
      <SetupPage {...props} />
    </Suspense>
  );
}
