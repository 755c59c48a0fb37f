import { createStore, type StoreApi } from 'zustand';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import type { PinOutcome } from '../../../src-main/contract/desktop-contract.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';

export interface KioskState {
  /** a PIN is being looked at */
  readonly checking: boolean;
  /** what became of the last PIN; null before the first */
  readonly outcome: PinOutcome | null;
  readonly fault: Fault | null;
  /** Gives a PIN; where it is right the desktop tells that the kiosk was left. */
  leave(pin: string): Promise<void>;
  /** Forgets what became of the last PIN. */
  forget(): void;
}

export type KioskStore = StoreApi<KioskState>;

/** The way out of the kiosk. */
export function createKioskStore(desktop: DesktopClient): KioskStore {
  return createStore<KioskState>()((set, get) => ({
    checking: false,
    outcome: null,
    fault: null,
    async leave(pin) {
      if (get().checking) return;
      set({ checking: true, fault: null });
      try {
        set({ outcome: await desktop.call('desktop.leaveKiosk', { pin }) });
      } catch (error) {
        set({ fault: toFault(error) });
      }
      set({ checking: false });
    },
    forget: () => set({ outcome: null, fault: null }),
  }));
}
