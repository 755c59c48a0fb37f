import { createStore, type StoreApi } from 'zustand';
import type { DesktopClient } from '../../src-main/contract/desktop-client.ts';
import {
  type DesktopInfo,
  type Preferences,
  preferences as preferencesShape,
} from '../../src-main/contract/desktop-contract.ts';
import { type Fault, toFault } from '../../src-main/contract/errors.ts';

/** What a person chose for this console, and what the computer it runs on can do. */
export interface DesktopView {
  readonly preferences: Preferences;
  readonly info: DesktopInfo | null;
  /** both have been read: what is shown before would change under the eyes */
  readonly ready: boolean;
  /** the last change that was not kept */
  readonly fault: Fault | null;
  follow(): () => void;
  setPreferences(change: Partial<Preferences>): Promise<void>;
}

export type DesktopStore = StoreApi<DesktopView>;

/** What the tray or a notification asks of the page. */
export type Asked = (asked: { readonly view: string | null; readonly sync: boolean }) => void;

export function createDesktopStore(desktop: DesktopClient, onAsked: Asked): DesktopStore {
  return createStore<DesktopView>()((set) => ({
    preferences: preferencesShape.parse({}),
    info: null,
    ready: false,
    fault: null,
    follow() {
      const ends = [
        desktop.subscribe('desktop.preferencesChanged', (preferences) => set({ preferences })),
        desktop.subscribe('desktop.infoChanged', (info) => set({ info })),
        desktop.subscribe('desktop.asked', onAsked),
      ];
      Promise.all([desktop.call('desktop.preferences', {}), desktop.call('desktop.info', {})]).then(
        ([preferences, info]) => set({ preferences, info, ready: true }),
        (error: unknown) => set({ ready: true, fault: toFault(error) }),
      );
      return () => {
        for (const end of ends) end();
      };
    },
    async setPreferences(change) {
      try {
        const preferences = await desktop.call('desktop.setPreferences', change);
        set({ preferences, fault: null });
      } catch (error) {
        set({ fault: toFault(error) });
      }
    },
  }));
}
