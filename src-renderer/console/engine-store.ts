import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../src-main/contract/client.ts';
import type { CallOutput } from '../../src-main/contract/contract.ts';
import type { DesktopClient } from '../../src-main/contract/desktop-client.ts';
import type { EngineState } from '../../src-main/contract/desktop-contract.ts';
import { type Fault, toFault } from '../../src-main/contract/errors.ts';
import type { RunProgress } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';

/** What every view needs of the engine: how it stands, who it is, the run in progress. */
export interface EngineView {
  /** null until the engine has answered once */
  readonly status: Status | null;
  readonly info: CallOutput<'engine.info'> | null;
  /** the engine's process as the desktop sees it */
  readonly process: EngineState | null;
  /** what keeps the engine from answering now; null while it does */
  readonly fault: Fault | null;
  /** the run in progress, whoever started it */
  readonly progress: RunProgress | null;
  /** records of the run in progress have reached the cloud */
  readonly arriving: boolean;
  /** Takes a snapshot, then follows the engine until the returned function is called. */
  follow(): () => void;
  /** A snapshot now, so that what was just done is seen. */
  refresh(): Promise<void>;
}

export type EngineStore = StoreApi<EngineView>;

/** Follows the engine: a snapshot when it comes up or the page is looked at again, events in between. */
export function createEngineStore(engine: Client, desktop: DesktopClient): EngineStore {
  return createStore<EngineView>()((set, get) => {
    async function refresh(): Promise<void> {
      try {
        const [status, info] = await Promise.all([
          engine.call('status.get', {}),
          engine.call('engine.info', {}),
        ]);
        set({ status, info, fault: null });
      } catch (error) {
        set({ fault: toFault(error), progress: null, arriving: false });
      }
    }

    function followProcess(process: EngineState): void {
      set({ process });
      if (process.state === 'running') return void refresh();
      const message = process.reason ?? '';
      // The first start is a start; an engine that is gone is said to be gone.
      if (get().status === null && process.state === 'starting') return;
      set({
        fault: { code: 'unavailable', message, details: { engineGone: true } },
        progress: null,
        arriving: false,
      });
    }

    function followRun(progress: RunProgress): void {
      if (progress.phase === 'finished') set({ progress: null, arriving: false });
      else set({ progress, arriving: get().arriving || progress.streamUploaded > 0 });
    }

    return {
      status: null,
      info: null,
      process: null,
      fault: null,
      progress: null,
      arriving: false,
      refresh,
      follow() {
        const onSight = (): void => {
          if (document.visibilityState === 'visible') void refresh();
        };
        const ends = [
          engine.subscribe('status.changed', (status) => set({ status, fault: null })),
          engine.subscribe('sync.progress', followRun),
          desktop.subscribe('desktop.engineChanged', followProcess),
        ];
        document.addEventListener('visibilitychange', onSight);
        desktop.call('desktop.engine', {}).then(followProcess, refresh);
        return () => {
          document.removeEventListener('visibilitychange', onSight);
          for (const end of ends) end();
        };
      },
    };
  });
}
