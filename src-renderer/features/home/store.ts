import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';

/** What the last click came to; stays until it is dismissed or another run begins. */
export type Outcome =
  | { readonly kind: 'finished'; readonly run: RunResult }
  | { readonly kind: 'fault'; readonly fault: Fault };

export interface HomeState {
  /** a click of this window is under way */
  readonly requested: boolean;
  readonly outcome: Outcome | null;
  /** Starts a full run (SPEC 7) and waits for its end. */
  syncEverything(): Promise<void>;
  cancel(): Promise<void>;
  /** No run begins by itself for 24 hours, or until resumed. A run in progress ends after its batches. */
  pause(): Promise<void>;
  /** Ends the pause and sends what waits. */
  resume(): Promise<void>;
  dismissOutcome(): void;
}

export type HomeStore = StoreApi<HomeState>;

/** The controls of the sync: one click, pause, cancel. */
export function createHomeStore(client: Client): HomeStore {
  return createStore<HomeState>()((set, get) => {
    async function attempt(work: () => Promise<unknown>): Promise<void> {
      try {
        await work();
      } catch (error) {
        set({ outcome: { kind: 'fault', fault: toFault(error) } });
      }
    }
    return {
      requested: false,
      outcome: null,
      async syncEverything() {
        if (get().requested) return;
        set({ requested: true, outcome: null });
        await attempt(async () => {
          const { run } = await client.call('sync.start', { mode: 'full', trigger: 'manual' });
          set({ outcome: { kind: 'finished', run } });
        });
        set({ requested: false });
      },
      cancel: () => attempt(() => client.call('sync.cancel', {})),
      pause: () =>
        attempt(async () => {
          await client.call('schedule.pause', {});
          await client.call('sync.cancel', {});
        }),
      async resume() {
        await attempt(() => client.call('schedule.resume', {}));
        if (get().outcome === null) await get().syncEverything();
      },
      dismissOutcome: () => set({ outcome: null }),
    };
  });
}
