import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { RunProgress, RunResult } from '../../../src-main/contract/run-shapes.ts';
import type { Status } from '../../../src-main/contract/status-shapes.ts';

/** What the last click came to; stays until it is dismissed or another run begins. */
export type Outcome =
  | { readonly kind: 'finished'; readonly run: RunResult }
  | { readonly kind: 'fault'; readonly fault: Fault };

export interface HomeState {
  /** null until the engine has answered once */
  readonly status: Status | null;
  readonly version: string | null;
  /** what keeps the engine from answering now; null while it does */
  readonly engineFault: Fault | null;
  /** the run in progress, whoever started it */
  readonly progress: RunProgress | null;
  /** a click of this window is under way */
  readonly requested: boolean;
  readonly outcome: Outcome | null;
  /** Takes a snapshot, then follows the engine until the returned function is called. */
  follow(): () => void;
  /** Starts a full run (SPEC 7) and waits for its end. */
  syncEverything(): Promise<void>;
  cancel(): Promise<void>;
  dismissOutcome(): void;
}

export type HomeStore = StoreApi<HomeState>;

/** How often the engine is asked whether it is there; a silent one is noticed by this, events cannot tell. */
const heartbeatMs = 2_000;
/** A whole snapshot this often heals what a lost event left behind. */
const beatsPerSnapshot = 15;

/** The state of the Home view over an engine. */
export function createHomeStore(client: Client): HomeStore {
  return createStore<HomeState>()((set, get) => {
    let enginePid = 0;

    async function takeSnapshot(): Promise<void> {
      try {
        const status = await client.call('status.get', {});
        const { version, pid } = await client.call('engine.info', {});
        enginePid = pid;
        set({ status, version, engineFault: null });
      } catch (error) {
        set({ engineFault: toFault(error), progress: null });
      }
    }

    async function beat(count: number): Promise<void> {
      if (count % beatsPerSnapshot === 0 || get().engineFault !== null) return await takeSnapshot();
      try {
        const { pid } = await client.call('engine.info', {});
        if (pid !== enginePid) await takeSnapshot();
      } catch {
        await takeSnapshot();
      }
    }

    function followRun(progress: RunProgress): void {
      set({ progress: progress.phase === 'finished' ? null : progress });
    }

    return {
      status: null,
      version: null,
      engineFault: null,
      progress: null,
      requested: false,
      outcome: null,
      follow() {
        const ends = [
          client.subscribe('status.changed', (status) => set({ status, engineFault: null })),
          client.subscribe('sync.progress', followRun),
        ];
        let timer: ReturnType<typeof setTimeout> | undefined;
        let following = true;
        const repeat = async (count: number): Promise<void> => {
          await beat(count);
          if (following) timer = setTimeout(() => void repeat(count + 1), heartbeatMs);
        };
        void repeat(0);
        return () => {
          following = false;
          clearTimeout(timer);
          for (const end of ends) end();
        };
      },
      async syncEverything() {
        if (get().requested) return;
        set({ requested: true, outcome: null });
        try {
          const { run } = await client.call('sync.start', { mode: 'full', trigger: 'manual' });
          set({ outcome: { kind: 'finished', run } });
        } catch (error) {
          set({ outcome: { kind: 'fault', fault: toFault(error) } });
        } finally {
          set({ requested: false, progress: null });
        }
        await takeSnapshot();
      },
      async cancel() {
        try {
          await client.call('sync.cancel', {});
        } catch (error) {
          set({ outcome: { kind: 'fault', fault: toFault(error) } });
        }
      },
      dismissOutcome: () => set({ outcome: null }),
    };
  });
}
