import { createContext, type ReactNode, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { createFormats, type Formats } from '../ui/formats.ts';
import type { DesktopStore, DesktopView } from './desktop-store.ts';
import type { EngineStore, EngineView } from './engine-store.ts';
import type { Route, RouteStore } from './route.ts';

/** The stores that every view may read; a view's own store is given to its page. */
export interface ConsoleStores {
  readonly engine: EngineStore;
  readonly desktop: DesktopStore;
  readonly route: RouteStore;
}

const Context = createContext<ConsoleStores | null>(null);

export function ConsoleProvider(props: { readonly stores: ConsoleStores; readonly children: ReactNode }) {
  return <Context.Provider value={props.stores}>{props.children}</Context.Provider>;
}

function useStores(): ConsoleStores {
  const stores = useContext(Context);
  if (stores === null) throw new Error('A view is drawn outside the console.');
  return stores;
}

/** A part of what is known of the engine; draws anew when that part changes. */
export function useEngine<Part>(select: (view: EngineView) => Part): Part {
  return useStore(useStores().engine, select);
}

/** A part of the preferences and of what the computer can do. */
export function useDesktop<Part>(select: (view: DesktopView) => Part): Part {
  return useStore(useStores().desktop, select);
}

/** Where the person is. */
export function useRoute<Part>(select: (route: Route) => Part): Part {
  return useStore(useStores().route, select);
}

const known = new Map<string, Formats>();

/**
 * Numbers and times in the page's language, times in the store's zone or in UTC, as was chosen.
 * @param ownZone what is shown has a zone of its own
 */
export function useFormats(ownZone?: string): Formats {
  const { i18n } = useTranslation();
  const storeZone = useEngine((view) => view.status?.timeZone ?? view.info?.timeZone ?? 'UTC');
  const zone = ownZone ?? storeZone;
  const inUtc = useDesktop((view) => view.preferences.clock === 'utc');
  const key = `${i18n.language}|${zone}|${inUtc}`;
  const formats = known.get(key) ?? createFormats(i18n.language, zone, inUtc);
  known.set(key, formats);
  return formats;
}
