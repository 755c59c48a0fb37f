import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';
import { type ConnectionStore, createConnectionStore } from '../connection/store.ts';
import { type SignsBefore, signsOf } from './detector-sign.ts';

export const setupSteps = ['language', 'store', 'cloud', 'detector', 'done'] as const;
export type SetupStep = (typeof setupSteps)[number];

export interface SetupState {
  readonly step: SetupStep;
  readonly config: ConfigReport | null;
  /** as typed; '' takes the first store that is seen */
  readonly locationId: string;
  /** null: as the store's own record says */
  readonly timeZone: string | null;
  /** the engine refused the store's name or zone */
  readonly storeFault: 'id' | 'zone' | null;
  readonly fault: Fault | null;
  readonly busy: 'saving' | 'restarting' | 'checking' | null;
  /** the project was saved and lacks something: the next press goes on all the same */
  readonly checkedWith: 'complete' | 'lacking' | null;
  readonly live: LiveCapture | null;
  /** what had come in when the detector's step was opened */
  readonly before: SignsBefore;
  readonly connection: ConnectionStore;
  /** Reads how it is, then follows what comes in, until the returned function is called. */
  follow(): () => void;
  changeStore(part: { readonly locationId?: string; readonly timeZone?: string | null }): void;
  /** Keeps what this step asks for and goes on; stays where that was refused. */
  next(): Promise<void>;
  back(): void;
  /** Goes on and keeps nothing of this step. */
  skip(): void;
  copy(text: string): Promise<void>;
}

export type SetupStore = StoreApi<SetupState>;

/** The guided set-up of a box: language, store, cloud, detector. */
export function createSetupStore(engine: Client, desktop: DesktopClient): SetupStore {
  return createStore<SetupState>()((set, get) => {
    const connection = createConnectionStore(engine);

    async function readConfig(): Promise<void> {
      const config = await engine.call('config.get', {});
      const text = (key: string): string | null => {
        const value = config.entries.find((entry) => entry.key === key)?.value;
        return typeof value === 'string' ? value : null;
      };
      set({
        config,
        locationId: config.fixedLocationId ?? text('location.id') ?? '',
        timeZone: text('location.timezone'),
      });
    }

    async function open(step: SetupStep): Promise<void> {
      if (step === 'detector') {
        const status = await engine.call('status.get', {}).catch(() => null);
        set({ before: signsOf(status), live: await engine.call('capture.live', {}).catch(() => null) });
      }
      // What it sums up is what was kept, also where a step was skipped with something typed in it.
      if (step === 'done')
        await Promise.all([connection.getState().load(), readConfig().catch(() => undefined)]);
      set({ step, fault: null, storeFault: null, checkedWith: null });
    }

    const beside = (offset: 1 | -1): SetupStep => {
      const at = setupSteps.indexOf(get().step) + offset;
      return setupSteps[Math.min(Math.max(at, 0), setupSteps.length - 1)] ?? 'language';
    };

    /** A variable's value, and a store that records have fixed, are not ours to change. */
    async function saveStore(): Promise<void> {
      const { config, locationId, timeZone } = get();
      const isLocked = (key: string): boolean =>
        config?.entries.find((entry) => entry.key === key)?.locked ?? false;
      const values = {
        ...(isLocked('location.id')
          ? {}
          : { 'location.id': locationId.trim() === '' ? null : locationId.trim() }),
        ...(isLocked('location.timezone') ? {} : { 'location.timezone': timeZone }),
      };
      await engine.call('config.set', { values });
    }

    /** What was set counts before the detector is tried, where this console may start the engine anew. */
    async function restartWhereNeeded(): Promise<void> {
      const { restartNeeded } = await engine.call('cloud.details', {});
      const { own } = await desktop.call('desktop.engine', {});
      if (!restartNeeded || !own) return;
      set({ busy: 'restarting' });
      await desktop.call('desktop.restartEngine', {});
      await engine.call('engine.info', {});
    }

    /** True where it may go on. */
    async function saveCloud(): Promise<boolean> {
      const { draft } = connection.getState();
      if (!(await connection.getState().save())) return false;
      await restartWhereNeeded();
      await connection.getState().load();
      if (draft.kind === 'local') return true;
      set({ busy: 'checking' });
      await connection.getState().tryOut();
      const { check } = connection.getState();
      set({ checkedWith: check?.outcome === 'complete' ? 'complete' : 'lacking' });
      return check?.outcome === 'complete';
    }

    async function keep(): Promise<boolean> {
      const { step, checkedWith } = get();
      if (step === 'store') await saveStore();
      if (step !== 'cloud') return true;
      if (checkedWith !== null && !connection.getState().touched) return true;
      return saveCloud();
    }

    function refuse(fault: Fault): void {
      const paths = Array.isArray(fault.details?.faults)
        ? fault.details.faults.map((one: { readonly path?: unknown }) => one.path)
        : [];
      if (paths.includes('location.id')) set({ storeFault: 'id' });
      else if (paths.includes('location.timezone')) set({ storeFault: 'zone' });
      else set({ fault });
    }

    return {
      step: 'language',
      config: null,
      locationId: '',
      timeZone: null,
      storeFault: null,
      fault: null,
      busy: null,
      checkedWith: null,
      live: null,
      before: { records: 0, refused: 0 },
      connection,
      follow() {
        set({ step: 'language', fault: null, storeFault: null, checkedWith: null });
        readConfig().catch((error: unknown) => set({ fault: toFault(error) }));
        void connection.getState().load();
        return engine.subscribe('capture.changed', (live) => set({ live }));
      },
      changeStore: (part) => set({ ...part, storeFault: null }),
      async next() {
        if (get().busy !== null) return;
        set({ busy: 'saving', fault: null, storeFault: null });
        try {
          if (await keep()) await open(beside(1));
        } catch (error) {
          refuse(toFault(error));
        }
        set({ busy: null });
      },
      back: () => void open(beside(-1)),
      skip: () => void open(beside(1)),
      async copy(text) {
        await desktop.call('desktop.copyText', { text });
      },
    };
  });
}
