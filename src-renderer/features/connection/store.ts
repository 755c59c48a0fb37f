import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { CloudCheckResult, CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import { dashboardAddress } from '../../../src-main/contract/project-address.ts';
import {
  type ConnectionDraft,
  type ConnectionField,
  draftFaults,
  type FieldFaults,
  faultField,
  trialOf,
} from './draft.ts';

/** Where records go, as a form: the cloud of this box, or a project with address, key and sign-in. */
export interface ConnectionState {
  readonly details: CloudDetails | null;
  readonly draft: ConnectionDraft;
  /** the variable that has the address, so that it cannot be changed here */
  readonly lockedBy: string | null;
  readonly faults: FieldFaults;
  /** what belongs to no field */
  readonly fault: Fault | null;
  readonly check: CloudCheckResult | null;
  readonly busy: 'checking' | 'saving' | null;
  /** what the last save came to; null after a change */
  readonly saved: { readonly restartNeeded: boolean; readonly signedInFor: string | null } | null;
  /** the address of the project's page was typed, and the project's own was taken in its place */
  readonly tookAddress: boolean;
  /** key and sign-in that were of no use any more were removed */
  readonly removed: boolean;
  /** something was typed that is not saved yet */
  readonly touched: boolean;
  /** Reads how it is now and begins the form anew. */
  load(): Promise<void>;
  change(part: Partial<ConnectionDraft>): void;
  /** Looks at what stands in the form, saved or not. */
  tryOut(): Promise<void>;
  /** Saves what was changed; true where all of it was kept. */
  save(): Promise<boolean>;
  signOut(): Promise<void>;
  /** Removes a key and a sign-in that this box keeps and does not use. */
  removeKept(): Promise<void>;
}

export type ConnectionStore = StoreApi<ConnectionState>;

const emptyDraft: ConnectionDraft = { kind: 'local', url: '', apiKey: '', token: '' };

export function createConnectionStore(engine: Client): ConnectionStore {
  return createStore<ConnectionState>()((set, get) => {
    /** Does one step of the form; what fails is shown at the field it is about. */
    async function step(field: ConnectionField | null, work: () => Promise<void>): Promise<boolean> {
      try {
        await work();
        return true;
      } catch (error) {
        const fault = toFault(error);
        const named = faultField(fault) ?? field;
        if (named === null) set({ fault });
        else set({ faults: { ...get().faults, [named]: fault } });
        return false;
      }
    }

    async function read(): Promise<void> {
      const [details, config] = await Promise.all([
        engine.call('cloud.details', {}),
        engine.call('config.get', {}),
      ]);
      const entry = config.entries.find(({ key }) => key === 'cloud.url');
      const url = typeof entry?.value === 'string' ? entry.value : '';
      set({
        details,
        lockedBy: entry?.variable ?? null,
        draft: { ...emptyDraft, kind: url === '' ? 'local' : 'supabase', url },
        touched: false,
      });
    }

    /** The page about a project is what people have before them: its address is as good as the project's own. */
    function takeAddress(): void {
      const { draft } = get();
      const dashboard = dashboardAddress(draft.url);
      if (draft.kind === 'local' || dashboard?.kind !== 'project') return;
      set({ draft: { ...draft, url: dashboard.url }, tookAddress: true });
    }

    /** A part may have been kept before another was refused. */
    async function readDetails(): Promise<void> {
      const details = await engine.call('cloud.details', {}).catch(() => get().details);
      set({ details });
    }

    async function saveProject({ url, apiKey, token }: ConnectionDraft): Promise<boolean> {
      let restartNeeded = false;
      let signedInFor: string | null = null;
      const isSaved =
        // Nothing is kept before all of it can be what it is meant to be.
        (await step(null, async () => {
          const typed = { url: url.trim(), apiKey: apiKey.trim() || null, token: token.trim() || null };
          await engine.call('cloud.inspect', typed);
        })) &&
        (await step('url', async () => {
          if (get().lockedBy !== null) return;
          const values = { 'cloud.url': url.trim() };
          restartNeeded = (await engine.call('config.set', { values })).restartNeeded;
        })) &&
        (await step('apiKey', async () => {
          if (apiKey.trim() === '') return;
          const kept = await engine.call('cloud.setKey', { apiKey: apiKey.trim() });
          restartNeeded ||= kept.restartNeeded;
        })) &&
        (await step('token', async () => {
          if (token.trim() === '') return;
          signedInFor = (await engine.call('cloud.signIn', { token: token.trim() })).locationId;
        }));
      if (isSaved) set({ saved: { restartNeeded, signedInFor } });
      return isSaved;
    }

    const saveLocal = (): Promise<boolean> =>
      step('url', async () => {
        const { restartNeeded } = await engine.call('config.set', { values: { 'cloud.url': null } });
        set({ saved: { restartNeeded, signedInFor: null } });
      });

    return {
      details: null,
      draft: emptyDraft,
      lockedBy: null,
      faults: {},
      fault: null,
      check: null,
      busy: null,
      saved: null,
      tookAddress: false,
      removed: false,
      touched: false,
      async load() {
        set({ faults: {}, fault: null, tookAddress: false, removed: false });
        await step(null, read);
      },
      change(part) {
        const faults = { ...get().faults };
        for (const name of Object.keys(part)) delete faults[name as ConnectionField];
        set({
          draft: { ...get().draft, ...part },
          faults,
          fault: null,
          saved: null,
          check: null,
          tookAddress: false,
          removed: false,
          touched: true,
        });
      },
      async tryOut() {
        takeAddress();
        const { draft, details } = get();
        const faults = draftFaults(draft, details);
        set({ faults, fault: null, check: null });
        if (Object.keys(faults).length > 0) return;
        set({ busy: 'checking' });
        await step(null, async () => {
          set({ check: await engine.call('cloud.check', { trial: trialOf(draft, details) }) });
        });
        set({ busy: null });
      },
      async save() {
        takeAddress();
        const { draft, details, lockedBy } = get();
        const faults = draftFaults(draft, details);
        set({ faults, fault: null, saved: null });
        if (Object.keys(faults).length > 0) return false;
        set({ busy: 'saving' });
        const isSaved =
          draft.kind === 'supabase' ? await saveProject(draft) : lockedBy !== null || (await saveLocal());
        // What was typed stays where it was refused; what was kept is not shown again.
        if (isSaved) await step(null, read);
        else await readDetails();
        set({ busy: null });
        return isSaved;
      },
      async removeKept() {
        await step(null, async () => {
          await engine.call('cloud.setKey', { apiKey: null });
          await engine.call('cloud.signOut', {});
          set({ removed: true });
        });
        await readDetails();
      },
      async signOut() {
        await step('token', async () => {
          await engine.call('cloud.signOut', {});
          await read();
        });
      },
    };
  });
}
