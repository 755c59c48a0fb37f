import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';

export interface CaptureState {
  /** null until it has been read once */
  readonly live: LiveCapture | null;
  readonly fault: Fault | null;
  /** Takes a snapshot, then follows what comes in until the returned function is called. */
  follow(): () => void;
}

export type CaptureStore = StoreApi<CaptureState>;

/** What comes in now. */
export function createCaptureStore(engine: Client, desktop: DesktopClient): CaptureStore {
  return createStore<CaptureState>()((set) => {
    async function takeSnapshot(): Promise<void> {
      try {
        set({ live: await engine.call('capture.live', {}), fault: null });
      } catch (error) {
        set({ fault: toFault(error) });
      }
    }
    return {
      live: null,
      fault: null,
      follow() {
        const ends = [
          engine.subscribe('capture.changed', (live) => set({ live, fault: null })),
          desktop.subscribe('desktop.engineChanged', ({ state }) => {
            if (state === 'running') void takeSnapshot();
          }),
        ];
        void takeSnapshot();
        return () => {
          for (const end of ends) end();
        };
      },
    };
  });
}
