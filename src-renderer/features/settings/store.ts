import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { ConfigFault, ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import type { PinOutcome } from '../../../src-main/contract/desktop-contract.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import { type ConnectionStore, createConnectionStore } from '../connection/store.ts';
import {
  type Draft,
  faultsAt,
  faultsOf,
  type Json,
  type KeyFaults,
  patchOf,
  type SettingKey,
} from './draft.ts';

/** What the last press came to: shown where it was pressed. */
export interface Done {
  readonly section: string;
  /** where a file was written, for the diagnostics */
  readonly path?: string | null;
}

export interface SettingsState {
  readonly config: ConfigReport | null;
  readonly draft: Draft;
  readonly keyFaults: KeyFaults;
  /** what the engine said of the products that were last sent, each with its place in the list */
  readonly productFaults: readonly ConfigFault[];
  /** what belongs to no field, and where it happened */
  readonly fault: { readonly section: string; readonly fault: Fault } | null;
  readonly busy: string | null;
  readonly done: Done | null;
  readonly pin: PinOutcome | null;
  readonly connection: ConnectionStore;
  /** Reads the settings, then again when the engine comes up, until the returned function is called. */
  follow(): () => void;
  change(key: SettingKey, value: Json): void;
  /** Saves the keys of a section that were changed; true where all of it was kept. */
  save(section: string, keys: readonly SettingKey[]): Promise<boolean>;
  /** Saves the whole list of tracked products; true where it was kept. */
  saveProducts(products: Json): Promise<boolean>;
  /** What was said of products is settled: another one is looked at. */
  forgetProductFaults(): void;
  /** Where records go; its form has its own faults. */
  saveConnection(): Promise<boolean>;
  /** Ends the engine and starts it anew, so that what was saved counts. */
  restartEngine(): Promise<void>;
  saveDiagnostics(): Promise<void>;
  setPin(pin: string, current: string | null): Promise<void>;
  enterKiosk(): Promise<void>;
  dismiss(): void;
  copy(text: string): Promise<void>;
}

export type SettingsStore = StoreApi<SettingsState>;

/** What can be set: the engine's configuration, the connection, the kiosk, and help for technicians. */
export function createSettingsStore(engine: Client, desktop: DesktopClient): SettingsStore {
  return createStore<SettingsState>()((set, get) => {
    async function read(): Promise<void> {
      set({ config: await engine.call('config.get', {}) });
    }

    /** One press; what fails is shown at its section, and at its fields where it names them. */
    async function press(section: string, work: () => Promise<Done | undefined>): Promise<boolean> {
      set({ busy: section, fault: null, done: null });
      try {
        const done = await work();
        set({ busy: null, done: done ?? null });
        return true;
      } catch (error) {
        const fault = toFault(error);
        const keyFaults = faultsAt(fault);
        if (keyFaults === null) set({ fault: { section, fault } });
        else set({ keyFaults });
        set({ busy: null });
        return false;
      }
    }

    return {
      config: null,
      draft: {},
      keyFaults: {},
      productFaults: [],
      fault: null,
      busy: null,
      done: null,
      pin: null,
      connection: createConnectionStore(engine),
      follow() {
        const { connection } = get();
        const look = (): void => {
          read().catch((error: unknown) => set({ fault: { section: 'all', fault: toFault(error) } }));
          if (!connection.getState().touched) void connection.getState().load();
        };
        const end = desktop.subscribe('desktop.engineChanged', ({ state }) => {
          if (state === 'running') look();
        });
        set({ fault: null, done: null, pin: null });
        look();
        return end;
      },
      change(key, value) {
        const { [key]: _mended, ...keyFaults } = get().keyFaults;
        set({ draft: { ...get().draft, [key]: value }, keyFaults, done: null });
      },
      save: (section, keys) =>
        press(section, async () => {
          await engine.call('config.set', { values: patchOf(get().draft, keys) });
          const draft = { ...get().draft };
          for (const key of keys) delete draft[key];
          set({ draft, keyFaults: {} });
          await read();
          return { section };
        }),
      saveProducts: (products) =>
        press('products', async () => {
          set({ productFaults: [] });
          try {
            await engine.call('config.set', { values: { 'inventory.products': products } });
          } catch (error) {
            set({ productFaults: faultsOf(toFault(error)) });
            throw error;
          }
          await read();
          return { section: 'products' };
        }),
      forgetProductFaults: () => set({ productFaults: [], fault: null, done: null }),
      async saveConnection() {
        set({ busy: 'connection', fault: null, done: null });
        const isSaved = await get().connection.getState().save();
        await read().catch(() => undefined);
        set({ busy: null, ...(isSaved ? { done: { section: 'connection' } } : {}) });
        return isSaved;
      },
      async restartEngine() {
        await press('restart', async () => {
          await desktop.call('desktop.restartEngine', {});
          await read();
          return { section: 'restart' };
        });
      },
      async saveDiagnostics() {
        await press('support', async () => {
          const { path } = await desktop.call('desktop.saveDiagnostics', {});
          return path === null ? undefined : { section: 'support', path };
        });
      },
      async setPin(pin, current) {
        await press('kiosk', async () => {
          const outcome = await desktop.call('desktop.setKioskPin', { pin, current });
          set({ pin: outcome });
          return outcome.accepted ? { section: 'kiosk' } : undefined;
        });
      },
      async enterKiosk() {
        await press('kiosk', async () => {
          await desktop.call('desktop.enterKiosk', {});
          return undefined;
        });
      },
      dismiss: () => set({ fault: null, done: null }),
      async copy(text) {
        await desktop.call('desktop.copyText', { text });
      },
    };
  });
}
