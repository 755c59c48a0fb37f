import { createStore, type StoreApi } from 'zustand';

export const viewNames = [
  'home',
  'history',
  'errors',
  'capture',
  'inventory',
  'find',
  'cloud',
  'settings',
] as const;

export type ViewName = (typeof viewNames)[number];

/** Where the person is: a view, and what in it is open. Lives in the address, so that Back works. */
export interface Route {
  readonly view: ViewName;
  /** `#/history?run=12` → { run: '12' } */
  readonly parameters: Readonly<Record<string, string>>;
}

export type RouteStore = StoreApi<Route>;

/** Follows the address of the page, for as long as the page lives. */
export function createRouteStore(): RouteStore {
  const store = createStore<Route>()(() => readRoute(window.location.hash));
  window.addEventListener('hashchange', () => store.setState(readRoute(window.location.hash), true));
  return store;
}

/** The route that an address's fragment names; Home where it names none. */
export function readRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#\/?/u, '').split('?');
  const view = viewNames.find((name) => name === path) ?? 'home';
  return { view, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a route, for a link. */
export function routeLink(view: ViewName, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(parameters).toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}

/** Goes there. */
export function openRoute(view: ViewName, parameters: Readonly<Record<string, string>> = {}): void {
  window.location.hash = routeLink(view, parameters);
}
