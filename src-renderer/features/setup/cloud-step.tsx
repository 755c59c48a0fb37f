import { useStore } from 'zustand';
import { ConnectionForm } from '../connection/connection-form.tsx';
import type { SetupStore } from './store.ts';

/** Where records go; a project is checked when it is kept, and what it lacks is shown with its SQL. */
export function CloudStep({ store }: { readonly store: SetupStore }) {
  const { connection, copy } = useStore(store);
  return <ConnectionForm store={connection} onCopy={copy} />;
}
